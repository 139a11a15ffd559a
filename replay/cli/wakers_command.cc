#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/report/wakers_view.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  FoldOptions fold_options;
  fold_options.resources = true;
  fold_options.watch = [&](const Task& task) { return options.task.matches(task); };
  const Model* const model = fold_log(options, std::move(fold_options), console);
  if (!model) return kExitUsage;
  const std::optional<std::size_t> index = asked_task(*model, options, console);
  if (!index) return kExitUsage;
  print_view(
      options, console, [&](std::string& out) { wakers_json(*model, *index, out); },
      [&](const TextStyle& style, std::string& out) {
        wakers_text(*model, *index, options.whole_life, style, out);
      });
  return kExitDone;
}

}  // namespace

CommandSpec wakers_command(Options& o) {
  return {
      "wakers",
      "one task's wakers: who made, held, used and dropped each",
      "Every clone, drop and wake of the task's wakers in order, with where and by whom; what "
      "became of each waker; and which was the last when the task could not be woken any "
      "more. Logs do not say which waker was used: what is inferred is marked.",
      {log_argument(o), task_argument(o)},
      {at_option(o), flag("--all", "all of a long list, not only beginning and end", o.whole_life)},
      {{"wakers run.jsonl \"sleep once\"", "who had the last waker, and dropped it"}},
      {},
      &run};
}

}  // namespace ari::replay

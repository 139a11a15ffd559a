#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/time_options.h"
#include "replay/report/task_view.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  FoldOptions fold_options;
  fold_options.watch = [&](const Task& task) { return options.task.matches(task); };
  const Folded* const folded = fold_and_lint(options, std::move(fold_options), console);
  if (!folded) return kExitUsage;
  const std::optional<std::size_t> index = asked_task(folded->model, options, console);
  if (!index) return kExitUsage;
  const TaskOptions view{options.from, options.whole_life};
  print_view(
      options, console,
      [&](std::string& out) { task_json(folded->model, folded->findings, *index, view, out); },
      [&](const TextStyle& style, std::string& out) {
        task_text(folded->model, folded->findings, *index, view, style, out);
      });
  return kExitDone;
}

}  // namespace

CommandSpec task_command(Options& o) {
  std::vector<OptionSpec> options = time_options(o);
  options.push_back(flag("--all", "its whole life, not only beginning and end", o.whole_life));
  return {"task",
          "one task: its times, wakers, delays and life",
          "Everything the log tells of one task: where its time went, how its polls and waits "
          "are distributed, what happened to it, by whom, and in which line of the log.",
          {log_argument(o), task_argument(o)},
          std::move(options),
          {{"task run.jsonl 7", "the task with span id 7"},
           {"task run.jsonl \"sleep once\"", "the task of that name"},
           {"task --from 1s --to 1.2s run.jsonl 7", "its life in that time"},
           {"task run.jsonl line=41", "the task that begins in line 41 of the log"}},
          {},
          &run};
}

}  // namespace ari::replay

#include "replay/report/why_view.h"

#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  ThreadActivity activity;
  FoldOptions fold_options;
  fold_options.watch = [&](const Task& task) { return options.task.matches(task); };
  fold_options.beside = &activity;
  const Model* const model = fold_log(options, std::move(fold_options), console);
  if (!model) return kExitUsage;
  activity.finish();
  const Result<std::size_t> index = find_task(*model, options.task);
  if (!index.has_value()) {
    console.remark(index.error().message);
    return kExitUsage;
  }
  const Task& task = model->tasks[index.value()];
  const Result<DelayedPoll> delayed = find_delay(task, options.poll);
  if (!delayed.has_value()) {
    console.remark(delayed.error().message);
    return kExitUsage;
  }
  print_view(
      options, console,
      [&](std::string& out) { why_json(*model, activity, task, delayed.value(), out); },
      [&](const TextStyle& style, std::string& out) {
        why_text(*model, activity, task, delayed.value(), style, out);
      });
  return kExitDone;
}

}  // namespace

CommandSpec why_command(Options& o) {
  return {"why",
          "why a task was not polled as soon as it was woken",
          "What the thread did between a wake of the task and the poll that answered it: the polls "
          "that it sat behind, the time its worker was parked, and what the log does not tell; and "
          "how the other threads were busy meanwhile. The parts sum up to the delay.",
          {log_argument(o), task_argument(o)},
          {value_option("--poll", "N", "its poll of that number, from 1; else the longest delay",
                        take_parsed(&parse_whole_number<std::size_t>,
                                    [&o](std::size_t number) { o.poll = number; }))},
          {{"why run.jsonl worker", "its longest delay"},
           {"why --poll 3 run.jsonl 7", "what the third poll waited for"}},
          {},
          &run};
}

}  // namespace ari::replay

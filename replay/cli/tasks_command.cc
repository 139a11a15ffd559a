#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/report/task_order.h"
#include "replay/report/tasks_view.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  const auto folded = fold_log(options, {}, console);
  if (!folded) return kExitUsage;
  std::string out;
  if (options.format == Format::kJson) {
    tasks_json(folded->model, folded->findings, options.tasks, out);
  } else {
    tasks_text(folded->model, folded->findings, options.tasks, text_style(options, console), out);
  }
  console.write(out);
  return kExitDone;
}

std::vector<Choice<TaskOrder>> orders() {
  std::vector<Choice<TaskOrder>> out;
  for (const auto& [name, order] : task_order_names()) out.push_back({name, order});
  return out;
}

}  // namespace

CommandSpec tasks_command(Options& o) {
  return {"tasks",
          "the task table",
          "One row a task: state, times, polls, wakes and where it was spawned. A \"!\" marks "
          "tasks with findings. Columns that find no room are left out and named.",
          {log_argument(o)},
          {word_option<TaskOrder>("--sort", "ORDER", orders(), "total",
                                  "figures largest first, names, ids and instants ascending",
                                  [&o](TaskOrder order) { o.tasks.order = order; }),
           flag("--reverse", "the other way round", o.tasks.reversed)},
          {{"tasks --sort longest-poll run.jsonl", "who keeps the others waiting?"},
           {"tasks --format json run.jsonl | jq '.tasks[] | select(.polls == 1)'",
            "tasks that were polled once"}},
          {},
          &run};
}

}  // namespace ari::replay

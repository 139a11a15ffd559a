#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/cli/print_folded.h"
#include "replay/cli/time_options.h"
#include "replay/report/task_columns.h"
#include "replay/report/task_order.h"
#include "replay/report/tasks_view.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  if (!options.tasks.columns.empty() && options.format == Format::kJson) {
    return console.misused("tasks", "option '--columns' means nothing to '--format json'");
  }
  TasksOptions view = options.tasks;
  view.from = options.from;
  LintSettings lints(options.semantics);
  // Who asks which tasks have a warning wants it looked for.
  if (view.where) lints.apply({.warned = view.where->lints()});
  return print_folded(
      options, for_lints(lints), console,
      [&](const Model& model, const TextStyle& style, std::string& out) {
        const Findings findings = run_lints(model, lints);
        if (view.where && view.where->asks_for("outcome") && !model.coverage.facts.outcomes) {
          console.remark("the log does not tell how tasks ended: no outcome is known");
        }
        options.format == Format::kJson ? tasks_json(model, findings, view, out)
                                        : tasks_text(model, findings, view, style, out);
        return kExitDone;
      });
}

std::vector<Choice<TaskOrder>> orders() {
  std::vector<Choice<TaskOrder>> out;
  for (const auto& [name, order] : task_order_names()) out.push_back({name, order});
  return out;
}

std::vector<OptionSpec> options_of_tasks(Options& o) {
  std::vector<OptionSpec> options = {
      word_option<TaskOrder>("--sort", "ORDER", orders(), "total",
                             "figures largest first, names, ids and instants ascending",
                             [&o](TaskOrder order) { o.tasks.order = order; }),
      flag("--reverse", "the other way round", o.tasks.reversed),
      value_option(
          "--where", "EXPR", "only tasks for which this holds, see below",
          take_parsed(&parse_where, [&o](Where where) { o.tasks.where = std::move(where); })),
      value_option("--columns", "LIST", "these columns, with commas between (text only), see below",
                   take_parsed(&parse_task_columns,
                               [&o](std::vector<std::size_t> columns) {
                                 o.tasks.columns = std::move(columns);
                               })),
  };
  for (OptionSpec& option : time_options(o)) options.push_back(std::move(option));
  options.push_back(follow_option(o));
  return options;
}

std::string notes() {
  std::string names;
  for (const TaskColumn& column : task_columns()) {
    if (!names.empty()) names += ", ";
    names += column.name;
  }
  std::string out = "Columns:\n";
  for (const std::string& line : wrap(names, 78)) out += "  " + line + '\n';
  return out + '\n' + where_help();
}

}  // namespace

CommandSpec tasks_command(Options& o) {
  return {"tasks",
          "the task table",
          "One row a task: state, times, polls, wakes and where it was spawned. A \"!\" marks "
          "tasks with findings. Columns that find no room are left out and named.",
          {log_argument(o)},
          options_of_tasks(o),
          {{"tasks --sort longest-poll run.jsonl", "who keeps the others waiting?"},
           {"tasks --where 'polls = 0 or name ~ conn' run.jsonl", "only some of them"},
           {"tasks --at 1.5s --where 'state != completed' run.jsonl", "who was there then?"},
           {"tasks --columns name,longest-poll,location run.jsonl", "only what matters"},
           {"tasks --format json run.jsonl | jq '.tasks[] | select(.polls == 1)'",
            "tasks that were polled once"}},
          notes(),
          &run};
}

}  // namespace ari::replay

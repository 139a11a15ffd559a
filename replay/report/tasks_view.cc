#include "replay/report/tasks_view.h"

#include <fmt/format.h>

#include "replay/input/line_number.h"
#include "replay/report/alive.h"
#include "replay/report/count_line.h"
#include "replay/report/coverage_text.h"
#include "replay/report/json_members.h"
#include "replay/report/log_lines.h"
#include "replay/report/state_counts.h"
#include "replay/report/table.h"
#include "replay/report/task_columns.h"
#include "replay/report/task_json.h"
#include "replay/report/told_task.h"
#include "replay/report/warnings.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

// What is asked for; if it is too wide, the last of it has to give way.
std::vector<const TaskColumn*> columns(const TasksOptions& options, bool several_logs) {
  std::vector<const TaskColumn*> out;
  for (const std::size_t i : options.columns) out.push_back(&task_columns()[i]);
  if (!out.empty()) return out;
  for (const TaskColumn& column : task_columns()) {
    if (column.is_usual || (several_logs && column.name == "log")) out.push_back(&column);
  }
  return out;
}

// Before them come the signs for findings and for the state.
Table make_table(const std::vector<const TaskColumn*>& columns, const TasksOptions& options) {
  std::vector<Column> out = {{"", Align::kLeft}, {"", Align::kLeft}};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    Column column = columns[i]->column;
    if (!options.columns.empty()) {
      column.importance = i == 0 ? Column::kAlways : 1000 - static_cast<int>(i);
    }
    out.push_back(column);
  }
  return Table(std::move(out));
}

// Indices of the tasks that are listed, in order.
std::vector<std::size_t> listed(const Model& model, const TasksOptions& options,
                                const std::vector<std::vector<std::string_view>>& warnings) {
  std::vector<std::size_t> indices = ordered_tasks(model, options.order, options.reversed);
  std::erase_if(indices, [&](std::size_t i) {
    const Task& task = model.tasks[i];
    return !is_alive_from(options.from, task.dropped_unix_ns, model.coverage) ||
           (options.where && !options.where->holds(task, {warnings[i], model.coverage}));
  });
  return indices;
}

}  // namespace

void tasks_text(const Model& model, const std::vector<Finding>& findings,
                const TasksOptions& options, const TextStyle& style, std::string& out) {
  append_as_of(model.coverage, style, out);
  append_state_counts(model, style, out);
  append_loss(model.coverage, style, out);
  if (model.tasks.empty()) return;

  const auto warnings = warnings_by_task(model, findings);
  const std::vector<std::size_t> indices = listed(model, options, warnings);
  if (indices.size() < model.tasks.size()) {
    append_note(fmt::format("{} of them listed", count_text(indices.size())), style, out);
  }
  if (indices.empty()) return;
  const bool several_logs = !model.coverage.files.empty();
  const std::vector<const TaskColumn*> columns = replay::columns(options, several_logs);
  Table table = make_table(columns, options);
  std::size_t warned = 0;
  for (const std::size_t i : indices) {
    const Task& task = model.tasks[i];
    if (!warnings[i].empty()) ++warned;
    const bool over = task.state == State::kCompleted;
    std::vector<Cell> row = {
        {warnings[i].empty() ? "" : "!", Role::kWarning},
        {is_state_told(task, model.coverage) ? std::string(sign(task.state)) : "–",
         over ? Role::kDim : Role::kTask}};
    const TaskCellContext context{warnings[i], model.coverage,
                                  short_log_name(model.coverage, task.first_line)};
    for (const TaskColumn* column : columns) row.push_back(column->cell(task, context));
    table.add(std::move(row));
  }
  out += '\n';
  const auto left_out = table.render(style.width, 0, style.paint, out);
  const auto blank =
      options.columns.empty() ? std::vector<std::string_view>() : table.blank_columns();
  if (warned > 0 || !left_out.empty() || !blank.empty()) out += '\n';
  if (warned > 0) append_warned(warned, style, out);
  append_left_out(left_out, style, out);
  if (blank.empty()) return;
  append_note(fmt::format("Not shown, since the log tells none of it: {}", fmt::join(blank, ", ")),
              style, out);
}

void tasks_json(const Model& model, const std::vector<Finding>& findings,
                const TasksOptions& options, std::string& out) {
  const auto warnings = warnings_by_task(model, findings);
  JsonWriter json(out);
  json.begin_object();
  write_head(json, model);
  json.key("tasks");
  json.begin_list();
  for (const std::size_t i : listed(model, options, warnings)) {
    json.new_line();
    json.begin_object();
    write_task_members(json, model.tasks[i], model.coverage, warnings[i]);
    if (!model.coverage.files.empty()) {
      json.member("file", file_of_line(model.tasks[i].first_line));
    }
    json.end_object();
  }
  json.end_list();
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay

#include "replay/report/tasks_view.h"

#include <fmt/format.h>

#include "replay/model/duration_text.h"
#include "replay/report/coverage_text.h"
#include "replay/report/json_members.h"
#include "replay/report/shorten.h"
#include "replay/report/state_counts.h"
#include "replay/report/table.h"
#include "replay/report/task_json.h"
#include "replay/report/words.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

// Total is busy + scheduled + idle: of these idle is the one to miss least.
std::vector<Column> columns() {
  return {
      {"", Align::kLeft},  // findings
      {"", Align::kLeft},  // state
      {"Span", Align::kRight, 90},
      {"Name", Align::kLeft, Column::kAlways, shorten_middle, 12},
      {"Total", Align::kRight, 100},
      {"Busy", Align::kRight, 80},
      {"Sched", Align::kRight, 75},
      {"Idle", Align::kRight, 45},
      {"Polls", Align::kRight, 70},
      {"Wakes", Align::kRight, 50},
      {"Location", Align::kLeft, 65, shorten_location, 18},
      {"Kind", Align::kLeft, 40},
      {"Id", Align::kRight, 30},
      {"Fields", Align::kLeft, 10, shorten_end, 16},
  };
}

std::string fields_text(const Task& task) {
  std::string out;
  for (const OwnedField& field : task.fields) {
    if (field.text.empty()) continue;
    if (!out.empty()) out += ' ';
    out += field.name + '=' + field.text;
  }
  return escaped(out);
}

// An unnamed task goes by its kind.
Cell name_cell(const Task& task) {
  if (!task.name.empty()) return {escaped(task.name), Role::kTask};
  return {task.kind.empty() ? "–" : fmt::format("({})", escaped(task.kind)), Role::kDim};
}

Cell figure(std::uint64_t count) {
  return {count_text(count), count == 0 ? Role::kDim : Role::kPlain};
}

std::vector<Cell> row(const Task& task, bool warned, std::int64_t resolution) {
  const bool over = task.state == State::kCompleted;
  const auto duration = [&](std::int64_t ns) -> Cell {
    return {duration_text(ns, resolution), ns == 0 ? Role::kDim : Role::kPlain};
  };
  return {
      {warned ? "!" : "", Role::kWarning},
      {std::string(sign(task.state)), over ? Role::kDim : Role::kTask},
      {fmt::to_string(task.span), Role::kPlain},
      name_cell(task),
      duration(task.total_ns),
      duration(task.busy_ns),
      duration(task.scheduled_ns),
      duration(task.idle_ns),
      figure(task.polls),
      figure(task.wakes),
      {task.location ? escaped(location_text(*task.location)) : "", Role::kResource},
      {escaped(task.kind), Role::kDim},
      {task.task_id ? fmt::to_string(*task.task_id) : "", Role::kDim},
      {fields_text(task), Role::kDim},
  };
}

void append_note(std::string_view note, const TextStyle& style, std::string& out) {
  for (const std::string& line : wrap(note, style.width)) {
    style.paint.append(out, Role::kDim, line);
    out += '\n';
  }
}

}  // namespace

void tasks_text(const Model& model, const std::vector<Finding>& findings,
                const TasksOptions& options, const TextStyle& style, std::string& out) {
  append_state_counts(model, style, out);
  append_loss(model.coverage, style, out);
  if (model.tasks.empty()) return;

  const auto warnings = warnings_by_task(model, findings);
  Table table(columns());
  std::size_t warned = 0;
  for (const std::size_t i : ordered_tasks(model, options.order, options.reversed)) {
    if (!warnings[i].empty()) ++warned;
    table.add(row(model.tasks[i], !warnings[i].empty(), resolution_ns(model.coverage)));
  }
  out += '\n';
  const auto left_out = table.render(style.width, 0, style.paint, out);
  if (warned > 0 || !left_out.empty()) out += '\n';
  if (warned > 0) {
    append_note(fmt::format("! {}: see ari-replay lint",
                            count_text(warned, "task with findings", "tasks with findings")),
                style, out);
  }
  if (!left_out.empty()) {
    append_note(
        fmt::format("No room for {}: see COLUMNS=200 or --format json", fmt::join(left_out, ", ")),
        style, out);
  }
}

void tasks_json(const Model& model, const std::vector<Finding>& findings,
                const TasksOptions& options, std::string& out) {
  const auto warnings = warnings_by_task(model, findings);
  JsonWriter json(out);
  json.begin_object();
  write_head(json, model);
  json.key("tasks");
  json.begin_list();
  for (const std::size_t i : ordered_tasks(model, options.order, options.reversed)) {
    json.new_line();
    json.begin_object();
    write_task_members(json, model.tasks[i], warnings[i]);
    json.end_object();
  }
  json.end_list();
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay

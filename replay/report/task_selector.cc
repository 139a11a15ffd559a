#include "replay/report/task_selector.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "replay/input/line_number.h"
#include "replay/report/choose.h"
#include "replay/report/log_lines.h"
#include "replay/report/shorten.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

Table rows_of(const Model& model, const std::vector<std::size_t>& indices) {
  Table table({{},
               {},
               {},
               {"", Align::kLeft, Column::kAlways, shorten_middle, 12},
               {"", Align::kLeft, 10, shorten_location, 16}});
  for (const std::size_t index : indices) {
    const Task& task = model.tasks[index];
    table.add({{fmt::format("span={}", task.span)},
               {task.task_id ? fmt::format("task.id={}", *task.task_id) : ""},
               {task.first_line > 0 ? "line=" + line_text(model.coverage, task.first_line) : ""},
               {escaped(task.name.empty() ? "(" + task.kind + ")" : task.name)},
               {task.location ? escaped(location_text(*task.location)) : ""}});
  }
  return table;
}

}  // namespace

bool TaskSelector::matches(const Task& task) const {
  return (span && task.span == *span) || (task_id && task.task_id == task_id) ||
         (name && (task.name.empty() ? task.kind : task.name) == *name) ||
         (name && task.name.empty() && "(" + task.kind + ")" == *name) ||  // as the table has it
         (line && line_in_file(task.first_line) == *line);
}

Result<TaskSelector> parse_task_selector(std::string_view text) {
  TaskSelector selector;
  selector.text = text;
  const auto after = [&](std::string_view prefix) -> std::optional<std::string_view> {
    if (!text.starts_with(prefix)) return std::nullopt;
    return text.substr(prefix.size());
  };
  if (const auto named = after("name=")) {
    selector.name = *named;
  } else if (const auto id = after("task.id=")) {
    if (!(selector.task_id = parse_id(*id))) return number_expected(text);
  } else if (const auto of_span = after("span=")) {
    if (!(selector.span = parse_id(*of_span))) return number_expected(text);
  } else if (const auto number = after("line=")) {
    const std::size_t colon = number->rfind(':') + 1;  // npos + 1 is 0
    if (colon > 0) selector.log = number->substr(0, colon - 1);
    if (!(selector.line = parse_id(number->substr(colon)))) return number_expected(text);
  } else {
    selector.span = parse_id(text);
    selector.name = text;
  }
  return selector;
}

Result<std::size_t> find_task(const Model& model, const TaskSelector& selector) {
  std::vector<std::size_t> found;
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    const Task& task = model.tasks[i];
    names.push_back(task.name);
    if (!selector.matches(task)) continue;
    if (selector.log.empty() || selector.log == short_log_name(model.coverage, task.first_line)) {
      found.push_back(i);
    }
  }
  return choose({"task", selector.text, std::move(names),
                 [&](const std::vector<std::size_t>& indices) { return rows_of(model, indices); }},
                found);
}

}  // namespace ari::replay

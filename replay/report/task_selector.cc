#include "replay/report/task_selector.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "replay/report/edit_distance.h"
#include "replay/report/shorten.h"
#include "replay/report/table.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return number;
}

constexpr std::size_t kListed = 12;

// A line for each candidate, with all that can be typed to mean it.
std::string candidates(const Model& model, const std::vector<std::size_t>& indices) {
  constexpr std::size_t kWidth = 80;
  Table table({{},
               {},
               {},
               {"", Align::kLeft, Column::kAlways, shorten_middle, 12},
               {"", Align::kLeft, 10, shorten_location, 16}});
  for (std::size_t i = 0; i < indices.size() && i < kListed; ++i) {
    const Task& task = model.tasks[indices[i]];
    table.add({{fmt::format("span={}", task.span)},
               {task.task_id ? fmt::format("task.id={}", *task.task_id) : ""},
               {task.first_line > 0 ? fmt::format("line={}", task.first_line) : ""},
               {escaped(task.name.empty() ? "(" + task.kind + ")" : task.name)},
               {task.location ? escaped(location_text(*task.location)) : ""}});
  }
  std::string out = "\n";
  table.render(kWidth, 2, Paint(subscriber::ColourDepth::kNone), out);
  if (indices.size() > kListed) {
    out += fmt::format("  and {} more\n", count_text(indices.size() - kListed));
  }
  out.pop_back();  // whoever prints the message ends the line
  return out;
}

Error not_found(const Model& model, const TaskSelector& selector) {
  std::vector<std::string_view> names;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    names.push_back(model.tasks[i].name);
    all.push_back(i);
  }
  if (all.empty()) return {"there is no task in this log"};
  return {fmt::format("no task '{}'{}; there {}:", escaped(selector.text),
                      did_you_mean(selector.text, names), all.size() == 1 ? "is" : "are") +
          candidates(model, all)};
}

}  // namespace

bool TaskSelector::matches(const Task& task) const {
  return (span && task.span == *span) || (task_id && task.task_id == task_id) ||
         (name && (task.name.empty() ? task.kind : task.name) == *name) ||
         (line && task.first_line == *line);
}

Result<TaskSelector> parse_task_selector(std::string_view text) {
  TaskSelector selector;
  selector.text = text;
  const auto after = [&](std::string_view prefix) -> std::optional<std::string_view> {
    if (!text.starts_with(prefix)) return std::nullopt;
    return text.substr(prefix.size());
  };
  const auto wrong_number = [&] {
    return Error{fmt::format("'{}': expected a number after '='", escaped(text))};
  };
  if (const auto named = after("name=")) {
    selector.name = *named;
  } else if (const auto id = after("task.id=")) {
    if (!(selector.task_id = parse_number(*id))) return wrong_number();
  } else if (const auto of_span = after("span=")) {
    if (!(selector.span = parse_number(*of_span))) return wrong_number();
  } else if (const auto number = after("line=")) {
    if (!(selector.line = parse_number(*number))) return wrong_number();
  } else {
    selector.span = parse_number(text);
    selector.name = text;
  }
  return selector;
}

Result<std::size_t> find_task(const Model& model, const TaskSelector& selector) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    if (selector.matches(model.tasks[i])) found.push_back(i);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) return not_found(model, selector);
  return Error{fmt::format("'{}' is {} tasks; say which one:", escaped(selector.text),
                           count_text(found.size())) +
               candidates(model, found)};
}

}  // namespace ari::replay

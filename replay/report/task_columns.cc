#include "replay/report/task_columns.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/input/timestamp.h"
#include "replay/model/duration_text.h"
#include "replay/report/edit_distance.h"
#include "replay/report/instant_text.h"
#include "replay/report/shorten.h"
#include "replay/report/told_task.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

using Context = TaskCellContext;

std::string fields_text(const Task& task) {
  std::string out;
  for (const KeptField& field : task.fields) {
    if (field.text.empty()) continue;
    if (!out.empty()) out += ' ';
    out.append(field.name) += '=';
    out += field.text;
  }
  return escaped(out);
}

// "3", or "3–5" if it is not known of two more whether they are.
Cell self_wakes(const Task& task) {
  std::string text = count_text(task.self_wakes);
  if (task.perhaps_self_wakes > 0) {
    text += "–" + count_text(task.self_wakes + task.perhaps_self_wakes);
  }
  return {std::move(text)};
}

// An unnamed task goes by its kind.
Cell name_cell(const Task& task, const Context&) {
  if (!task.name.empty()) return {escaped(task.name), Role::kTask};
  return {task.kind.empty() ? "–" : fmt::format("({})", escaped(task.kind)), Role::kDim};
}

Cell state_cell(const Task& task, const Context& context) {
  if (!is_state_told(task, context.coverage)) return {};
  const bool over = task.state == State::kCompleted;
  return {std::string(word(task.state)), over ? Role::kDim : Role::kTask};
}

Cell warnings_cell(const Task&, const Context& context) {
  return {fmt::format("{}", fmt::join(context.warnings, " ")), Role::kWarning};
}

Cell count(std::uint64_t number) {
  return {count_text(number), number == 0 ? Role::kDim : Role::kPlain};
}

Cell duration(std::int64_t ns, const Context& context) {
  return {duration_text(ns, context.coverage.resolution_ns()), ns == 0 ? Role::kDim : Role::kPlain};
}

Cell place(const SourceLocation* location) {
  return {location ? escaped(without_cargo_home(location_text(*location))) : "", Role::kResource};
}

Cell instant(std::optional<std::int64_t> unix_ns, const Context& context) {
  if (!unix_ns) return {};
  const bool is_uptime = context.coverage.time_base == TimeBase::kUptime;
  return {is_uptime ? instant_text(*unix_ns, context.coverage) : to_rfc3339(*unix_ns), Role::kDim};
}

Cell dim(std::string text) { return {std::move(text), Role::kDim}; }

constexpr Align kLeft = Align::kLeft, kRight = Align::kRight;

// Total is busy + scheduled + idle: of these idle is the one to miss least.
constexpr TaskColumn kColumns[] = {
    {"span",
     {"Span", kRight, 90},
     true,
     [](const Task& t, const Context&) { return Cell{fmt::to_string(t.span)}; }},
    {"name", {"Name", kLeft, Column::kAlways, shorten_middle, 12}, true, &name_cell},
    {"state", {"State", kLeft, 90}, false, &state_cell},
    {"total",
     {"Total", kRight, 100},
     true,
     [](const Task& t, const Context& c) { return duration(t.total_ns, c); }},
    {"busy",
     {"Busy", kRight, 80},
     true,
     [](const Task& t, const Context& c) {
       return is_busy_told(t, c.coverage) ? duration(t.busy_ns, c) : Cell{};
     }},
    {"scheduled",
     {"Sched", kRight, 75},
     true,
     [](const Task& t, const Context& c) {
       return are_polls_told(t, c.coverage) ? duration(t.scheduled_ns, c) : Cell{};
     }},
    {"idle",
     {"Idle", kRight, 45},
     true,
     [](const Task& t, const Context& c) {
       return is_busy_told(t, c.coverage) ? duration(t.idle_ns, c) : Cell{};
     }},
    {"polls",
     {"Polls", kRight, 70},
     true,
     [](const Task& t, const Context& c) {
       return are_polls_told(t, c.coverage) ? count(t.polls) : Cell{};
     }},
    {"wakes",
     {"Wakes", kRight, 50},
     true,
     [](const Task& t, const Context&) { return count(t.wakes); }},
    {"self-wakes",
     {"Self-wakes", kRight, 50},
     false,
     [](const Task& t, const Context&) { return self_wakes(t); }},
    {"wakers",
     {"Wakers", kRight, 50},
     false,
     [](const Task& t, const Context&) {
       const auto left = told_waker_count(t);
       return left ? count(*left) : Cell{"–", Role::kDim};
     }},
    {"clones",
     {"Clones", kRight, 50},
     false,
     [](const Task& t, const Context&) { return count(t.waker_clones); }},
    {"drops",
     {"Drops", kRight, 50},
     false,
     [](const Task& t, const Context&) { return count(t.waker_drops); }},
    {"longest-poll",
     {"Longest poll", kRight, 60},
     false,
     [](const Task& t, const Context& c) { return duration(t.longest_poll_ns, c); }},
    {"longest-scheduled",
     {"Longest sched", kRight, 60},
     false,
     [](const Task& t, const Context& c) { return duration(t.longest_scheduled_ns, c); }},
    {"location",
     {"Location", kLeft, 65, shorten_location, 18},
     true,
     [](const Task& t, const Context&) { return place(t.location); }},
    {"parked",
     {"Parked at", kLeft, 60, shorten_location, 18},
     false,
     [](const Task& t, const Context&) { return place(t.parked_at); }},
    {"log",
     {"Log", kLeft, 88, shorten_middle, 8},
     false,
     [](const Task&, const Context& c) { return dim(c.log); }},
    {"kind",
     {"Kind", kLeft, 40},
     true,
     [](const Task& t, const Context&) { return dim(escaped(t.kind)); }},
    {"target",
     {"Target", kLeft, 20, shorten_end, 12},
     false,
     [](const Task& t, const Context&) { return dim(escaped(t.target)); }},
    {"id",
     {"Id", kRight, 30},
     true,
     [](const Task& t, const Context&) {
       return dim(t.task_id ? fmt::to_string(*t.task_id) : "");
     }},
    {"outcome",
     {"Outcome", kLeft, 40},
     false,
     [](const Task& t, const Context&) {
       return dim(t.outcome ? std::string(subscriber::outcome_name(*t.outcome)) : "");
     }},
    {"created",
     {"Created", kLeft, 30},
     false,
     [](const Task& t, const Context& c) { return instant(t.created_unix_ns, c); }},
    {"dropped",
     {"Dropped", kLeft, 30},
     false,
     [](const Task& t, const Context& c) { return instant(t.dropped_unix_ns, c); }},
    {"warnings", {"Warnings", kLeft, 85, shorten_end, 12}, false, &warnings_cell},
    {"fields",
     {"Fields", kLeft, 10, shorten_end, 16},
     true,
     [](const Task& t, const Context&) { return dim(fields_text(t)); }},
};

}  // namespace

std::span<const TaskColumn> task_columns() { return kColumns; }

Result<std::vector<std::size_t>> parse_task_columns(std::string_view text) {
  std::vector<std::string_view> names;
  for (const TaskColumn& column : kColumns) names.push_back(column.name);
  std::vector<std::size_t> out;
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    const auto known = std::find(names.begin(), names.end(), name);
    if (known == names.end()) {
      return Error{fmt::format("unknown column '{}'{}; expected names with commas between: {}",
                               escaped(name), did_you_mean(name, names), fmt::join(names, ", "))};
    }
    const auto index = static_cast<std::size_t>(known - names.begin());
    if (std::find(out.begin(), out.end(), index) == out.end()) out.push_back(index);
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace ari::replay

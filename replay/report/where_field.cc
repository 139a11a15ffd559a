#include "replay/report/where_field.h"

#include <charconv>

#include "replay/lint/lint.h"
#include "replay/report/state_counts.h"
#include "replay/report/told_task.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

using Words = std::vector<std::string_view>;
using Context = WhereContext;

WhereValue text(std::string_view text) {
  if (text.empty()) return {};
  return {std::nullopt, {std::string(text)}};
}

WhereValue number(std::uint64_t number) { return {WhereNumber{number}, {}}; }

template <typename T>
std::optional<WhereNumber> whole_number(std::string_view text) {
  T number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return WhereNumber{number};
}

WhereValue duration(std::int64_t ns) { return {WhereNumber{ns}, {}}; }

WhereValue place(const SourceLocation* location) {
  return location ? text(location_text(*location)) : WhereValue{};
}

Words states() {
  Words words;
  for (const State state : kAllStates) words.push_back(word(state));
  return words;
}

Words outcomes() { return {"completed", "cancelled", "panicked"}; }

Words lints() {
  Words names;
  for (const Lint& lint : all_lints()) names.push_back(lint.name);
  return names;
}

using enum WhereType;

constexpr WhereField kFields[] = {
    {"name", kText, "its name", [](const Task& t, const Context&) { return text(t.name); }, {}},
    {"kind",
     kText,
     "task, local, block_on, blocking, worker",
     [](const Task& t, const Context&) { return text(t.kind); },
     {}},
    {"state", kWord, "running, scheduled, idle, completed",
     [](const Task& t, const Context& c) {
       return is_state_told(t, c.coverage) ? text(word(t.state)) : WhereValue{};
     },
     &states},
    {"outcome", kWord, "completed, cancelled, panicked",
     [](const Task& t, const Context&) {
       return t.outcome ? text(subscriber::outcome_name(*t.outcome)) : WhereValue{};
     },
     &outcomes},
    {"location",
     kText,
     "where it was spawned",
     [](const Task& t, const Context&) { return place(t.location); },
     {}},
    {"parked",
     kText,
     "where its last poll suspended",
     [](const Task& t, const Context&) { return place(t.parked_at); },
     {}},
    {"target",
     kText,
     "the part of the program that spawned it",
     [](const Task& t, const Context&) { return text(t.target); },
     {}},
    {"warning", kWord, "a lint with a finding, as for lint --only",
     [](const Task&, const Context& c) {
       return WhereValue{std::nullopt, {c.warnings.begin(), c.warnings.end()}};
     },
     &lints},
    {"total",
     kDuration,
     "from spawn to end",
     [](const Task& t, const Context&) { return duration(t.total_ns); },
     {}},
    {"busy",
     kDuration,
     "in polls",
     [](const Task& t, const Context& c) {
       return is_busy_told(t, c.coverage) ? duration(t.busy_ns) : WhereValue{};
     },
     {}},
    {"scheduled",
     kDuration,
     "woken, waiting to be polled",
     [](const Task& t, const Context& c) {
       return are_polls_told(t, c.coverage) ? duration(t.scheduled_ns) : WhereValue{};
     },
     {}},
    {"idle",
     kDuration,
     "waiting to be woken",
     [](const Task& t, const Context& c) {
       return is_busy_told(t, c.coverage) ? duration(t.idle_ns) : WhereValue{};
     },
     {}},
    {"polls",
     kCount,
     "polls",
     [](const Task& t, const Context& c) {
       return are_polls_told(t, c.coverage) ? number(t.polls) : WhereValue{};
     },
     {}},
    {"wakes", kCount, "wakes", [](const Task& t, const Context&) { return number(t.wakes); }, {}},
    {"self-wakes",
     kCount,
     "wakes during its own polls",
     [](const Task& t, const Context&) { return number(t.self_wakes); },
     {}},
    {"wakers",
     kCount,
     "wakers that are left",
     [](const Task& t, const Context&) {
       const auto left = told_waker_count(t);
       return left ? number(*left) : WhereValue{};
     },
     {}},
    {"clones",
     kCount,
     "wakers cloned",
     [](const Task& t, const Context&) { return number(t.waker_clones); },
     {}},
    {"drops",
     kCount,
     "wakers dropped",
     [](const Task& t, const Context&) { return number(t.waker_drops); },
     {}},
    {"id",
     kCount,
     "the runtime's task id",
     [](const Task& t, const Context&) { return t.task_id ? number(*t.task_id) : WhereValue{}; },
     {}},
    {"span",
     kCount,
     "its span id",
     [](const Task& t, const Context&) { return number(t.span); },
     {}},
    {"longest-poll",
     kDuration,
     "its longest poll",
     [](const Task& t, const Context& c) {
       return are_polls_told(t, c.coverage) ? duration(t.longest_poll_ns) : WhereValue{};
     },
     {}},
    {"longest-scheduled",
     kDuration,
     "its longest wait to be polled",
     [](const Task& t, const Context& c) {
       return are_polls_told(t, c.coverage) ? duration(t.longest_scheduled_ns) : WhereValue{};
     },
     {}},
};

}  // namespace

std::span<const WhereField> where_fields() { return kFields; }

WhereValue other_field(const Task& task, std::string_view name) {
  WhereValue value;
  for (const KeptField& field : task.fields) {
    if (field.name != name) continue;
    value = text(field.text);
    value.number = whole_number<std::uint64_t>(field.text);
    if (!value.number) value.number = whole_number<std::int64_t>(field.text);
  }
  return value;
}

}  // namespace ari::replay

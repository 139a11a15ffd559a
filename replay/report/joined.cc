#include "replay/report/joined.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "replay/report/words.h"

namespace ari::replay {

std::string joined_count_text(const JoinWait& joins) {
  if (joins.count == 1) return "1 task";
  return fmt::format("{} {} tasks", joins.needs_all ? "all of" : "any of", count_text(joins.count));
}

std::string joined_text(const Model& model, const JoinWait& joins) {
  std::string names;
  for (const Link& task : joins.tasks) {
    names += (names.empty() ? "" : ", ") + task_label(model, task);
  }
  if (names.empty()) return joined_count_text(joins);
  if (joins.count == 1) return names;
  const char* more = joins.tasks.size() < joins.count ? " and more" : "";
  return fmt::format("{}: {}{}", joined_count_text(joins), names, more);
}

std::string joined_states_text(const Model& model, const JoinWait& joins) {
  std::array<std::size_t, 4> counts{};
  for (const Link& link : joins.tasks) {
    const Task* task = follow(model.tasks, link);
    if (task != nullptr) ++counts[static_cast<std::size_t>(task->state)];
  }
  std::string out;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const std::string_view name = word(static_cast<State>(i));
    if (joins.count == 1) return std::string(name);
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", counts[i], name);
  }
  return out.empty() ? "not told" : out;
}

void member_joins(JsonWriter& json, const JoinWait* joins) {
  json.key("joins");
  if (joins == nullptr) return json.null();
  std::vector<SpanId> tasks;
  for (const Link& task : joins->tasks) tasks.push_back(task.span);
  write_joins(json, tasks, joins->count, joins->needs_all);
}

void write_joins(JsonWriter& json, std::span<const SpanId> tasks, std::uint64_t count,
                 bool needs_all) {
  json.begin_object();
  json.key("tasks");
  json.begin_list();
  for (const SpanId task : tasks) json.value(task);
  json.end_list();
  json.member("count", count);
  json.member("needs_all", needs_all);
  json.end_object();
}

}  // namespace ari::replay

#include "replay/report/task_json.h"

#include <algorithm>

#include "replay/report/json_members.h"
#include "replay/report/told_task.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

// A key may stand in a JSON object once: of fields recorded again the last value counts.
void write_fields(JsonWriter& json, const std::vector<KeptField>& fields) {
  json.key("fields");
  json.begin_object();
  for (auto field = fields.begin(); field != fields.end(); ++field) {
    const auto same_name = [&](const KeptField& other) { return other.name == field->name; };
    if (std::any_of(std::next(field), fields.end(), same_name)) continue;
    json.key(field->name);
    write_typed(json, field->type, field->text);
  }
  json.end_object();
}

}  // namespace

void member_warnings(JsonWriter& json, const std::vector<std::string_view>& warnings) {
  json.key("warnings");
  json.begin_list();
  for (const std::string_view name : warnings) json.value(name);
  json.end_list();
}

void write_task_members(JsonWriter& json, const Task& task, const Coverage& coverage,
                        const std::vector<std::string_view>& warnings) {
  json.member("id", task.task_id);
  json.member("span", task.span);
  member_or_null(json, "name", task.name);
  member_or_null(json, "kind", task.kind);
  member_state(json, task, coverage);
  member_or_null(json, "outcome", task.outcome ? subscriber::outcome_name(*task.outcome) : "");
  member_location(json, "location", task.location);
  member_location(json, "parked_at", task.parked_at);
  member_or_null(json, "target", task.target);
  member_instant(json, "created_at", task.created_unix_ns);
  member_instant(json, "dropped_at", task.dropped_unix_ns);
  const auto figure = [&](std::string_view name, bool is_told, auto value) {
    json.key(name);
    is_told ? json.value(value) : json.null();
  };
  figure("polls", are_polls_told(task, coverage), task.polls);
  figure("busy_ns", is_busy_told(task, coverage), task.busy_ns);
  figure("scheduled_ns", are_polls_told(task, coverage), task.scheduled_ns);
  figure("idle_ns", is_busy_told(task, coverage), task.idle_ns);
  json.member("total_ns", task.total_ns);
  figure("longest_poll_ns", are_polls_told(task, coverage), task.longest_poll_ns);
  figure("longest_scheduled_ns", are_polls_told(task, coverage), task.longest_scheduled_ns);
  json.member("wakes", task.wakes);
  json.member("self_wakes", task.self_wakes);
  json.member("perhaps_self_wakes", task.perhaps_self_wakes);
  json.member("waker_clones", task.waker_clones);
  json.member("waker_drops", task.waker_drops);
  json.member("waker_count", told_waker_count(task));
  member_warnings(json, warnings);
  write_fields(json, task.fields);
}

}  // namespace ari::replay

#include "replay/input/line_number.h"
#include "replay/report/joined.h"
#include "replay/report/json_members.h"
#include "replay/report/life_text.h"
#include "replay/report/lint_view.h"
#include "replay/report/task_json.h"
#include "replay/report/task_view.h"
#include "replay/report/warnings.h"

namespace ari::replay {

namespace {

std::string_view event_name(const LifeEvent& event) {
  switch (event.kind) {
    case LifeEvent::Kind::kSpawned:
      return "spawned";
    case LifeEvent::Kind::kPoll:
      return "poll";
    case LifeEvent::Kind::kDestroyed:
      return "destroyed";
    case LifeEvent::Kind::kWaker:
      return subscriber::waker_op_name(event.op);
    case LifeEvent::Kind::kClosed:
      return "closed";
  }
  return {};
}

void write_event(JsonWriter& json, const LifeEvent& event) {
  json.begin_object();
  member_instant(json, "at", event.at_unix_ns);
  json.member("event", event_name(event));
  if (event.kind == LifeEvent::Kind::kPoll || event.kind == LifeEvent::Kind::kDestroyed) {
    json.member("busy_ns", event.duration_ns);
    json.member("scheduled_ns", event.scheduled_ns);
    json.member("open", event.open);
    member_location(json, "parked_at", event.parked_at);
  }
  if (event.kind == LifeEvent::Kind::kWaker) {
    json.member("self_wake", event.self_wake);
    member_from_1(json, "by_task", event.by_task);
    json.member("by_unclear", event.by_unclear);
  }
  member_from_1(json, "thread", event.thread);
  member_line(json, "first_line", event.first_line);
  member_line(json, "last_line", event.last_line);
  json.end_object();
}

}  // namespace

void task_json(const Model& model, const std::vector<Finding>& findings, std::size_t index,
               const TaskOptions& options, std::string& out) {
  const Task& task = model.tasks[index];
  JsonWriter json(out);
  json.begin_object();
  write_head(json, model);
  json.key("task");
  json.begin_object();
  write_task_members(json, task, model.coverage, warnings_by_task(model, findings)[index]);
  member_instant(json, "first_poll", task.first_poll_unix_ns);
  member_instant(json, "last_wake", task.last_wake_unix_ns);
  member_distribution(json, "poll_times", task.poll_times.value_or_new());
  member_distribution(json, "scheduled_times", task.scheduled_times.value_or_new());
  if (!model.coverage.files.empty()) json.member("file", file_of_line(task.first_line));
  json.end_object();
  member_or_null(json, "outcome", task.outcome ? subscriber::outcome_name(*task.outcome) : "");
  member_location(json, "parked_at", task.parked_at);
  member_joins(json, task.state == State::kIdle && task.joins ? &*task.joins : nullptr);
  json.key("findings");
  json.begin_list();
  for (const Finding& finding : findings) {
    if (is_about(finding, index)) write_finding(json, model, finding);
  }
  json.end_list();
  json.key("life");
  json.begin_list();
  for (const LifeEvent* event : life_from(model, task, options.from)) {
    json.new_line();
    write_event(json, *event);
  }
  json.end_list();
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay

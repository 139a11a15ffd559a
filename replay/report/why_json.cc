#include "replay/report/json_members.h"
#include "replay/report/wakers_view.h"
#include "replay/report/why_view.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

void write_parts(JsonWriter& json, const ThreadTime& time) {
  json.key("parts");
  json.begin_list();
  for (const DelayPart& part : time.parts) {
    json.begin_object();
    json.member("part", part.task != 0 ? "poll" : "parked");
    member_from_1(json, "task", part.task);
    json.member("duration_ns", part.ns);
    json.member("count", part.polls);
    member_line(json, "first_line", part.line);
    json.end_object();
  }
  json.end_list();
  json.member("not_told_ns", time.not_told_ns);
}

void write_delay(JsonWriter& json, const Why& why) {
  const DelayedPoll& delayed = why.delayed;
  const bool polled = delayed.poll != nullptr;
  json.begin_object();
  json.member("poll", delayed.number);
  json.member("scheduled_ns", delayed.waited_ns());
  member_instant(json, "ready_at",
                 delayed.timer_overdue ? std::nullopt : std::optional(delayed.from_unix_ns));
  member_instant(json, "polled_at", polled ? std::optional(delayed.until_unix_ns) : std::nullopt);
  member_line(json, "wake_line", delayed.wake != nullptr ? delayed.wake->first_line : 0);
  member_from_1(json, "by_task", delayed.wake != nullptr ? delayed.wake->by_task : 0);
  json.member("by_unclear", delayed.wake != nullptr && delayed.wake->by_unclear);
  member_from_1(json, "thread", polled ? delayed.poll->thread : 0);
  json.member("basis", why.basis);
  write_parts(json, why.here);
  json.end_object();
}

void write_timer(JsonWriter& json, const Why& why) {
  json.key("timer");
  const std::optional<FiredTimer>& timer = why.delayed.timer;
  if (!timer) return json.null();
  const TimerClone& clone = *timer->clone;
  json.begin_object();
  json.member("resource", clone.timer);
  member_or_null(json, "concrete_type", clone.concrete_type);
  member_location(json, "location", clone.location ? &*clone.location : nullptr);
  member_instant(json, "due_at", clone.due_unix_ns);
  json.member("late_ns", timer->late_ns);
  json.member("has_fired", !why.delayed.timer_overdue);
  json.member("basis", word(timer->basis));
  member_line(json, "turn_line", why.turn ? why.turn->line : 0);
  member_from_1(json, "turn_timers", why.turn ? why.turn->timers : 0);
  write_parts(json, why.timer_late);
  json.end_object();
}

}  // namespace

void why_json(const Model& model, const Why& why, std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  write_head(json, model);
  json.member("task", why.task->span);
  member_state(json, *why.task, model.coverage);
  json.key("delay");
  write_delay(json, why);
  write_timer(json, why);
  json.key("other_threads");
  json.begin_list();
  for (const ThreadTime& time : why.elsewhere) {
    json.new_line();
    json.begin_object();
    json.member("thread", time.thread);
    write_parts(json, time);
    json.end_object();
  }
  json.end_list();
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay

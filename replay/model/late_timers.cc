#include "replay/model/late_timers.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "replay/model/named_field.h"
#include "replay/model/saturating.h"
#include "replay/model/timer_watch.h"
#include "replay/model/told_location.h"

namespace ari::replay {

using subscriber::Record;

void LateTimers::began(const Span& span, const Record& record) {
  closed(span.id);  // whatever had the id before
  if (span.kind == SpanClass::kResource) {
    if (text_field(record, "kind") != "timer") return;
    Timer& timer = timers_[span.id];
    timer = {std::string(text_field(record, "concrete_type")), std::nullopt, std::nullopt};
    if (const auto told = told_location(record)) {
      timer.location = SourceLocation{std::string(told->file), told->line, told->column,
                                      std::string(told->function)};
    }
    timer_of_[span.id] = span.id;
    return;
  }
  if (span.kind != SpanClass::kAsyncOp && span.kind != SpanClass::kAsyncOpPoll) return;
  const auto around = timer_of_.find(span.parent);
  if (around != timer_of_.end()) timer_of_[span.id] = around->second;
}

void LateTimers::told(const Record& record) {
  if (record.fields.empty() || record.fields[0].name != "duration") return;
  const auto duration_ns = told_duration_ns(record);
  if (!duration_ns) return;
  const auto of = timer_of_.find(record.span);
  if (of == timer_of_.end()) return;
  const auto timer = timers_.find(of->second);
  if (timer == timers_.end()) return;
  forget(of->second, timer->second);
  timer->second.due_unix_ns = saturating_add(record.at_unix_ns, *duration_ns);
  remember(of->second, timer->second);
}

void LateTimers::cloned(SpanId in, std::uint32_t task) {
  const auto of = timer_of_.find(in);
  if (of == timer_of_.end()) return;
  const auto timer = timers_.find(of->second);
  if (timer == timers_.end() || timer->second.task == task) return;
  forget(of->second, timer->second);
  timer->second.task = task;
  timer->second.place = next_place_++;
  remember(of->second, timer->second);
}

void LateTimers::woken(std::uint32_t task, const Moment& now, bool is_sure) {
  constexpr std::int64_t kStepNs = 1'000'000;  // of the durations that timers tell
  const auto waiting = waiting_.find(task);
  if (waiting == waiting_.end()) return;
  const auto [due_unix_ns, place, first] = *waiting->second.begin();
  if (due_unix_ns == INT64_MAX || due_unix_ns - kStepNs > now.at_unix_ns) return;
  const bool is_only = waiting->second.size() == 1;
  Timer& timer = timers_.at(first);
  forget(first, timer);
  timer.due_unix_ns.reset();
  timer.task = kNowhere;
  const std::int64_t late_ns = lateness_ns(now.at_unix_ns - due_unix_ns);
  late_ns_->add(late_ns);
  if (late_ns == 0) return;
  LateTimer late{first,   timer.concrete_type, timer.location, due_unix_ns,
                 late_ns, is_sure && is_only,  now.line};
  if (late_ns > model_.timers.worst.late_ns) model_.timers.worst = late;
  Rare<LateTimer>& latest = model_.tasks[task].latest_timer;
  if (!latest || latest->late_ns < late_ns) latest = std::move(late);
}

void LateTimers::remember(SpanId id, const Timer& timer) {
  if (timer.task != kNowhere) waiting_[timer.task].insert(key_of(id, timer));
}

void LateTimers::forget(SpanId id, const Timer& timer) {
  const auto waiting = waiting_.find(timer.task);
  if (waiting == waiting_.end()) return;
  waiting->second.erase(key_of(id, timer));
  if (waiting->second.empty()) waiting_.erase(waiting);
}

void LateTimers::closed(SpanId span) {
  if (timer_of_.erase(span) == 0) return;
  const auto timer = timers_.find(span);
  if (timer == timers_.end()) return;
  forget(span, timer->second);
  timers_.erase(timer);
}

void LateTimers::forgot(std::uint32_t task) {
  const auto waiting = waiting_.find(task);
  if (waiting == waiting_.end()) return;
  for (const auto& [due, place, id] : waiting->second) timers_.at(id).task = kNowhere;
  waiting_.erase(waiting);
}

void LateTimers::settle(Model& model) {
  const Coverage& coverage = model.coverage;
  if (!coverage.has_guessed_lines()) return;
  if (coverage.facts.threads) {
    model.timers.worst.is_sure = false;
    return;
  }
  model.timers = {};
  for (Task& task : model.tasks) task.latest_timer.reset();
}

void LateTimers::end_recording() {
  timers_.clear();
  timer_of_.clear();
  waiting_.clear();
}

}  // namespace ari::replay

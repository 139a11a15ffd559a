// The part of Fold that is about wakers: whose they are, who uses them, and what that tells.
#include "replay/model/fold.h"

namespace ari::replay {

using subscriber::is_wake;
using subscriber::Record;

void Fold::waker(const Record& record, const Moment& now) {
  Span* known = spans_.find(record.task);
  if (known == nullptr) {
    ClosedTask* closed = closed_tasks_.find(record.task);
    if (closed != nullptr || forgotten_.contains(record.task)) {
      return late_waker(record, closed, now);
    }
  }
  Span& span = known != nullptr ? *known : known_span(record.task);
  if (span.kind == SpanClass::kUnknown) become_task(span, now);
  if (record.thread == 0) {
    record.op == WakerOp::kClone ? context_.cloned(record.span, span)
                                 : context_.happened(record.span);
    if (resources_ && record.op == WakerOp::kClone && span.entered > 0) {
      resources_->cloned(record.span, span.id);
    }
  }
  if (span.kind != SpanClass::kTask) return;
  TaskFold& fold = fold_of(span);
  const Actor by = actor(record, span, fold.watched());
  Task& task = task_of(span);
  count_waker(task, now, record.op, by);
  count_actor(record, by);
  WakerUse use{record.op, by.self, by.task, by.unclear, {}, {}};
  if (fold.watched()) tell_scope(record, use);
  fold.waker(task, now, use);
  if (timers_.any()) timer_waker(record, span, now);
  if (resources_ && is_wake(record.op)) resources_->woken(span.index, now);
}

// A timer may have got it, or have used it: the driver does so outside of all polls.
void Fold::timer_waker(const Record& record, const Span& woken, const Moment& now) {
  if (record.op == WakerOp::kClone) return timers_.cloned(record.span, woken.index);
  if (!is_wake(record.op) || !timers_.waits(woken.index)) return;
  const TaskContext::Place by = acting_task(record);
  const Span* polled = by.task != 0 ? spans_.find(by.task) : nullptr;
  if (polled == nullptr || polled->is_worker) timers_.woken(woken.index, now, !by.guessed);
}

// Where a waker was used.
void Fold::tell_scope(const Record& record, WakerUse& use) {
  SpanId id = record.span;
  // No real scope is so deep; a broken log may have a ring of parents.
  for (int depth = 0; id != trace::kNoSpan && depth < 16; ++depth) {
    const Span* span = spans_.find(id);
    if (span == nullptr || span->kind == SpanClass::kTask) return;
    if (span->kind == SpanClass::kAsyncOp && !use.async_op) use.async_op = {id, span->index};
    if (span->kind == SpanClass::kResource) {
      use.resource = {id, span->index};
      return;
    }
    id = span->parent;
  }
}

// The console does not see wakers that outlive their task; they were used all the same.
// `closed`: null if the task is forgotten.
void Fold::late_waker(const Record& record, ClosedTask* closed, const Moment& now) {
  if (record.thread == 0) context_.happened(record.span);
  if (options_.semantics == Semantics::kConsole) return;
  misjudged_ = misjudged_ || (closed == nullptr && !options_.only_alive);
  if (closed == nullptr) return;
  Task& task = model_.tasks[closed->index];
  const TaskContext::Place place = acting_task(record);
  const Actor by{place.guessed ? 0 : place.task, place.guessed, record.self_wake.value_or(false),
                 false};
  count_waker(task, now, record.op, by);
  count_actor(record, by);
  if (!task.life.empty()) {
    WakerUse use{record.op, by.self, by.task, by.unclear, {}, {}};
    tell_scope(record, use);
    LifeLine::waker(task.life, now, use);
  }
  if (forget_if_over(*closed)) closed_tasks_.erase(record.task);
}

void Fold::count_waker(Task& task, const Moment& now, WakerOp op, const Actor& by) const {
  task.last_line = now.line;
  task.waker_clones += op == WakerOp::kClone ? 1 : 0;
  // Waking by value consumes the waker, and no drop is reported.
  task.waker_drops += op == WakerOp::kDrop || op == WakerOp::kWake ? 1 : 0;
  if (!is_wake(op)) return;
  ++task.wakes;
  task.self_wakes += by.self ? 1 : 0;
  task.perhaps_self_wakes += by.perhaps_self ? 1 : 0;
  const bool is_latest = !task.last_wake_unix_ns || *task.last_wake_unix_ns < now.at_unix_ns;
  if (is_latest) task.last_wake_unix_ns = now.at_unix_ns;
}

// Who uses a waker of this task: itself, if it is being polled on the thread that does. Of logs
// with threads asked for a task only if that is watched.
Fold::Actor Fold::actor(const Record& record, const Span& woken, bool watched) {
  const bool wakes = is_wake(record.op);
  if (wakes && record.self_wake == true) return {woken.id, false, true, false};
  if (record.thread == 0) {
    const TaskContext::Place place = acting_task(record);
    const bool may_be_self = wakes && woken.entered > 0 && !record.self_wake;
    if (place.guessed) return {0, true, false, may_be_self};
    return {place.task, false, may_be_self && place.task == woken.id, false};
  }
  const bool self = wakes && !record.self_wake && threads_.is_inside(record.thread, woken.id);
  if (self) return {woken.id, false, true, false};
  return {watched ? threads_.innermost(record.thread) : 0, false, false, false};
}

void Fold::count_actor(const Record& record, const Actor& by) {
  if (record.thread != 0 || record.self_wake || !is_wake(record.op)) return;
  ++model_.coverage.wakes_without_thread;
  model_.coverage.wakes_unclear += by.unclear ? 1 : 0;
}

}  // namespace ari::replay

#include "replay/model/task_context.h"

#include <algorithm>

namespace ari::replay {

void TaskContext::entered(Span& span) {
  const Span* around = span.parent != 0 ? spans_.find(span.parent) : nullptr;
  const bool is_bracket = span.kind == SpanClass::kAsyncOp || span.kind == SpanClass::kAsyncOpPoll;
  // Only tasks wait. Before Tokio 1.33 what block_on runs is none in the log, and neither is a
  // thread of the program's own that waits.
  if (span.kind == SpanClass::kAsyncOpPoll && polled_.empty()) has_outsiders_ = true;
  if (is_bracket && around != nullptr && around->entered == 1) {
    span.inside = around->inside;
    span.is_inside_known = around->is_inside_known;
  } else if (span.kind == SpanClass::kTask) {
    span.inside = last_;
    if (span.entered == 1) poll_began(span);
  } else {
    const Place place = likely();
    span.inside = place.task;
    span.is_inside_known = !place.guessed;
  }
  // Entered more than once, a span says nothing about which of the threads it is.
  if (span.entered > 1) span.is_inside_known = false;
  last_ = at(span).task;
}

void TaskContext::exited(const Span& span) {
  if (span.kind != SpanClass::kTask) {
    last_ = at(span).task;
    return;
  }
  last_ = span.inside;
  if (span.entered == 0) poll_ended(span.id);
}

void TaskContext::closed(const Span& task) { poll_ended(task.id); }

void TaskContext::poll_began(const Span& task) {
  if (task.is_worker) return;
  // A local task is polled by the task or block_on that runs its LocalSet.
  const bool is_clear = task.is_local && polled_.size() == 1;
  if (polled_.size() == kMostPolled) {
    polled_.erase(polled_.begin(), polled_.begin() + kMostPolled / 2);
    has_outsiders_ = true;
  }
  polled_.push_back({task.id, is_clear ? polled_.front().task : 0});
}

void TaskContext::poll_ended(SpanId task) {
  std::erase_if(polled_, [task](const Polled& polled) { return polled.task == task; });
}

void TaskContext::cloned(SpanId in, const Span& task) {
  Span* span = in != 0 && task.entered > 0 ? spans_.find(in) : nullptr;
  if (span == nullptr || span->kind == SpanClass::kTask) return;
  if (span->is_inside_known && span->inside != task.id) return;  // another's waker
  last_ = span->inside = task.id;
  if (span->kind == SpanClass::kUnknown) span->owner = task.id;
  if (span->kind != SpanClass::kAsyncOpPoll || span->parent == 0) return;
  Span* op = spans_.find(span->parent);
  if (op == nullptr || op->kind != SpanClass::kAsyncOp) return;
  op->owner = op->inside = task.id;
  Span* resource = op->parent != 0 ? spans_.find(op->parent) : nullptr;
  if (resource != nullptr && resource->kind == SpanClass::kResource) resource->inside = task.id;
}

TaskContext::Place TaskContext::at(SpanId in) const {
  const Span* span = in != 0 ? spans_.find(in) : nullptr;
  return span != nullptr ? at(*span) : Place();
}

TaskContext::Place TaskContext::at_one_like(SpanId in, SpanId task) const {
  const Place here = likely();
  if (!here.guessed) return here;
  const Place there = at(in);
  return {there.task, there.guessed || there.task != task};
}

TaskContext::Place TaskContext::at(const Span& span) const {
  if (span.kind == SpanClass::kTask) return {span.id, false};
  const bool is_poll = span.kind == SpanClass::kAsyncOpPoll;
  const Span* owned = is_poll && span.parent != 0 ? spans_.find(span.parent) : &span;
  const bool has_owner = is_poll || span.kind == SpanClass::kUnknown;
  if (has_owner && owned != nullptr && is_polled(owned->owner)) return {owned->owner, false};
  if (span.is_inside_known) return {span.inside, false};
  const Place likely_now = likely();
  return likely_now.guessed ? Place{span.inside, true} : likely_now;
}

// Where a line is that says nothing of it.
TaskContext::Place TaskContext::likely() const {
  const bool is_nested = polled_.size() == 2 && polled_.back().around == polled_.front().task;
  const bool is_one = polled_.size() == 1 || is_nested;
  if (is_one && !has_outsiders_) return {polled_.back().task, false};
  return {last_, !polled_.empty() || last_ != 0};
}

bool TaskContext::is_polled(SpanId task) const {
  const Span* span = task != 0 ? spans_.find(task) : nullptr;
  return span != nullptr && span->kind == SpanClass::kTask && span->entered > 0;
}

void TaskContext::clear() {
  last_ = 0;
  polled_.clear();
  has_outsiders_ = false;
}

}  // namespace ari::replay

#include "replay/model/task_context.h"

namespace ari::replay {

void TaskContext::entered(Span& span) {
  const Span* around = span.parent != 0 ? spans_.find(span.parent) : nullptr;
  const bool is_bracket = span.kind == SpanClass::kAsyncOp || span.kind == SpanClass::kAsyncOpPoll;
  // Entered more than once, the one around says nothing about which of the threads it is.
  span.inside = is_bracket && around != nullptr && around->entered == 1 ? around->inside : last_;
  last_ = at(span);
}

void TaskContext::exited(const Span& span) {
  last_ = span.kind == SpanClass::kTask ? span.inside : at(span);
}

void TaskContext::cloned(SpanId in, const Span& task) {
  Span* span = in != 0 && task.entered > 0 ? spans_.find(in) : nullptr;
  if (span == nullptr || span->kind == SpanClass::kTask) return;
  last_ = span->inside = task.id;
  if (span->kind == SpanClass::kUnknown) span->owner = task.id;
  if (span->kind != SpanClass::kAsyncOpPoll || span->parent == 0) return;
  Span* op = spans_.find(span->parent);
  if (op == nullptr || op->kind != SpanClass::kAsyncOp) return;
  op->owner = op->inside = task.id;
  Span* resource = op->parent != 0 ? spans_.find(op->parent) : nullptr;
  if (resource != nullptr && resource->kind == SpanClass::kResource) resource->inside = task.id;
}

SpanId TaskContext::at(SpanId in) const {
  const Span* span = in != 0 ? spans_.find(in) : nullptr;
  return span != nullptr ? at(*span) : 0;
}

SpanId TaskContext::at(const Span& span) const {
  if (span.kind == SpanClass::kTask) return span.id;
  const bool is_poll = span.kind == SpanClass::kAsyncOpPoll;
  const Span* owned = is_poll && span.parent != 0 ? spans_.find(span.parent) : &span;
  const bool has_owner = is_poll || span.kind == SpanClass::kUnknown;
  if (has_owner && owned != nullptr && is_polled(owned->owner)) return owned->owner;
  return span.inside;
}

bool TaskContext::is_polled(SpanId task) const {
  const Span* span = task != 0 ? spans_.find(task) : nullptr;
  return span != nullptr && span->kind == SpanClass::kTask && span->entered > 0;
}

}  // namespace ari::replay

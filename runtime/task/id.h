// task::id: which task the calling code is part of.
//
//   log("request in", ari::task::id());      // anywhere inside of a task, however deep
//
// The id is that of the task's span, in every log and dump, and what JoinHandle::id() says.
// Also inside of select, join and the like, of which a task has any number, of a
// spawn_blocking's function, and, unlike in Tokio, of block_on: that is a task here.
#pragma once

#include <optional>
#include <stdexcept>

#include "runtime/trace/span_stack.h"

namespace ari::task {

// Nothing outside of any task.
inline std::optional<trace::SpanId> try_id() noexcept {
  const trace::SpanId task = trace::SpanStack::task();
  return task != trace::kNoSpan ? std::optional(task) : std::nullopt;
}

// Throws std::logic_error outside of any task.
inline trace::SpanId id() {
  const trace::SpanId task = trace::SpanStack::task();
  if (task != trace::kNoSpan) return task;
  throw std::logic_error("ari: task::id() was called outside of any task (try_id() may be)");
}

}  // namespace ari::task

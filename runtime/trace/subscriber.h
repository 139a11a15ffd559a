// The abstract Subscriber: who hears of every span and event.
//
// The runtime calls it from whichever thread something happens on, in the middle of
// polling and waking. So every call is noexcept, may come from any thread at any time,
// and must neither block nor call back into the runtime, nor take a lock of the dynamic linker,
// which may be waiting for a thread that records. Values and the text behind them are valid only
// during the call; Metadata as long as its library is loaded.
//
// Spans are named by ids that the runtime gives out (span.h): unique for the life of
// the process, never 0. A task's span id is also its task id.
#pragma once

#include <cstdint>
#include <source_location>
#include <span>

#include "runtime/trace/metadata.h"
#include "runtime/trace/value.h"

namespace ari::trace {

using SpanId = std::uint64_t;
inline constexpr SpanId kNoSpan = 0;

// Why a span was entered. Tokio enters a task's span once more to destroy its future and
// the two cannot be told apart; here they can.
enum class EnterReason : std::uint8_t {
  kPoll = 0,     // a poll, or any other work inside the span
  kDestroy = 1,  // the task's frames are being destroyed: not a poll
};

// How a span ended. These numbers are written into ring files: they never change.
enum class Outcome : std::uint8_t {
  kCompleted = 0,  // ran to its end; what every span but a task's reports
  kCancelled = 1,  // destroyed before its end: abort, shutdown, a dropped handle
  kPanicked = 2,   // ended by an exception
};

// What was done to a waker. These numbers are written into ring files: they never change.
enum class WakerOp : std::uint8_t {
  kClone = 0,      // one waker more
  kDrop = 1,       // one waker less
  kWake = 2,       // woken by value: the task is made runnable and the waker is gone
  kWakeByRef = 3,  // woken by reference: the task is made runnable, the waker stays
};

class Subscriber {
 public:
  virtual ~Subscriber() = default;

  // A span began. `parent` is the span it was created in, or kNoSpan. `values` go with
  // metadata.fields, one for one.
  virtual void new_span(SpanId id, SpanId parent, const Metadata& metadata,
                        std::span<const Value> values) noexcept = 0;

  // The calling thread entered the span.
  virtual void enter(SpanId id, EnterReason reason) noexcept = 0;

  // The calling thread left the span. For a task whose poll suspended, `parked_at` is
  // the `co_await` it waits in; else its line() is 0.
  virtual void exit(SpanId id, std::source_location parked_at) noexcept = 0;

  // The span is gone; nothing with this id follows except late waker events.
  virtual void close(SpanId id, Outcome outcome) noexcept = 0;

  // An instant inside span `in` (kNoSpan: inside none).
  virtual void event(SpanId in, const Metadata& metadata,
                     std::span<const Value> values) noexcept = 0;

  // A waker of the task with span id `task` was used, by code running inside span `in`.
  // Called before the effect, so that a wake always precedes the poll it causes.
  virtual void waker(SpanId in, WakerOp op, SpanId task) noexcept = 0;
};

}  // namespace ari::trace

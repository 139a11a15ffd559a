// sleep: waits until a moment has come.
//
//   co_await ari::time::sleep(std::chrono::milliseconds(5));
//
// Never ends early, and late by up to a millisecond plus whatever keeps the runtime busy.
// The clock starts when sleep() is called, not when it is awaited. In logs a sleep is a
// resource "Sleep" with one async op "Sleep::new_timeout".
#pragma once

#include <memory>
#include <optional>
#include <source_location>

#include "runtime/scheduler/scheduler.h"
#include "runtime/task/future.h"
#include "runtime/time/clock.h"
#include "runtime/time/timer_queue.h"
#include "runtime/trace/resource.h"

namespace ari::time {

// A Future. Stays where it is. Not thread-safe: the task that waits in it and whoever moves it
// take turns.
class Sleep {
 public:
  Sleep(Instant deadline, std::source_location at) noexcept;
  ~Sleep();
  Sleep(const Sleep&) = delete;
  Sleep& operator=(const Sleep&) = delete;

  Poll poll(Context& cx) noexcept;

 private:
  struct Spans {
    explicit Spans(std::source_location at) noexcept;
    trace::Span resource;
    trace::AsyncOp op;
  };
  const Instant deadline_;
  std::optional<Spans> spans_;
  std::shared_ptr<scheduler::Scheduler> scheduler_;  // whose timers it waits in, once polled
  TimerQueue::Entry entry_;
};

inline Sleep sleep_until(Instant deadline,
                         std::source_location at = std::source_location::current()) noexcept {
  return Sleep(deadline, at);
}

// A duration that is not positive ends at once; one beyond what the clock can count, never.
inline Sleep sleep(std::chrono::nanoseconds duration,
                   std::source_location at = std::source_location::current()) noexcept {
  return Sleep(after(Clock::now(), duration), at);
}

}  // namespace ari::time

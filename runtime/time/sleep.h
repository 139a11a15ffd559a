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
#include "runtime/time/timer_queue.h"
#include "runtime/trace/resource.h"

namespace ari::time {

// A Future. Stays where it is.
class Sleep {
 public:
  Sleep(Clock::time_point deadline, std::source_location at) noexcept;
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
  const Clock::time_point deadline_;
  std::optional<Spans> spans_;
  std::shared_ptr<scheduler::Scheduler> scheduler_;  // whose timers it waits in, once polled
  TimerQueue::Entry entry_;
};

inline Sleep sleep_until(Clock::time_point deadline,
                         std::source_location at = std::source_location::current()) noexcept {
  return Sleep(deadline, at);
}

// A duration that is not positive ends at once; one beyond what the clock can count, never.
inline Sleep sleep(std::chrono::nanoseconds duration,
                   std::source_location at = std::source_location::current()) noexcept {
  const Clock::time_point now = Clock::now();
  const bool countable = duration < Clock::time_point::max() - now;
  return Sleep(countable ? now + duration : Clock::time_point::max(), at);
}

}  // namespace ari::time

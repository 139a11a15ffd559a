// sleep: waits until a moment has come.
//
//   co_await ari::time::sleep(std::chrono::milliseconds(5));
//
// Never ends early, and late by up to a millisecond plus whatever keeps the runtime busy: timers go
// by ticks of one, as Tokio's, and a deadline counts as the first tick that begins after it.
// The clock starts when sleep() is called, not when it is awaited. In logs a sleep is a
// resource "Sleep" with one async op "Sleep::new_timeout", or "Sleep::reset" after that; its
// attribute `duration` is what was left of it when it began to wait, and `late` by how many
// milliseconds the runtime was late, if that is more than one.
#pragma once

#include <atomic>
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
class [[nodiscard("does nothing until it is co_awaited")]] Sleep {
 public:
  Sleep(Instant deadline, std::source_location at) noexcept;
  ~Sleep();
  Sleep(const Sleep&) = delete;
  Sleep& operator=(const Sleep&) = delete;

  Poll poll(Context& cx) noexcept;
  task::Wait wait() const noexcept;

  Instant deadline() const noexcept { return deadline_.load(std::memory_order_relaxed); }

  // Whether the deadline has come, as far as the runtime's timers know; false before the
  // first poll.
  bool is_elapsed() const noexcept;

  // Moves the deadline, to sooner or later. A task that waits for it goes on waiting, until
  // then; after kReady the sleep may be awaited once more.
  void reset(Instant deadline) noexcept;

 private:
  friend class Interval;

  struct Spans {
    explicit Spans(std::source_location at) noexcept;
    trace::Span resource;
    trace::AsyncOp op;
  };

  // Moves the deadline and waits for it from the next poll on only.
  void reset_unregistered(Instant deadline) noexcept;
  scheduler::Driver& driver() const noexcept;

  // relaxed: a dump may read it, on any thread, while somebody moves it. It reads what is next to
  // it too, which nobody changes while a task waits.
  std::atomic<Instant> deadline_;
  std::optional<Spans> spans_;
  std::shared_ptr<scheduler::Scheduler> scheduler_;  // whose timers it waits in, once it was polled
  bool registered_ = false;                          // for deadline_; it may have fired since
  TimerQueue::Entry entry_;
};

inline Sleep sleep_until(Instant deadline,
                         std::source_location at = std::source_location::current()) noexcept {
  return Sleep(deadline, at);
}

// A duration that is not positive ends with the next tick; one beyond what the clock can count,
// never.
inline Sleep sleep(Duration duration,
                   std::source_location at = std::source_location::current()) noexcept {
  return Sleep(after(Clock::now(), duration), at);
}

}  // namespace ari::time

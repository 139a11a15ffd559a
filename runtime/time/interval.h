// interval: a clock that ticks.
//
//   auto beat = ari::time::interval(std::chrono::seconds(1));
//   while (true) {
//     co_await beat.tick();          // the first comes within a millisecond, then one a second,
//     …                              // however long this takes
//   }
//
// Unlike a sleep at the end of the loop it keeps its pace: each tick is due one period after
// the one before was due, whenever its task got to it. What becomes of ticks that a busy task
// missed is for MissedTickBehavior to say. In logs an interval is a resource "Interval", with
// a resource "Sleep" that it waits by, and one async op "Interval::tick" for each tick().
#pragma once

#include <optional>
#include <source_location>

#include "runtime/task/future.h"
#include "runtime/time/clock.h"
#include "runtime/time/sleep.h"
#include "runtime/trace/resource.h"

namespace ari::time {

// When the next tick is due, after one that was more than 5 ms late. With a period of 50 ms,
// and a task that takes 120 ms after the tick at 50:
//
//   kBurst   50 ─────── 170 170 200 250     the missed ones follow at once, until all are made up
//   kDelay   50 ─────── 170 220 270 320     the pace begins anew with the late one
//   kSkip    50 ─────── 170 200 250 300     the missed ones are left out; the pace stays
enum class MissedTickBehavior {
  kBurst,
  kDelay,
  kSkip,
};

// Stays where it is. Not thread-safe: of one task at a time.
class Interval {
 public:
  // Throws std::invalid_argument if the period is not longer than zero.
  Interval(Instant start, Clock::duration period, std::source_location at);

  // One wait for the next tick. A Future, whose result is the instant at which the tick was
  // due; that may be some time ago. One that is destroyed before it is ready has cost no tick.
  class [[nodiscard("does nothing until it is co_awaited")]] Tick {
   public:
    explicit Tick(Interval& interval) noexcept : interval_(interval) {}
    Tick(const Tick&) = delete;
    Tick& operator=(const Tick&) = delete;

    Poll poll(Context& cx) noexcept;
    task::Wait wait() const noexcept;
    Instant result() const noexcept { return due_; }

   private:
    Interval& interval_;
    std::optional<trace::AsyncOp> op_;  // from the first poll on
    Instant due_;
  };
  Tick tick() noexcept { return Tick(*this); }

  // The next tick comes one period from now; now; after a while; at that instant. The ones
  // after it keep the pace from there. A task that waits for the next tick waits for the new
  // one.
  void reset() noexcept { reset_after(period_); }
  void reset_immediately() noexcept { reset_at(Clock::now()); }
  void reset_after(Duration duration) noexcept { reset_at(after(Clock::now(), duration)); }
  void reset_at(Instant deadline) noexcept;

  Clock::duration period() const noexcept { return period_; }
  MissedTickBehavior missed_tick_behavior() const noexcept { return behavior_; }
  void set_missed_tick_behavior(MissedTickBehavior behavior) noexcept { behavior_ = behavior; }

 private:
  Instant next_after(Instant due, Instant now) const noexcept;

  const Clock::duration period_;
  MissedTickBehavior behavior_ = MissedTickBehavior::kBurst;
  const trace::Span resource_;
  Sleep delay_;  // until the next tick
};

// The first tick is due at once, the others one period after another. Throws
// std::invalid_argument if the period is not longer than zero.
inline Interval interval(Duration period,
                         std::source_location at = std::source_location::current()) {
  return Interval(Clock::now(), period, at);
}

// The same with the first tick at `start`, which may be past.
inline Interval interval_at(Instant start, Duration period,
                            std::source_location at = std::source_location::current()) {
  return Interval(start, period, at);
}

}  // namespace ari::time

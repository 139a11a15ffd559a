// TickClock: what time it is for a runtime's timers, in ticks and as an instant.
//
// It shows the time of std::chrono::steady_clock, until a test pauses it (pause.h): then it
// stands still, and goes on by jumps only. What was resumed runs on from where it stood, so
// that time never goes back. Any thread may use it.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include "runtime/time/clock.h"
#include "runtime/time/tick.h"

namespace ari::time {

class TickClock {
 public:
  enum class Pausing {
    kRefused,    // the runtime has several threads: none knows that nothing can run
    kAllowed,    // pause() does it
    kFromStart,  // it is paused when it is made
  };
  explicit TickClock(Pausing pausing = Pausing::kAllowed);

  Instant instant() const noexcept;

  // The tick that has begun.
  Tick now() const noexcept;
  // The first tick that begins at or after the deadline; kNever if it begins later than the
  // clock can count.
  Tick at_or_after(Instant deadline) const noexcept;
  // When the tick begins: for kNever, at the end of time.
  Instant start_of(Tick tick) const noexcept;
  // The same for one who sleeps until then: when that is on std::chrono::steady_clock.
  // Requires: not paused.
  std::chrono::steady_clock::time_point steady_start_of(Tick tick) const noexcept;

  bool is_paused() const noexcept;
  // These three throw std::logic_error: pause() if it is paused or may not be, the others if
  // it is not paused. advance() throws std::invalid_argument for a duration that is below
  // zero or takes the clock beyond what it can count.
  void pause();
  void resume();
  void advance(Clock::duration duration);
  // Moves the clock to the start of the tick, if that is yet to come. Requires: paused.
  void advance_to(Tick tick) noexcept;

  // Whether any clock of the process was ever paused. If not, all show the time of the steady
  // clock, and nobody needs to look for the right one or take its mutex.
  static bool any_was_paused() noexcept;

 private:
  // The last tick that the clock can count.
  Tick last() const noexcept;
  Instant instant_locked() const noexcept;
  void pause_at(Instant instant) noexcept;

  const Pausing pausing_;
  const Instant start_ = std::chrono::steady_clock::now();
  mutable std::mutex mutex_;
  std::optional<Instant> stands_at_;  // while paused
  Clock::duration ahead_{0};          // of the steady clock, while running
};

}  // namespace ari::time

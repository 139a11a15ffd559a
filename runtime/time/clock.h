// Clock: the time that timers go by.
//
// Inside of a task it is that of the task's runtime, which tests may pause (pause.h); and
// since hardly any runtime's clock ever is, that of std::chrono::steady_clock, as anywhere
// else. Instants of the two are of one type and comparable while nothing was paused.
#pragma once

#include <chrono>

#include "runtime/time/duration.h"

namespace ari::time {

// A clock as <chrono> knows them.
struct Clock {
  using duration = std::chrono::steady_clock::duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr bool is_steady = true;

  static time_point now() noexcept;
};

using Instant = Clock::time_point;

// `duration` from `start`; the end of time if that is beyond what the clock can count.
constexpr Instant after(Instant start, Duration duration) noexcept {
  const Clock::duration counted = duration;
  return counted < Instant::max() - start ? start + counted : Instant::max();
}

}  // namespace ari::time

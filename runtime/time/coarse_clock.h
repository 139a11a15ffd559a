// CoarseClock: what a thread that runs tasks last read of the clock.
//
// Each poll of a task is stamped with it, so that a dump can say for how long a task has
// been running or waiting, and a stamp must not cost what reading a clock costs. So the
// thread reads it now and then: after each sleep, each time it looks at its timers, and
// at least every 61 polls. A stamp is never later than the truth, and earlier by no more
// than what ran on that thread since, and the 4 ms that the system's own coarse clock
// may be behind.
//
// Nanoseconds of CLOCK_MONOTONIC, which is what std::chrono::steady_clock counts, also
// while the runtime's own clock is paused.
#pragma once

#include <cstdint>

namespace ari::time {

class CoarseClock {
 public:
  // Reads the system's clock, for the calling thread. Some 5 ns.
  static void refresh() noexcept;

  // What the calling thread read last.
  static std::int64_t last_ns() noexcept { return t_last_ns_; }

  // The clock itself, for whoever runs no tasks and so has not refreshed it.
  static std::int64_t now_ns() noexcept;

 private:
  // Read and written in functions that never suspend.
  static inline constinit thread_local std::int64_t t_last_ns_ = 0;
};

}  // namespace ari::time

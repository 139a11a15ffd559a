#include "runtime/time/coarse_clock.h"

#include <ctime>

namespace ari::time {

std::int64_t CoarseClock::now_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

void CoarseClock::refresh() noexcept { t_last_ns_ = now_ns(); }

}  // namespace ari::time

// Duration: how long, as functions take it that wait.
//
//   ari::time::sleep(std::chrono::seconds::max());      // 292 billion years: for ever
//
// Every std::chrono duration of whole nanoseconds converts to it, and it to what the clock counts
// in. A longer one than that can tell, 292 years, becomes the longest: std::chrono would make any
// duration of it, also one below zero, and a sleep of that hardly waits.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <ratio>

namespace ari::time {

class Duration {
 public:
  constexpr Duration() noexcept = default;  // none

  template <std::integral Rep, class Period>
    requires(std::ratio_divide<Period, std::nano>::den == 1)
  constexpr Duration(std::chrono::duration<Rep, Period> duration) noexcept
      : nanoseconds_(counted(duration.count(), std::ratio_divide<Period, std::nano>::num)) {}

  constexpr operator std::chrono::nanoseconds() const noexcept { return nanoseconds_; }

 private:
  __extension__ using Wide = __int128;  // has room for the product of any two that are narrower

  static constexpr std::chrono::nanoseconds counted(Wide ticks, Wide ns_per_tick) noexcept {
    using Limits = std::numeric_limits<std::chrono::nanoseconds::rep>;
    const Wide ns = ticks * ns_per_tick;
    if (ns > Limits::max()) return std::chrono::nanoseconds::max();
    if (ns < Limits::min()) return std::chrono::nanoseconds::min();
    return std::chrono::nanoseconds(static_cast<std::chrono::nanoseconds::rep>(ns));
  }

  std::chrono::nanoseconds nanoseconds_{0};
};

}  // namespace ari::time

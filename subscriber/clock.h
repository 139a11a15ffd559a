// The clock that stamps every record: as cheap as the machine has one.
//
// A stamp is taken in the middle of a poll, so it is a bare read of the processor's time
// stamp counter where that counts evenly, and clock_gettime elsewhere. What a stamp means
// in time is worked out later, by the drain (time_line.h).
#pragma once

#include <cstdint>
#include <string_view>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace ari::subscriber {

// CLOCK_MONOTONIC in nanoseconds.
std::uint64_t monotonic_ns() noexcept;

class TickClock {
 public:
  // The time stamp counter if the processor says that it is invariant (it runs at one rate
  // whatever the core's frequency and sleep), else CLOCK_MONOTONIC.
  static TickClock best() noexcept;
  static TickClock monotonic() noexcept { return TickClock(false); }

  // The present, in ticks. Any thread. The counter is read without a fence, which would
  // cost half as much again: of two events on different threads less than about 100 ns
  // apart, the later may bear the earlier stamp.
  std::uint64_t now() const noexcept {
#if defined(__x86_64__)
    if (is_tsc_) [[likely]]
      return __rdtsc();
#endif
    return monotonic_ns();
  }

  // As the log's header says it: "tsc" or "monotonic".
  std::string_view name() const noexcept { return is_tsc_ ? "tsc" : "monotonic"; }

 private:
  explicit TickClock(bool is_tsc) noexcept : is_tsc_(is_tsc) {}
  bool is_tsc_;
};

}  // namespace ari::subscriber

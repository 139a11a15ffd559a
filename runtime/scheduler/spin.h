// Spin: waits awake for a moment before a sleep, where that has paid of late.
//
// To fall asleep and be woken takes some 10 us; to see a wake while awake, a hundredth of that. So
// a thread that two tasks wake to and fro from another does better to look for a while first. One
// that nobody calls must not burn its processor. Which it is, its last sleeps tell:
//
//   so many short sleeps, each ended by a call ──▶ spins before the next one
//   called meanwhile: half as many are asked for  ┐
//   not called: sleeps, and twice as many         ┘ 4 to 4096
//
// At worst that is one spin of 20 us in 4096 sleeps. Where the process has one processor only it
// never spins, for the other could not call. For one thread at a time: that of a driver goes from
// worker to worker with the turn to sleep there.
#pragma once

#include <chrono>

namespace ari::scheduler {

class Spin {
 public:
  using Clock = std::chrono::steady_clock;

  // Whether it is worth it now.
  bool is_due() const noexcept { return short_sleeps_ >= asked_for_; }

  // Requires: is_due(). Waits until `called()`, for 20 us at most; whether it was.
  template <class Called>
  bool wait(Called called) noexcept {
    for (unsigned i = 0; i < kLooksBeforeClock; ++i) {
      if (called()) return succeeded();
      pause();
    }
    const Clock::time_point end = Clock::now() + kLongest;
    do {
      for (unsigned i = 0; i < kLooksPerClock; ++i) {
        if (called()) return succeeded();
        pause();
      }
    } while (Clock::now() < end);
    return failed();
  }

  // A sleep is over, and whether it was ended by a call.
  void slept(Clock::duration length, bool called) noexcept {
    const bool is_short = called && length < kShort;
    short_sleeps_ = is_short ? short_sleeps_ + 1 : 0;
  }

  // False where it never will be. As of the first call in the process.
  static bool is_possible() noexcept;

 private:
  static constexpr std::chrono::microseconds kLongest{20};
  // So short that it would have been less than kLongest if the other had been awake, too.
  static constexpr std::chrono::microseconds kShort{60};
  static constexpr unsigned kLooksBeforeClock = 32, kLooksPerClock = 8;
  static constexpr unsigned kFewest = 4, kMost = 4096;

  static void pause() noexcept;
  bool succeeded() noexcept;
  bool failed() noexcept;

  unsigned short_sleeps_ = 0;  // in a row
  unsigned asked_for_ = kFewest;
};

}  // namespace ari::scheduler

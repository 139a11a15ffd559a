// TimerWheel: pending timers, sorted only as far as is needed to find the next.
//
// Levels of 64 slots, each slot a list of timers. A slot of level 0 is one tick wide, one of
// level 1 as wide as the whole of level 0, and so on, like the hands of a clock: what is
// near lies in a slot of its own tick, what is far lies with others that are as far, and is
// sorted when its time comes near.
//
//   the wheel stands at tick 70
//   level 0    64 … 71 … 127                  one tick each; a timer due at 71 is here
//   level 1    0–63, 64–127, 128–191 …        one due at 130 is in the third slot
//   level 2    0–4095, 4096–8191, …           one due at 5000 is in the second slot
//
// Adding and removing take a constant number of steps, and no memory: the lists run through
// the timers. Not thread-safe (TimerQueue is), and it reads no clock.
#pragma once

#include <array>
#include <cstddef>

#include "runtime/time/tick.h"

namespace ari::time {

class TimerWheel {
 public:
  // The base of whatever is to be listed. Stays where it is while it is listed.
  struct Timer {
    Tick due = 0;
    bool listed = false;
    Timer* before = nullptr;
    Timer* after = nullptr;
  };

  // Where the wheel stands: every timer due until then has been taken or is about to be.
  Tick elapsed() const noexcept { return elapsed_; }

  // The first tick at which take_due() has something to do: at or before the first timer is
  // due, since sorting a slot comes earlier. kNever while empty.
  Tick next() const noexcept { return next_; }

  // Lists the timer. Requires: not listed; elapsed() < timer.due < kNever.
  void add(Timer& timer) noexcept;

  // Requires: listed.
  void remove(Timer& timer) noexcept;

  // Turns the wheel to `now`, if nothing is to be done until then. Keeps timers that are added
  // after a long silence from being listed as farther off than they are.
  void skip_to(Tick now) noexcept {
    if (elapsed_ < now && now < next_) elapsed_ = now;
  }

  // Turns the wheel towards `now` and takes off the first timer that is due: of several with
  // one tick, the one added first. Null when there is none left: the wheel then stands at
  // `now`.
  Timer* take_due(Tick now) noexcept;

 private:
  static constexpr unsigned kBits = 6;  // of a tick, that a level looks at
  static constexpr std::size_t kSlots = std::size_t{1} << kBits;
  // Enough for all 64 bits, so that no timer is too far off.
  static constexpr std::size_t kLevels = (64 + kBits - 1) / kBits;

  struct Slot {
    Timer* first = nullptr;
    Timer* last = nullptr;  // meaningless while empty
  };
  struct Level {
    std::array<Slot, kSlots> slots;
    std::uint64_t occupied = 0;  // bit n: slot n has timers
  };
  struct Place {
    std::size_t level;
    std::size_t slot;
  };

  Place place_of(Tick due) const noexcept;
  Place first_place() const noexcept;
  Tick start_of(Place place) const noexcept;
  // The three keep everything but next_.
  void append(Timer& timer) noexcept;
  void unlink(Timer& timer) noexcept;
  void mark_empty(Place place) noexcept;
  // Sorts a slot of a level above 0 into the levels below. Requires: the wheel stands at its
  // start.
  void sort(Place place) noexcept;
  void find_next() noexcept;

  Tick elapsed_ = 0;
  Tick next_ = kNever;
  unsigned occupied_levels_ = 0;  // bit n: level n has timers
  std::array<Level, kLevels> levels_;
};

}  // namespace ari::time

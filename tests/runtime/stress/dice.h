// Dice: where a stress test has its chances from. gives_way(): a task does, now and then.
//
//   stress::Dice dice(seed);
//   if (dice.one_in(4)) co_await stress::gives_way(dice);
//
// The same seed gives the same throws. Each task has dice of its own, forked from those of
// whoever spawns it, so that what it does depends on no other.
#pragma once

#include <cstdint>

#include "runtime/ari.h"

namespace ari::stress {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) noexcept : state_(seed) {}

  // Requires: n > 0.
  unsigned below(unsigned n) noexcept { return static_cast<unsigned>((next() >> 32) * n >> 32); }
  bool one_in(unsigned n) noexcept { return below(n) == 0; }
  Dice fork() noexcept { return Dice(next()); }

 private:
  // SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014).
  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

// Goes on at once, or after others have had their turn, or seldom after a millisecond, or
// lets the thread give way. To be awaited at once, by whom the dice belong to.
Task<void> gives_way(Dice& dice);

}  // namespace ari::stress

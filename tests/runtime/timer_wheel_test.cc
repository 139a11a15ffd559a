// TimerWheel against a slow and obvious one: a sorted vector.
#include "runtime/time/timer_wheel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

namespace ari::time {
namespace {

// Sorted by tick, and by registration within one.
class SlowWheel {
 public:
  void add(Tick due, const TimerWheel::Timer* timer) {
    const auto later = [](Tick tick, const Pending& pending) { return tick < pending.due; };
    timers_.insert(std::upper_bound(timers_.begin(), timers_.end(), due, later), {due, timer});
  }
  void remove(const TimerWheel::Timer* timer) {
    std::erase_if(timers_, [&](const Pending& pending) { return pending.timer == timer; });
  }
  const TimerWheel::Timer* take_due(Tick now) {
    if (timers_.empty() || timers_.front().due > now) return nullptr;
    const TimerWheel::Timer* timer = timers_.front().timer;
    timers_.erase(timers_.begin());
    return timer;
  }
  Tick next() const { return timers_.empty() ? kNever : timers_.front().due; }
  std::size_t size() const { return timers_.size(); }
  TimerWheel::Timer* any(std::mt19937_64& random) const {
    return const_cast<TimerWheel::Timer*>(timers_[random() % timers_.size()].timer);
  }

 private:
  struct Pending {
    Tick due;
    const TimerWheel::Timer* timer;
  };
  std::vector<Pending> timers_;
};

// A distance of any magnitude, most often a short one.
Tick distance(std::mt19937_64& random) {
  const unsigned bits = random() % 3 != 0 ? 8 : random() % 64;
  return random() & ((Tick{2} << bits) - 1);
}

// Between `from` and kNever, both excluded; near the end of time too.
Tick later_than(Tick from, std::mt19937_64& random) {
  const Tick room = kNever - from - 2;
  return from + 1 + std::min(distance(random), room);
}

void run_both(std::uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  TimerWheel wheel;
  SlowWheel model;
  std::deque<TimerWheel::Timer> timers;
  Tick now = random() % 4 == 0 ? kNever - 1'000'000 : distance(random);
  ASSERT_EQ(wheel.take_due(now), nullptr);

  for (int step = 0; step < 400 && now < kNever - 2; ++step) {
    const unsigned choice = random() % 8;
    if (choice < 4) {
      TimerWheel::Timer& timer = timers.emplace_back();
      timer.due = later_than(now, random);
      // Many at one tick, so that their order counts.
      if (model.size() > 0 && random() % 2 == 0) timer.due = model.any(random)->due;
      model.add(timer.due, &timer);
      wheel.add(timer);
    } else if (choice == 4 && model.size() > 0) {
      TimerWheel::Timer* gone = model.any(random);
      model.remove(gone);
      wheel.remove(*gone);
      EXPECT_FALSE(gone->listed);
    } else if (choice == 5) {
      wheel.skip_to(std::min(later_than(now, random), model.next() - 1));
      now = std::max(now, wheel.elapsed());
    } else {
      if (choice == 6 && model.next() != kNever) {
        now = model.next();
      } else {
        now = later_than(now, random) - 1;
      }
      for (const TimerWheel::Timer* timer = model.take_due(now); timer != nullptr;
           timer = model.take_due(now)) {
        EXPECT_EQ(wheel.take_due(now), timer);
      }
      EXPECT_EQ(wheel.take_due(now), nullptr);
      EXPECT_EQ(wheel.elapsed(), now);
    }
    ASSERT_LE(wheel.next(), model.next());
    ASSERT_EQ(wheel.next() == kNever, model.size() == 0);
    ASSERT_GT(wheel.next(), wheel.elapsed());
  }
}

TEST(TimerWheel, DoesWhatASortedListDoes) {
  for (std::uint64_t seed = 1; seed <= 300 && !testing::Test::HasFailure(); ++seed) run_both(seed);
}

// Whoever sleeps until next() gets up once per level at most before a timer fires.
TEST(TimerWheel, ATimerHoweverFarIsSortedOncePerLevel) {
  for (const Tick due :
       {Tick{1}, Tick{63}, Tick{64}, Tick{4097}, (Tick{1} << 36) + 5,
        (Tick{1} << 37) + (Tick{1} << 35), Tick{0x0fed'cba9'8765'4321}, kNever - 1}) {
    SCOPED_TRACE(due);
    TimerWheel wheel;
    TimerWheel::Timer timer{.due = due};
    wheel.add(timer);
    int turns = 1;
    while (wheel.take_due(wheel.next()) == nullptr) ++turns;
    EXPECT_EQ(wheel.elapsed(), due);
    EXPECT_LE(turns, 11);
    EXPECT_EQ(wheel.next(), kNever);
  }
}

// All in one slot of level 1 at first, then in 64 of level 0.
TEST(TimerWheel, WhatIsSortedDownKeepsTheOrderOfRegistration) {
  TimerWheel wheel;
  std::deque<TimerWheel::Timer> timers;
  for (int round = 0; round < 3; ++round) {
    for (Tick due = 127; due >= 64; --due)
      wheel.add(timers.emplace_back(TimerWheel::Timer{.due = due}));
  }
  for (Tick due = 64; due < 128; ++due) {
    for (std::size_t round = 0; round < 3; ++round) {
      ASSERT_EQ(wheel.take_due(127), &timers[64 * round + (127 - due)]);
    }
  }
  EXPECT_EQ(wheel.take_due(127), nullptr);
}

// A slot that became empty is not stopped at.
TEST(TimerWheel, NextForgetsATimerThatWasRemoved) {
  TimerWheel wheel;
  TimerWheel::Timer near{.due = 10}, far{.due = 5000};
  wheel.add(far);
  wheel.add(near);
  EXPECT_EQ(wheel.next(), 10u);
  wheel.remove(near);
  EXPECT_EQ(wheel.next(), 4096u);
  wheel.remove(far);
  EXPECT_EQ(wheel.next(), kNever);
}

}  // namespace
}  // namespace ari::time

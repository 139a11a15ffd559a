// Timers: none fires early, none is forgotten, whoever drops the others beside it and whichever
// worker sleeps for them; and the ticks of an Interval are due when Tokio says, on clocks that run
// and clocks that stand still.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <memory>

#include "tests/runtime/belonging.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/stress/world.h"

namespace ari::stress {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using test::Belonging;
using test::boxed;
using test::poll_once;

Task<void> sleeps([[maybe_unused]] Belonging belonging, Dice dice) {
  // Registered and left alone, so that the wheel has more than what is waited for.
  std::deque<std::unique_ptr<time::Sleep>> beside;
  for (int i = 0; i < 6; ++i) {
    const auto soon = milliseconds(dice.below(3));
    auto other = boxed([&] {
      return time::sleep(dice.one_in(2) ? time::Clock::duration(soon)
                                        : time::Clock::duration(hours(1)));
    });
    static_cast<void>(co_await poll_once(*other));
    beside.push_back(std::move(other));
    if (dice.one_in(2)) beside.pop_front();
    co_await gives_way(dice);
    const auto due = time::Clock::now() + soon;
    co_await time::sleep(soon);
    EXPECT_GE(time::Clock::now(), due);
  }
}

TEST(TimeStress, EverySleepEndsAndNoneTooSoon) {
  on_each_seed([](World& world) {
    int alive = 0;
    world.mortal_crowd(6, [&](int, Dice dice) { return sleeps(Belonging(alive), dice); });
    EXPECT_EQ(alive, 0);
  });
}

Task<void> never_ends([[maybe_unused]] Belonging belonging) { co_await time::sleep(hours(1)); }

Task<void> runs_out_of_time(int* alive, Dice dice) {
  for (int i = 0; i < 4; ++i) {
    const auto patience = milliseconds(dice.below(3));
    const auto due = time::Clock::now() + patience;
    auto result = co_await time::timeout(patience, never_ends(Belonging(*alive)));
    EXPECT_FALSE(result);
    EXPECT_GE(time::Clock::now(), due);
    auto in_time = co_await time::timeout(hours(1), gives_way(dice));
    EXPECT_TRUE(in_time);
  }
}

TEST(TimeStress, EveryTimeoutEndsWhatItIsAround) {
  on_each_seed([](World& world) {
    int alive = 0;
    world.mortal_crowd(5, [&](int, Dice dice) { return runs_out_of_time(&alive, dice); });
    EXPECT_EQ(alive, 0);
  });
}

// ---- Interval

using time::Clock;
using time::Instant;
using time::MissedTickBehavior;

// When the next tick is due, after one that was due and came at these instants.
Instant next_tick(MissedTickBehavior behavior, Clock::duration period, Instant due, Instant came) {
  const bool is_missed = came - due > milliseconds(5);
  if (!is_missed || behavior == MissedTickBehavior::kBurst) return due + period;
  if (behavior == MissedTickBehavior::kDelay) return came + period;
  Instant next = due;
  while (next <= came) next += period;
  return next;
}

// Between which instants one lies: two that are the same if the clock stands still.
struct Between {
  Instant earliest, latest;
};

// Gives up a tick or two before: that costs none.
Task<Instant> takes_one(time::Interval& beat, Dice& dice) {
  while (dice.one_in(3)) {
    auto given_up = boxed([&] { return beat.tick(); });
    const bool ready = co_await poll_once(*given_up);
    if (ready) co_return given_up->result();
  }
  const Instant due = co_await beat.tick();
  co_return due;
}

// Takes ticks, some of them late, and winds the clock anew, now and then.
Task<void> takes_ticks(MissedTickBehavior behavior, bool paused, [[maybe_unused]] Belonging b,
                       Dice dice) {
  const auto period = microseconds(200 + dice.below(1300));
  const Instant start = Clock::now() - milliseconds(dice.below(20));
  auto beat = time::interval_at(start, period);
  beat.set_missed_tick_behavior(behavior);
  Between expected{start, start};
  for (int i = 0; i < 8; ++i) {
    co_await gives_way(dice);
    if (paused && dice.one_in(4)) co_await time::advance(milliseconds(dice.below(20)));
    if (dice.one_in(6)) {
      const auto from_now = milliseconds(dice.below(20)) - milliseconds(18);
      expected.earliest = Clock::now() + from_now;
      beat.reset_after(from_now);
      expected.latest = Clock::now() + from_now;
    }
    const Instant before = Clock::now();
    const Instant due = co_await takes_one(beat, dice);
    const Instant after = Clock::now();
    EXPECT_LE(due, after) << "too soon";
    EXPECT_GE(due, expected.earliest);
    EXPECT_LE(due, expected.latest);
    expected = {next_tick(behavior, period, due, std::max(due, before)),
                next_tick(behavior, period, due, after)};
  }
}

Task<void> stops_the_clock() {
  time::pause();
  co_return;
}

TEST(TimeStress, IntervalsTicksAreDueWhenTheirBehaviorSays) {
  on_each_seed([](World& world) {
    constexpr MissedTickBehavior kBehaviors[] = {
        MissedTickBehavior::kBurst, MissedTickBehavior::kDelay, MissedTickBehavior::kSkip};
    const bool paused = !world.has_workers() && world.dice().one_in(2);
    if (paused) world.run(stops_the_clock());
    int alive = 0;
    world.mortal_crowd(6, [&](int number, Dice dice) {
      return takes_ticks(kBehaviors[number % 3], paused, Belonging(alive), dice);
    });
    EXPECT_EQ(alive, 0);
  });
}

}  // namespace
}  // namespace ari::stress

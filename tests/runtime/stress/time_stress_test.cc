// Timers: none fires early, none is forgotten, whoever drops the others beside it and whichever
// worker sleeps for them.
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace ari::stress

// Spin: when a thread waits awake before it sleeps, and that its calls reach it either way.
#include "runtime/scheduler/spin.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>

#include "runtime/scheduler/parker.h"

namespace ari::scheduler {
namespace {

using std::chrono::microseconds;

constexpr microseconds kShort(59), kLong(61);

// After how many short sleeps it is due; 0 if never.
int short_sleeps_until_due(Spin& spin) {
  for (int i = 0; i <= 10'000; ++i) {
    if (spin.is_due()) return i;
    spin.slept(kShort, true);
  }
  return 0;
}
bool is_in_vain(Spin& spin) {
  return !spin.wait([] { return false; });
}

TEST(Spin, IsDueAfterAFewShortSleepsInARow) {
  Spin spin;
  EXPECT_FALSE(spin.is_due());
  for (int i = 0; i < 3; ++i) spin.slept(kShort, true);
  EXPECT_FALSE(spin.is_due());
  spin.slept(kLong, true);
  EXPECT_EQ(short_sleeps_until_due(spin), 4) << "the long one began it anew";
}

TEST(Spin, IsNotDueWhereSleepsEndWithoutACall) {
  Spin spin;
  for (int i = 0; i < 100; ++i) spin.slept(kShort, false);
  EXPECT_FALSE(spin.is_due());
}

TEST(Spin, WaitsUntilItIsCalledAndIsDueAgain) {
  Spin spin;
  ASSERT_EQ(short_sleeps_until_due(spin), 4);
  for (int i = 0; i < 10; ++i) {
    int looks = 0;
    EXPECT_TRUE(spin.wait([&] { return ++looks == 3; }));
    EXPECT_EQ(looks, 3);
    EXPECT_TRUE(spin.is_due());
  }
}

TEST(Spin, EachOneInVainAsksForTwiceAsManyShortSleeps) {
  Spin spin;
  for (const int asked_for : {4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 4096}) {
    EXPECT_EQ(short_sleeps_until_due(spin), asked_for);
    const auto start = Spin::Clock::now();
    EXPECT_TRUE(is_in_vain(spin));
    EXPECT_GE(Spin::Clock::now() - start, microseconds(20));
    EXPECT_FALSE(spin.is_due());
  }
}

TEST(Spin, EachOneThatPaysAsksForHalfAsMany) {
  Spin spin;
  for (int i = 0; i < 4; ++i) {  // 4, 8, 16, 32
    static_cast<void>(short_sleeps_until_due(spin));
    EXPECT_TRUE(is_in_vain(spin));
  }
  EXPECT_EQ(short_sleeps_until_due(spin), 64);
  EXPECT_TRUE(spin.wait([] { return true; }));  // 32
  EXPECT_TRUE(spin.wait([] { return true; }));  // 16
  EXPECT_TRUE(is_in_vain(spin));
  EXPECT_EQ(short_sleeps_until_due(spin), 32);
}

TEST(Spin, IsNotPossibleWhereTheProcessIsPinnedToOneProcessor) {
  // A process of its own, for what is possible is asked once.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto pin_and_ask = [] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(sched_getcpu()), &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0) std::exit(2);
    std::exit(Spin::is_possible() ? 1 : 0);
  };
  EXPECT_EXIT(pin_and_ask(), testing::ExitedWithCode(0), "");
}

// Two threads call each other in turn, at once or after a while, so that either sleeps, spins or is
// between the two when it is called. A call that is lost ends the game for both.
TEST(Parker, GetsEveryCallWhetherItSpinsOrSleeps) {
  constexpr int kTurns = 40'000;
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Parker parkers[2];
  std::atomic<int> turn{0};  // that of parkers[turn % 2]
  const auto play = [&](int me) {
    std::mt19937 random(seed + static_cast<unsigned>(me));
    for (int mine = me; mine < kTurns; mine += 2) {
      while (turn.load() != mine) parkers[me].park(std::nullopt);
      if (random() % 50 == 0) std::this_thread::sleep_for(microseconds(random() % 200));
      turn.store(mine + 1);
      EXPECT_FALSE(parkers[1 - me].unpark()) << "it sleeps nowhere else";
    }
  };
  std::thread other([&] { play(1); });
  play(0);
  other.join();
}

}  // namespace
}  // namespace ari::scheduler

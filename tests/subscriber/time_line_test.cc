#include "subscriber/time_line.h"

#include <gtest/gtest.h>

#include <random>

namespace ari::subscriber {
namespace {

TEST(TimeLine, IsExactAtEachAnchorAndStraightBetween) {
  TimeLine line({1000, 50'000});
  line.add({2000, 50'500});  // half a nanosecond a tick
  line.add({3000, 51'500});  // then one
  EXPECT_EQ(line.unix_ns(1000), 50'000);
  EXPECT_EQ(line.unix_ns(1500), 50'250);
  EXPECT_EQ(line.unix_ns(2000), 50'500);
  EXPECT_EQ(line.unix_ns(2250), 50'750);
  EXPECT_EQ(line.unix_ns(3000), 51'500);
}

TEST(TimeLine, GoesOnAtTheNearestRateOutsideItsAnchors) {
  TimeLine line({1000, 50'000});
  line.add({2000, 50'500});
  line.add({3000, 51'500});
  EXPECT_EQ(line.unix_ns(3100), 51'600);
  EXPECT_EQ(line.unix_ns(900), 49'950);
}

TEST(TimeLine, KnowsOnlyItsStartBeforeTheSecondAnchor) {
  TimeLine line({1000, 50'000});
  EXPECT_EQ(line.unix_ns(5000), 50'000);
  EXPECT_EQ(line.ticks_in(100), 0u);
  line.add({3000, 51'000});
  EXPECT_EQ(line.ticks_in(100), 200u);
}

TEST(TimeLine, IgnoresAnchorsThatDoNotMoveOn) {
  TimeLine line({1000, 50'000});
  line.add({2000, 51'000});
  line.add({2000, 52'000});
  line.add({3000, 51'000});
  line.add({1500, 50'100});
  EXPECT_EQ(line.unix_ns(2500), 51'500);
}

// Anchors as a real drain takes them: each a little off, at uneven distances.
TEST(TimeLine, NeverRunsBackwards) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::int64_t begin_ns = 1'795'437'241'000'000'000;
  std::uint64_t ticks = 90'000'000'000'000;
  TimeLine line({ticks, begin_ns});
  std::int64_t last = begin_ns;
  std::int64_t unix_ns = begin_ns;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t step = 1000 + random() % 5'000'000;
    const std::uint64_t before = ticks;
    ticks += step;
    unix_ns += static_cast<std::int64_t>(static_cast<double>(step) / 2.596) +
               static_cast<std::int64_t>(random() % 40) - 20;
    line.add({ticks, unix_ns});
    for (const std::uint64_t at : {before, before + 1, before + step / 2, ticks - 1, ticks}) {
      const std::int64_t now = line.unix_ns(at);
      ASSERT_GE(now, last);
      last = now;
    }
    ASSERT_EQ(line.unix_ns(ticks), unix_ns);
  }
}

// The two clocks of this machine, whichever they are.
TEST(AnchorSource, PutsAStampIntoUnixTime) {
  const TickClock clock = TickClock::best();
  const AnchorSource source(clock);
  TimeLine line(source.now());
  const std::uint64_t stamp = clock.now();
  line.add(source.now());
  const std::int64_t year_2020_ns = 1'577'836'800'000'000'000;
  EXPECT_GT(line.unix_ns(stamp), year_2020_ns);
  const Anchor later = source.now();
  EXPECT_LE(line.unix_ns(stamp), later.unix_ns);
}

TEST(TickClock, FallsBackToTheMonotonicClockByName) {
  EXPECT_EQ(TickClock::monotonic().name(), "monotonic");
  const std::uint64_t before = monotonic_ns();
  const std::uint64_t now = TickClock::monotonic().now();
  EXPECT_GE(now, before);
  EXPECT_LE(now, monotonic_ns());
}

}  // namespace
}  // namespace ari::subscriber

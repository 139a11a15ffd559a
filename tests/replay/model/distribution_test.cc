// Percentiles against the definitions: the console's cells one by one, and ranks counted
// out sample by sample.
#include "replay/model/distribution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "replay/model/console_histogram.h"
#include "tests/replay/model/step.h"

namespace ari::replay {
namespace {

using test::show;

struct CellCase {
  std::int64_t duration_ns, low_ns, high_ns;
};
constexpr CellCase kCells[] = {
    {0, 0, 0},
    {1, 1, 1},
    {255, 255, 255},  // the last that has a cell of its own
    {256, 256, 257},
    {257, 256, 257},
    {600, 600, 603},
    {3000, 2992, 3007},
    {1'000'000, 999'424, 1'003'519},
    {1'000'000'000, 998'244'352, 1'002'438'655},
    {1'000'000'001, 998'244'352, 1'002'438'655},  // all above the ceiling count as the ceiling
    {INT64_MAX, 998'244'352, 1'002'438'655},
};

TEST(ConsoleCell, IsTheHistogramsOfTwoDigitsAndASecond) {
  for (const CellCase& c : kCells) {
    SCOPED_TRACE(c.duration_ns);
    EXPECT_EQ(console_cell(c.duration_ns).low_ns, c.low_ns);
    EXPECT_EQ(console_cell(c.duration_ns).high_ns, c.high_ns);
  }
}

TEST(ConsoleCell, CellsFollowEachOtherWithoutGapUpToTheCeiling) {
  std::int64_t next = 0;
  int cells = 0;
  for (; next <= kConsoleCeilingNs; ++cells) {
    const HistogramCell cell = console_cell(next);
    ASSERT_EQ(cell.low_ns, next);
    ASSERT_EQ(console_cell(cell.high_ns).low_ns, cell.low_ns);
    next = cell.high_ns + 1;
  }
  // 256 of width 1, 128 for each power of two from 256 to 2^28, and what is left up to 1 s.
  EXPECT_EQ(cells, 256 + 128 * 21 + 111);
}

TEST(Samples, OfNothingAreAllZero) {
  for (const Semantics semantics : {Semantics::kConsole, Semantics::kCorrected}) {
    EXPECT_EQ(show(Samples().summary(semantics)), show(Distribution{}));
  }
}

// Nearest rank: the smallest sample with at least p % of all at or below it.
std::int64_t slow_percentile(const std::vector<std::int64_t>& samples, std::size_t percent) {
  std::int64_t best = INT64_MAX;
  for (const std::int64_t candidate : samples) {
    const auto at_or_below = static_cast<std::size_t>(std::count_if(
        samples.begin(), samples.end(), [=](std::int64_t other) { return other <= candidate; }));
    if (100 * at_or_below >= percent * samples.size()) best = std::min(best, candidate);
  }
  return best;
}

Distribution slow_summary(const std::vector<std::int64_t>& samples) {
  const auto [min, max] = std::minmax_element(samples.begin(), samples.end());
  const auto p = [&](std::size_t percent) { return slow_percentile(samples, percent); };
  return {samples.size(), *min, *max, p(10), p(25), p(50), p(75), p(90), p(95), p(99)};
}

TEST(Samples, AnswerExactPercentiles) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::int64_t> samples(1 + random() % 120);
    // Few different values, so that many are equal; of some seeds on both sides of 2^32.
    const std::int64_t step = seed % 3 == 0 ? 1'500'000'000 : 1;
    for (auto& sample : samples) sample = random() % (1 + seed) * step;
    Samples fast;
    for (const std::int64_t sample : samples) fast.add(sample);
    EXPECT_EQ(show(fast.summary(Semantics::kCorrected)), show(slow_summary(samples)))
        << "seed " << seed;
  }
}

// Of many samples most are only counted.
TEST(Samples, OfWhichThereAreManyAnswerExactPercentilesToo) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::vector<std::int64_t> samples(4000 + random() % 8000);
    // From all alike to spread over all that a duration can be.
    const int bits = static_cast<int>(seed * 63 / 40);
    for (auto& sample : samples) {
      const std::uint64_t all_bits = std::uint64_t{random()} << 32 | random();
      sample = static_cast<std::int64_t>(all_bits >> (63 - bits + random() % 2) >> 1);
    }
    Samples fast;
    for (const std::int64_t sample : samples) fast.add(sample);
    const Distribution got = fast.summary(Semantics::kCorrected);
    std::sort(samples.begin(), samples.end());
    const auto p = [&](std::size_t percent) {
      return samples[(percent * samples.size() + 99) / 100 - 1];
    };
    EXPECT_EQ(show(got), show({samples.size(), samples.front(), samples.back(), p(10), p(25), p(50),
                               p(75), p(90), p(95), p(99)}));
  }
}

TEST(Samples, AnswerTheConsolesPercentilesThroughItsCells) {
  Samples samples;
  for (const std::int64_t ns : {600, 3000, 255, 2'000'000'000}) samples.add(ns);
  EXPECT_EQ(show(samples.summary(Semantics::kConsole)),
            "count=4 min=255 max=1002438655 p10=255 p25=255 p50=603 p75=3007 p90=1002438655 "
            "p95=1002438655 p99=1002438655");
}

}  // namespace
}  // namespace ari::replay

#include "replay/report/bars.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "replay/report/display_width.h"

namespace ari::replay {
namespace {

TEST(Bar, IsAsLongAsItsShareInEighthsOfAColumn) {
  EXPECT_EQ(bar(0, 10, 8), "");
  EXPECT_EQ(bar(10, 10, 8), "████████");
  EXPECT_EQ(bar(5, 10, 8), "████");
  EXPECT_EQ(bar(1, 64, 8), "▏");
  EXPECT_EQ(bar(13, 64, 8), "█▋");
  EXPECT_EQ(bar(0, 0, 8), "");
}

TEST(Bar, ShowsWhateverIsNotNothing) { EXPECT_EQ(bar(1, UINT64_MAX, 8), "▏"); }

TEST(Bar, IsNeverWiderThanItsColumns) {
  for (std::uint64_t part = 0; part <= 1000; ++part) {
    EXPECT_LE(display_width(bar(part, 1000, 30)), 30u) << part;
  }
  EXPECT_EQ(display_width(bar(UINT64_MAX, UINT64_MAX, 30)), 30u);
}

TEST(Histogram, SortsIntoStepsOfOneTwoAndFive) {
  const auto buckets = histogram({10, 19, 20, 99, 100});
  ASSERT_EQ(buckets.size(), 4u);
  EXPECT_EQ(buckets[0].from_ns, 10);
  EXPECT_EQ(buckets[0].to_ns, 20);
  EXPECT_EQ(buckets[0].count, 2u);
  EXPECT_EQ(buckets[1].count, 1u);
  EXPECT_EQ(buckets[2].from_ns, 50);
  EXPECT_EQ(buckets[2].count, 1u);
  EXPECT_EQ(buckets[3].from_ns, 100);
  EXPECT_EQ(buckets[3].to_ns, 200);
}

TEST(Histogram, KeepsEmptyBucketsInsideAndLosesNothing) {
  const std::vector<std::int64_t> durations = {0, 1, 7, 1'000'000'000, INT64_MAX, -5};
  std::uint64_t counted = 0;
  std::int64_t end = -1;
  for (const Bucket& b : histogram(durations)) {
    if (end >= 0) {
      EXPECT_EQ(b.from_ns, end);
    }
    EXPECT_LT(b.from_ns, b.to_ns);
    end = b.to_ns;
    counted += b.count;
  }
  EXPECT_EQ(counted, durations.size());
}

TEST(Histogram, OfNothingIsEmpty) { EXPECT_TRUE(histogram({}).empty()); }

}  // namespace
}  // namespace ari::replay

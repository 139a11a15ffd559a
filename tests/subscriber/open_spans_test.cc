#include "subscriber/open_spans.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace ari::subscriber {
namespace {

struct Kept {
  int number = 0;
};

TEST(OpenSpans, KeepsASpanUntilItIsClosed) {
  OpenSpans<Kept> spans;
  spans.open(7, {1});
  ASSERT_NE(spans.find(7), nullptr);
  EXPECT_EQ(spans.find(7)->number, 1);
  spans.open(7, {2});
  EXPECT_EQ(spans.hear_of(7)->number, 2);
  EXPECT_EQ(spans.size(), 1u);
  EXPECT_TRUE(spans.close(7));
  EXPECT_FALSE(spans.close(7));
  EXPECT_EQ(spans.find(7), nullptr);
  EXPECT_EQ(spans.hear_of(7), nullptr);
}

TEST(OpenSpans, ForgetsNoneAsLongAsFewEndsWereLost) {
  OpenSpans<Kept> spans;
  for (trace::SpanId id = 1; id <= 40'000; ++id) spans.open(id, {});
  for (int i = 0; i < 9'999; ++i) spans.lose(1);
  EXPECT_EQ(spans.size(), 40'000u);
}

TEST(OpenSpans, ForgetsWhatWasNotHeardOfSinceTheTimeBefore) {
  OpenSpans<Kept> spans;
  spans.open(1, {});
  spans.open(2, {});
  EXPECT_FALSE(spans.has_lost());
  spans.lose(4096);
  EXPECT_TRUE(spans.has_lost());  // both were heard of
  EXPECT_EQ(spans.size(), 2u);
  spans.hear_of(1);
  spans.lose(4095);
  EXPECT_EQ(spans.size(), 2u);
  spans.lose(1);
  EXPECT_NE(spans.find(1), nullptr);
  EXPECT_EQ(spans.find(2), nullptr);
}

// A program of 3000 spans at a time, polled and replaced at random, of whose ends a share is
// lost: however long it runs, twice as many are kept at most, and some thousands.
TEST(OpenSpans, StaysAsSmallAsTheProgramIs) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (const unsigned lost_of_ten : {1u, 5u, 10u}) {
    OpenSpans<Kept> spans;
    std::vector<trace::SpanId> alive(3000);
    trace::SpanId next_id = 1;
    for (trace::SpanId& id : alive) spans.open(id = next_id++, {});
    std::size_t most = 0;
    for (int step = 0; step < 300'000; ++step) {
      spans.hear_of(alive[random() % alive.size()]);
      trace::SpanId& id = alive[random() % alive.size()];
      if (random() % 10 < lost_of_ten) {
        spans.lose(1);
      } else {
        spans.close(id);
      }
      spans.open(id = next_id++, {});
      most = std::max(most, spans.size());
    }
    EXPECT_LE(most, 2 * alive.size() + 2 * 4096) << lost_of_ten;
  }
}

}  // namespace
}  // namespace ari::subscriber

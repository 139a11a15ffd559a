// In which tasks' polls a thread is, and how deep that can be.
#include "replay/model/thread_stacks.h"

#include <gtest/gtest.h>

#include "replay/model/entered_spans.h"

namespace ari::replay {
namespace {

TEST(ThreadStacks, TellTheInnermostAndWhatIsAroundIt) {
  ThreadStacks stacks;
  stacks.enter(1, 7);
  stacks.enter(1, 8);
  stacks.enter(2, 9);
  EXPECT_EQ(stacks.innermost(1), 8U);
  EXPECT_TRUE(stacks.is_inside(1, 7));
  EXPECT_FALSE(stacks.is_inside(2, 7));
  stacks.exit(1, 7);
  EXPECT_FALSE(stacks.is_inside(1, 7));
  EXPECT_EQ(stacks.innermost(1), 8U);
}

TEST(ThreadStacks, OfALogWithoutExitsHoldTheInnermost) {
  ThreadStacks stacks;
  const SpanId last = 2 * ThreadStacks::kDeepest;
  for (SpanId task = 1; task <= last; ++task) stacks.enter(1, task);
  EXPECT_EQ(stacks.innermost(1), last);
  EXPECT_TRUE(stacks.is_inside(1, ThreadStacks::kDeepest + 1));
  EXPECT_FALSE(stacks.is_inside(1, ThreadStacks::kDeepest));
}

TEST(EnteredSpans, OfALogWithoutExitsAreTheLatest) {
  EnteredSpans spans;
  const SpanId last = 2 * ThreadStacks::kDeepest;
  for (SpanId span = 1; span <= last; ++span) spans.enter(0, span);
  EXPECT_EQ(spans.last_that([](SpanId) { return true; }), last);
  const auto is = [](SpanId wanted) { return [wanted](SpanId span) { return span == wanted; }; };
  EXPECT_NE(spans.last_that(is(ThreadStacks::kDeepest + 1)), 0U);
  EXPECT_EQ(spans.last_that(is(ThreadStacks::kDeepest)), 0U);
}

}  // namespace
}  // namespace ari::replay

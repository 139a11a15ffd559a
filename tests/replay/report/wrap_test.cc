#include "replay/report/wrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ari::replay {
namespace {

using testing::ElementsAre;

TEST(Wrap, BreaksAtBlanksAndOnlyThere) {
  EXPECT_THAT(wrap("one two three", 80), ElementsAre("one two three"));
  EXPECT_THAT(wrap("one two three", 8), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("", 8), ElementsAre(""));
}

TEST(Wrap, BreaksAWordThatIsWiderThanALine) {
  EXPECT_THAT(wrap("a abcdefgh b", 3), ElementsAre("a", "abc", "def", "gh", "b"));
  EXPECT_THAT(wrap("任务任务", 5), ElementsAre("任务", "任务"));
}

TEST(Wrap, EndsWhateverTheWidth) {
  for (std::size_t columns = 0; columns < 5; ++columns) {
    EXPECT_FALSE(wrap("任 µ x", columns).empty());
  }
}

}  // namespace
}  // namespace ari::replay

#include "replay/report/display_width.h"

#include <gtest/gtest.h>

namespace ari::replay {
namespace {

TEST(DisplayWidth, CountsColumnsNotBytes) {
  struct Case {
    const char* text;
    std::size_t want;
  };
  constexpr Case kCases[] = {
      {"", 0},         {"task", 4},
      {"22.3µs", 6},   {"▶ ▷ ‖ ■ … – █▌", 14},  // every sign that reports use
      {"任务", 4},     {"e\u0301", 1},          // a letter and its accent
      {"\u200b", 0},                            // zero-width space
      {"😀", 2},       {"한국", 4},
      {"\xff\xfe", 2},  // no UTF-8: printed as something, so counted as something
  };
  for (const Case& c : kCases) EXPECT_EQ(display_width(c.text), c.want) << c.text;
}

TEST(DisplayWidth, FittingNeverCutsACharacter) {
  EXPECT_EQ(bytes_that_fit("任务", 4), 6u);
  EXPECT_EQ(bytes_that_fit("任务", 3), 3u);
  EXPECT_EQ(bytes_that_fit("任务", 1), 0u);
  EXPECT_EQ(bytes_that_fit("µs", 1), 2u);
  EXPECT_EQ(bytes_that_fit("e\u0301x", 1), 3u);  // the accent stays with its letter
}

}  // namespace
}  // namespace ari::replay

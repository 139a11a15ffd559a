#include "replay/model/duration_text.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "replay/report/display_width.h"

namespace ari::replay {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(DurationText, HasThreeDigitsBelowAMinuteAndTwoUnitsAbove) {
  struct Case {
    std::int64_t ns;
    const char* want;
  };
  constexpr Case kCases[] = {
      {0, "0ns"},
      {1, "1ns"},
      {417, "417ns"},
      {999, "999ns"},
      {1'000, "1.00µs"},
      {1'005, "1.01µs"},
      {9'994, "9.99µs"},
      {9'996, "10.0µs"},  // rounding carries into the next digit
      {22'345, "22.3µs"},
      {99'960, "100µs"},
      {354'257, "354µs"},
      {999'499, "999µs"},
      {999'500, "1.00ms"},  // … and into the next unit
      {354'257'000, "354ms"},
      {1'401'234'567, "1.40s"},
      {59'940'000'000, "59.9s"},
      {59'960'000'000, "1m00s"},  // former bug: 60.0s
      {60 * kSecond, "1m00s"},
      {125 * kSecond, "2m05s"},
      {3 * 3600 * kSecond + 7 * 60 * kSecond, "3h07m"},
      {(4 * 24 + 2) * 3600 * kSecond, "4d02h"},
      {INT64_MAX, "106751d23h"},
      {-1, "0ns"},  // cannot be, and must not confuse
  };
  for (const Case& c : kCases) EXPECT_EQ(duration_text(c.ns), c.want) << c.ns;
}

TEST(DurationText, ShowsNoDigitFinerThanTheClock) {
  EXPECT_EQ(duration_text(0, 1000), "0µs");
  EXPECT_EQ(duration_text(1'000, 1000), "1µs");
  EXPECT_EQ(duration_text(22'000, 1000), "22µs");
  EXPECT_EQ(duration_text(354'000, 1000), "354µs");
  EXPECT_EQ(duration_text(1'234'000, 1000), "1.23ms");
}

TEST(DurationText, OfACoarseClockSaysLessThanAStepRatherThanNothing) {
  constexpr std::int64_t kMs = 1'000'000;
  EXPECT_EQ(duration_text(0, kMs), "<1ms");
  EXPECT_EQ(duration_text(12 * kMs, kMs), "12ms");
  EXPECT_EQ(duration_text(1'234 * kMs, kMs), "1.23s");
  EXPECT_EQ(duration_text(0, 10 * kMs), "<0.01s");
  EXPECT_EQ(duration_text(120 * kMs, 10 * kMs), "0.12s");
  EXPECT_EQ(duration_text(0, kSecond), "<1s");
  EXPECT_EQ(duration_text(3 * kSecond, kSecond), "3s");
  EXPECT_EQ(duration_text(125 * kSecond, kSecond), "2m05s");
}

TEST(DurationText, BelowAMinuteIsNeverWiderThanSixColumns) {
  for (std::int64_t ns = 1; ns < 60 * kSecond; ns = ns * 11 / 10 + 1) {
    EXPECT_LE(display_width(duration_text(ns)), 6u) << ns;
  }
}

TEST(StepText, HasNoDigitThatIsNotNeeded) {
  EXPECT_EQ(step_text(0), "0ns");
  EXPECT_EQ(step_text(500), "500ns");
  EXPECT_EQ(step_text(20'000), "20µs");
  EXPECT_EQ(step_text(50 * kSecond), "50s");
  EXPECT_EQ(step_text(100 * kSecond), "1m40s");
}

TEST(PercentText, KeepsSmallSharesApartFromNothing) {
  EXPECT_EQ(percent_text(0, 100), "0.0%");
  EXPECT_EQ(percent_text(1, 100'000), "<0.1%");
  EXPECT_EQ(percent_text(2, 1000), "0.2%");
  EXPECT_EQ(percent_text(1, 6), "17%");
  EXPECT_EQ(percent_text(100, 100), "100%");
  EXPECT_EQ(percent_text(0, 0), "–");
}

}  // namespace
}  // namespace ari::replay

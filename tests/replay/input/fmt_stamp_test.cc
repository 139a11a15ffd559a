#include "replay/input/fmt_stamp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace ari::replay {
namespace {

constexpr std::int64_t kDayNs = 86'400'000'000'000;

TEST(FmtStamp, TellsTheStepOfTheClockByTheMostDigitsThatWereWritten) {
  const struct {
    std::vector<const char*> texts;
    std::int64_t want_ns;
  } kCases[] = {
      {{"2026-11-23T12:34:01Z INFO"}, 1'000'000'000},
      {{"2026-11-23 12:34:01 TRACE"}, 1'000'000'000},
      {{"2026-11-23 12:34:01,5 TRACE"}, 100'000'000},
      {{"2026-11-23T12:34:01.926+01:00 INFO"}, 1'000'000},
      {{"1795437241926 TRACE"}, 1'000'000},
      {{"1795437241.926000 TRACE"}, 1'000},
      {{"12:34:01.926359 TRACE"}, 1'000},
      {{"2026-11-23T12:34:01.926359123Z INFO"}, 1},
      {{"  12.500000000s TRACE"}, 1},
      // chrono's %.f leaves zeros out.
      {{"2026-11-23T12:34:01Z", "2026-11-23T12:34:01.926359Z", "2026-11-23T12:34:02.500Z"}, 1'000},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.texts.front());
    FmtStampReader reader;
    std::int64_t ns = 0;
    for (const char* text : c.texts) EXPECT_GT(reader.read(text, ns), 0U);
    EXPECT_EQ(reader.step_ns(), c.want_ns);
  }
}

TEST(FmtStamp, IsReadInTheFormsThatProgramsChoose) {
  const struct {
    const char* text;
    std::size_t want_length;  // 0: there is no instant
    std::int64_t want_ns;
    FmtClock want_clock;
  } kCases[] = {
      {"2026-11-23T12:34:01.926359Z TRACE", 27, 1'795'437'241'926'359'000, FmtClock::kUtc},
      {"2026-11-23 12:34:01.926359 TRACE", 26, 1'795'437'241'926'359'000, FmtClock::kNoZone},
      {"2026-11-23T12:34:01.926  INFO", 23, 1'795'437'241'926'000'000, FmtClock::kNoZone},
      {"2026-11-23 12:34:01,5 TRACE", 21, 1'795'437'241'500'000'000, FmtClock::kNoZone},
      {"2026-11-23 12:34:01 TRACE", 19, 1'795'437'241'000'000'000, FmtClock::kNoZone},
      {"2026-11-23 13:34:01.5 +01:00 TRACE", 28, 1'795'437'241'500'000'000, FmtClock::kUtc},
      {"2026-11-23 07:04:01.5-0530 TRACE", 26, 1'795'437'241'500'000'000, FmtClock::kUtc},
      {"2026-11-23 12:34:01.5 UTC TRACE", 25, 1'795'437'241'500'000'000, FmtClock::kUtc},
      {"2026-11-23 12:34:01.5Z TRACE", 22, 1'795'437'241'500'000'000, FmtClock::kUtc},
      {"1795437241.926359 TRACE", 17, 1'795'437'241'926'359'000, FmtClock::kUtc},
      {"1795437241926 TRACE", 13, 1'795'437'241'926'000'000, FmtClock::kUtc},
      {"1795437241926359123 TRACE", 19, 1'795'437'241'926'359'123, FmtClock::kUtc},
      {"12:34:01.926359 TRACE", 15, 45'241'926'359'000, FmtClock::kTimeOfDay},
      {"12:34:01 TRACE", 8, 45'241'000'000'000, FmtClock::kTimeOfDay},
      {"  12.500000001s TRACE", 15, 12'500'000'001, FmtClock::kUptime},
      {"2026-13-23 12:34:01 TRACE", 0, 0, {}},  // no such month
      {"2026-11-23_12:34:01 TRACE", 0, 0, {}},
      {"24:00:00 TRACE", 0, 0, {}},
      {"1795437241 TRACE", 0, 0, {}},    // whole seconds, or a number
      {"9999999999.5 TRACE", 0, 0, {}},  // 64 bits of nanoseconds do not reach it
      {"9999999999999999999 TRACE", 0, 0, {}},
      {"17954372419 TRACE", 0, 0, {}},
      {"", 0, 0, {}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    FmtStampReader reader;
    std::int64_t ns = 0;
    EXPECT_EQ(reader.read(c.text, ns), c.want_length);
    if (c.want_length == 0) continue;
    EXPECT_EQ(ns, c.want_ns);
    EXPECT_EQ(reader.clock(), c.want_clock);
  }
}

TEST(FmtStamp, ATimeOfDayGoesOnAcrossMidnightAndMayWaver) {
  FmtStampReader reader;
  const auto read = [&](const char* text) {
    std::int64_t ns = 0;
    EXPECT_GT(reader.read(text, ns), 0U);
    return ns;
  };
  EXPECT_EQ(read("23:59:59.999999"), kDayNs - 1'000);
  EXPECT_EQ(read("00:00:00.000001"), kDayNs + 1'000);
  EXPECT_EQ(read("23:59:59.999999"), kDayNs - 1'000);  // another thread's line, a little late
  EXPECT_EQ(read("00:00:00.000002"), kDayNs + 2'000);
  EXPECT_EQ(read("12:00:00"), kDayNs + kDayNs / 2);
  EXPECT_EQ(read("11:59:59"), kDayNs + kDayNs / 2 - 1'000'000'000);
}

// More midnights than nanoseconds can hold days: a log that says so is broken, and its days end.
TEST(FmtStamp, TheDaysOfTimesWithoutADateDoNotOverflow) {
  constexpr std::int64_t kDays = INT64_MAX / kDayNs;
  FmtStampReader reader;
  std::int64_t ns = 0, before = 0;
  for (std::int64_t day = 0; day < kDays + 10; ++day) {
    ASSERT_GT(reader.read("00:00:01 TRACE", ns), 0U);
    ASSERT_GE(ns, std::min(before, (kDays - 1) * kDayNs)) << day;
    ASSERT_GT(reader.read("10:00:00 TRACE", before), 0U);
    ASSERT_GT(reader.read("20:00:00 TRACE", before), 0U);
    ASSERT_GT(before, ns) << day;
  }
}

}  // namespace
}  // namespace ari::replay

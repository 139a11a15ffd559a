#include "subscriber/timestamp.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace ari::subscriber {
namespace {

struct Instant {
  std::int64_t unix_ns;
  const char* want;
};
constexpr Instant kInstants[] = {
    {0, "1970-01-01T00:00:00.000000000"},
    {999'999'999, "1970-01-01T00:00:00.999999999"},
    {-1, "1969-12-31T23:59:59.999999999"},
    {1'795'437'241'926'222'764, "2026-11-23T12:34:01.926222764"},
    {951'782'400'000'000'000, "2000-02-29T00:00:00.000000000"},  // leap day of a leap century
    {std::numeric_limits<std::int64_t>::max(), "2262-04-11T23:47:16.854775807"},
    {-9'223'372'036'000'000'000, "1677-09-21T00:12:44.000000000"},
    {std::numeric_limits<std::int64_t>::min(), "1677-09-21T00:12:44.000000000"},
};

std::string shown(const Timestamp& timestamp) {
  std::string text(timestamp.date_and_time());
  char fraction[9];
  write_padded(fraction, timestamp.fraction_ns(), 9);
  char again[9];
  EXPECT_EQ(write_nanoseconds(again, timestamp.fraction_ns()), again + 9);
  EXPECT_EQ(std::string_view(again, 9), std::string_view(fraction, 9));
  return text.append(".").append(fraction, 9);
}

TEST(Timestamp, ShowsEveryInstantThatNanosecondsCanTell) {
  Timestamp timestamp;
  for (const Instant& c : kInstants) {
    timestamp.move_to(c.unix_ns);
    EXPECT_EQ(shown(timestamp), c.want);
  }
}

TEST(Timestamp, SaysWhetherTheSecondChanged) {
  Timestamp timestamp;
  EXPECT_FALSE(timestamp.move_to(999'999'999));
  EXPECT_TRUE(timestamp.move_to(1'000'000'000));
  EXPECT_FALSE(timestamp.move_to(1'000'000'001));
  EXPECT_TRUE(timestamp.move_to(999'999'999));  // backwards too
  EXPECT_EQ(timestamp.time_of_day(), "00:00:00");
}

}  // namespace
}  // namespace ari::subscriber

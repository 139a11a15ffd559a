#include "replay/report/time_bound.h"

#include <gtest/gtest.h>

namespace ari::replay {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

TEST(TimeBound, IsAnInstantOrADistanceFromTheStart) {
  using enum TimeBound::Base;
  struct Case {
    const char* text;
    TimeBound::Base base;
    std::int64_t ns;
  };
  constexpr Case kCases[] = {
      {"1.5s", kLogStart, 1'500'000'000},
      {"250ms", kLogStart, 250'000'000},
      {"22.3us", kLogStart, 22'300},
      {"22.3µs", kLogStart, 22'300},
      {"0s", kLogStart, 0},
      {"2m", kLogStart, 120 * kSecondNs},
      {"1h", kLogStart, 3600 * kSecondNs},
      {"0.000000001s", kLogStart, 1},
      {"0.1234567891s", kLogStart, 123'456'789},  // what is finer than a nanosecond is cut
      {".5s", kLogStart, 500'000'000},
      {"+1.5s", kUptime, 1'500'000'000},  // an uptime
      {"1970-01-01T00:00:01Z", kUtc, kSecondNs},
      {"1970-01-01T00:00:01.000000001Z", kUtc, kSecondNs + 1},
      {"1970-01-01T01:00:01+01:00", kUtc, kSecondNs},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto bound = parse_time_bound(c.text);
    ASSERT_TRUE(bound.has_value()) << bound.error().message;
    EXPECT_EQ(bound.value().base, c.base);
    EXPECT_EQ(bound.value().ns, c.ns);
  }
}

TEST(TimeBound, SaysWhatIsWrongWithAnythingElse) {
  struct Case {
    const char* text;
    const char* why;
  };
  constexpr Case kCases[] = {
      {"", "it does not begin with a number"},
      {"soon", "it does not begin with a number"},
      {"5", "it has no unit"},
      {"5 s", "unknown unit ' s'"},
      {"5x", "unknown unit 'x'"},
      {"1.2.3s", "it has two points"},
      {".s", "it does not begin with a number"},
      {"99999999999999999999h", "it is too long"},
      {"+", "it does not begin with a number"},
      {"-1s", "no instant in RFC 3339"},
      {"2026-11-23", "no instant in RFC 3339"},
      {"2026-11-23T12:34:17", "no instant in RFC 3339"},  // in which zone?
      {"2026-11-23T12:34:17Z and more", "no instant in RFC 3339"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto bound = parse_time_bound(c.text);
    ASSERT_FALSE(bound.has_value());
    EXPECT_EQ(bound.error().message,
              std::string("'") + c.text + "' is no time: " + c.why +
                  "; expected an instant such as 2026-11-23T12:34:17.95Z, or a time from the "
                  "log's start such as 1.5s (ns, us, ms, s, m or h)");
  }
}

TEST(TimeBound, BeyondTheEndOfTimeIsTheEndOfTime) {
  EXPECT_EQ((TimeBound{TimeBound::Base::kLogStart, INT64_MAX / 2}).unix_ns(INT64_MAX - 1),
            INT64_MAX);
  EXPECT_EQ((TimeBound{TimeBound::Base::kLogStart, 5}).unix_ns(10), 15);
  EXPECT_EQ((TimeBound{TimeBound::Base::kUtc, 5}).unix_ns(10), 5);
}

}  // namespace
}  // namespace ari::replay

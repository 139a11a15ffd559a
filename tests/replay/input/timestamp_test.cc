#include "replay/input/timestamp.h"

#include <gtest/gtest.h>

#include <random>

namespace ari::replay {
namespace {

TEST(Timestamp, IsReadInEveryFormThatRfc3339Allows) {
  const struct {
    const char* text;
    std::size_t want_length;  // 0: there is no timestamp
    std::int64_t want_ns;
  } kCases[] = {
      {"1970-01-01T00:00:00Z", 20, 0},
      {"2026-11-23T12:34:01.926359Z", 27, 1'795'437'241'926'359'000},
      {"2026-11-23T12:34:01.926359123Z TRACE", 30, 1'795'437'241'926'359'123},
      {"2026-11-23T12:34:01.9Z", 22, 1'795'437'241'900'000'000},
      {"2026-11-23T13:34:01.5+01:00", 27, 1'795'437'241'500'000'000},
      {"2026-11-23T07:04:01-05:30", 25, 1'795'437'241'000'000'000},
      {"1969-12-31T23:59:59.999999999Z", 30, -1},
      {"2024-02-29T00:00:00Z", 20, 1'709'164'800'000'000'000},
      {"2016-12-31T23:59:60Z", 20, 1'483'228'800'000'000'000},  // a leap second is the next one
      {"1678-01-01T00:00:00Z", 20, -9'214'560'000'000'000'000},
      {"2261-12-31T23:59:59.999999999Z", 30, 9'214'646'399'999'999'999},
      {"2026-11-23T12:34:01.Z", 0, 0},            // a point without digits
      {"2026-11-23T12:34:01.9263591234Z", 0, 0},  // ten digits
      {"2026-11-23T12:34:01.926359", 0, 0},       // no zone
      {"2026-11-23T12:34:01", 0, 0},
      {"2026-11-23 12:34:01Z", 0, 0},
      {"2023-02-29T00:00:00Z", 0, 0},  // no such day
      {"2026-13-01T00:00:00Z", 0, 0},
      {"2026-11-23T24:00:00Z", 0, 0},
      {"2026-11-23T12:34:01+25:00", 0, 0},
      {"1677-12-31T23:59:59Z", 0, 0},  // 64 bits of nanoseconds do not reach it
      {"2262-01-01T00:00:00Z", 0, 0},
      {"", 0, 0},
      {"not a timestamp, but long enough", 0, 0},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    TimestampReader reader;
    std::int64_t ns = 0;
    EXPECT_EQ(reader.read(c.text, ns), c.want_length);
    if (c.want_length > 0) {
      EXPECT_EQ(ns, c.want_ns);
    }
  }
}

TEST(Timestamp, IsNotInfluencedByTheOneReadBefore) {
  TimestampReader reader;
  std::int64_t ns = 0;
  ASSERT_GT(reader.read("2026-11-23T12:34:01.5+01:00", ns), 0U);
  ASSERT_GT(reader.read("2026-11-23T12:34:01.5Z", ns), 0U);
  EXPECT_EQ(ns, 1'795'437'241'500'000'000);
  ASSERT_EQ(reader.read("2026-11-23T12:34:6xZ....", ns), 0U);
  ASSERT_GT(reader.read("2026-11-23T12:34:01Z", ns), 0U);
  EXPECT_EQ(ns, 1'795'437'241'000'000'000);
}

TEST(Timestamp, HasNineDigitsOrIsNone) {
  const std::string good = "2026-11-23T12:34:01.926359123Z";
  TimestampReader reader;
  for (std::size_t at = 20; at < 29; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = good;
      text[at] = static_cast<char>(byte);
      SCOPED_TRACE(testing::PrintToString(text));
      std::int64_t ns = 0;
      const bool is_digit = byte >= '0' && byte <= '9';
      // A zone in the middle of the digits ends them.
      const std::size_t shorter = at > 20 && byte == 'Z' ? at + 1 : 0;
      ASSERT_EQ(reader.read(text, ns), is_digit ? 30U : shorter);
    }
  }
}

TEST(Timestamp, ComesBackTheSameAfterPrinting) {
  const unsigned seed = 20261123;
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::int64_t> any(-9'214'560'000'000'000'000,
                                                  9'214'646'399'999'999'999);
  TimestampReader reader;
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t ns = any(random);
    const std::string text = to_rfc3339(ns);
    std::int64_t again = 0;
    ASSERT_EQ(reader.read(text, again), 30U) << text << " seed " << seed;
    ASSERT_EQ(again, ns) << text << " seed " << seed;
  }
}

}  // namespace
}  // namespace ari::replay

#include "replay/timeline/lanes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

namespace ari::replay {
namespace {

std::string drawn(const Row& row, const Stretch& stretch) {
  std::string out;
  for (const LaneCell cell : draw_lane(row, stretch)) out += character(cell);
  return out;
}

Row row_of(std::vector<RowSlice> slices) {
  return {TrackGroup::kTasks, 1, "a", std::move(slices), 0};
}

constexpr auto kIdle = Activity::kIdle;
constexpr auto kScheduled = Activity::kScheduled;
constexpr auto kPoll = Activity::kPoll;

TEST(Lane, ShowsWhatTheRowDidInEachStretch) {
  const struct {
    const char* what;
    std::vector<RowSlice> slices;
    const char* want;  // ten columns of 100 ns
  } kCases[] = {
      {"nothing", {}, "          "},
      {"alive in the middle", {{kIdle, 300, 600}}, "   ···    "},
      {"polled throughout", {{kPoll, 0, 1000}}, "██████████"},
      {"half a column of poll",
       {{kIdle, 0, 500}, {kPoll, 500, 550}, {kIdle, 550, 1000}},
       "·····▄····"},
      {"however short, a poll is seen",
       {{kIdle, 0, 501}, {kPoll, 501, 502}, {kIdle, 502, 1000}},
       "·····▁····"},
      {"unless it was scheduled most of the column",
       {{kIdle, 0, 500}, {kScheduled, 500, 560}, {kPoll, 560, 561}, {kIdle, 561, 1000}},
       "·····░····"},
      {"scheduled", {{kScheduled, 0, 300}, {kPoll, 300, 400}, {kIdle, 400, 700}}, "░░░█···   "},
      {"being destroyed is work", {{kIdle, 0, 900}, {Activity::kDestroy, 900, 1000}}, "·········█"},
      {"beyond the edges", {{kPoll, -500, 50}, {kIdle, 50, 5000}}, "▄·········"},
      {"no time at all", {{kPoll, 500, 500}}, "          "},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    EXPECT_EQ(drawn(row_of(c.slices), {0, 1000, 10}), c.want);
  }
}

TEST(Lane, AStretchShorterThanItsColumnsRepeatsThem) {
  EXPECT_EQ(drawn(row_of({{kPoll, 0, 1}, {kIdle, 1, 2}}), {0, 2, 4}), "██··");
}

TEST(Lane, TheWholeRangeOfInstantsCanBeDrawn) {
  const Stretch all{0, INT64_MAX, 80};
  EXPECT_EQ(all.at(0), 0);
  EXPECT_EQ(all.at(80), INT64_MAX);
  EXPECT_EQ(drawn(row_of({{kPoll, 0, INT64_MAX}}), {0, INT64_MAX, 4}), "████");
}

// The slow, obvious version: looks at every nanosecond.
std::vector<LaneCell> slow_lane(const Row& row, const Stretch& stretch) {
  std::vector<LaneCell> cells;
  for (std::size_t column = 0; column < stretch.columns; ++column) {
    std::int64_t ns[4] = {};
    const std::int64_t begin = stretch.at(column),
                       end = std::max(stretch.at(column + 1), begin + 1);
    for (std::int64_t t = begin; t < end; ++t) {
      for (const RowSlice& slice : row.slices) {
        if (slice.begin_unix_ns <= t && t < slice.end_unix_ns) {
          ++ns[static_cast<int>(slice.activity)];
        }
      }
    }
    const std::int64_t busy = ns[2] + ns[3];
    LaneCell cell;
    if (busy > 0 && ns[1] < end - begin - ns[1]) {
      for (cell = {Mark::kBusy, 1}; cell.eighths * (end - begin) < 8 * busy;) ++cell.eighths;
    } else if (ns[1] > 0 || ns[0] > 0 || busy > 0) {
      cell.mark = ns[1] >= ns[0] ? Mark::kScheduled : Mark::kIdle;
    }
    cells.push_back(cell);
  }
  return cells;
}

TEST(Lane, AgreesWithLookingAtEveryNanosecond) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::vector<RowSlice> slices;
    std::int64_t now = static_cast<std::int64_t>(random() % 100);
    for (std::uint32_t i = 0, count = random() % 12; i < count; ++i) {
      const std::int64_t begin = now + (random() % 4 == 0 ? random() % 30 : 0);
      now = begin + static_cast<std::int64_t>(random() % 40);
      slices.push_back({static_cast<Activity>(random() % 4), begin, now});
    }
    const Row row = row_of(slices);
    const auto begin = static_cast<std::int64_t>(random() % 60);
    const Stretch stretch{begin, begin + 1 + static_cast<std::int64_t>(random() % 300),
                          1 + random() % 50};
    ASSERT_EQ(draw_lane(row, stretch), slow_lane(row, stretch));
  }
}

}  // namespace
}  // namespace ari::replay

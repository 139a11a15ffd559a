#include "replay/timeline/timeline_view.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "replay/input/log.h"
#include "replay/report/display_width.h"
#include "replay/timeline/tracks.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A log that has been read, and its rows.
struct Read {
  explicit Read(const std::string& path) {
    Tracks tracks(rows, Foresight::kNone);
    auto result = read_log(path, tracks);
    tracks.finish();
    EXPECT_TRUE(result.has_value());
    if (result.has_value()) coverage = result.value();
  }
  std::string text(const TimelineOptions& options, std::size_t width,
                   subscriber::ColourDepth depth = subscriber::ColourDepth::kNone) const {
    std::string out;
    timeline_text(rows, coverage, options, {Paint(depth), width}, out);
    return out;
  }
  Rows rows;
  Coverage coverage;
};

// The coverage names the log as it was opened, which differs from machine to machine.
std::string without_path(std::string json) {
  const std::size_t begin = json.find(ARI_TESTDATA);
  return json.replace(begin, std::string_view(ARI_TESTDATA).size(), "testdata");
}

const std::string kWorkshop = ARI_TESTDATA "/workshop.jsonl";
const std::string kLostWaker = ARI_TESTDATA "/captures/lost-waker/console-record.jsonl";

TEST(TimelineView, LooksLikeThis) {
  ari::test::expect_golden("report/timeline-80.txt", Read(kWorkshop).text({}, 80));
  ari::test::expect_golden("report/timeline-80.ansi",
                           Read(kWorkshop).text({}, 80, subscriber::ColourDepth::k16));
  ari::test::expect_golden("report/timeline-recording-80.txt", Read(kLostWaker).text({}, 80));
}

TEST(TimelineView, DrawsTheTimesThatAreAskedFor) {
  TimelineOptions options;
  options.from = TimeBound{TimeBound::Base::kLogStart, 4'000'000};
  options.to = TimeBound{TimeBound::Base::kLogStart, 5'500'000};
  const std::string text = Read(kWorkshop).text(options, 80);
  EXPECT_THAT(text, AllOf(HasSubstr("T01:21:14.014"), HasSubstr("1.50ms, "), HasSubstr("smith"),
                          Not(HasSubstr("bellows"))));  // it was over by then
}

TEST(TimelineView, FitsAnyWidth) {
  const Read read(kWorkshop);
  for (std::size_t width = 40; width <= 200; width += 7) {
    for (const std::string& line : ari::test::lines_of(read.text({}, width))) {
      EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(TimelineView, NamesTheBusiestOfManyTasksAndHowManyMoreThereAre) {
  Rows rows;
  for (TrackId id = 1; id <= 50; ++id) {
    rows.add_track(id, TrackGroup::kTasks, 1, fmt::format("t{}", id));
    rows.begin(id, 0, "poll", {}, 0);
    rows.end(id, static_cast<std::int64_t>(100 - id));
  }
  Coverage coverage;
  coverage.first_unix_ns = 0;
  coverage.last_unix_ns = 100;
  std::string some, all;
  timeline_text(rows, coverage, {}, {}, some);
  timeline_text(rows, coverage, {.from = {}, .to = {}, .all = true}, {}, all);
  EXPECT_THAT(some, AllOf(HasSubstr("\nt40 "), Not(HasSubstr("\nt41 ")),
                          HasSubstr("the 40 busiest tasks; 10 more: see --all")));
  EXPECT_THAT(all, AllOf(HasSubstr("\nt50 "), Not(HasSubstr("--all"))));
}

TEST(TimelineView, JsonHasEverySlice) {
  const Read read(kWorkshop);
  std::string out;
  timeline_json(read.rows, read.coverage, {}, out);
  ari::test::expect_golden("report/timeline.json", without_path(out));
  simdjson::dom::parser parser;
  const simdjson::dom::element json = parser.parse(out);
  EXPECT_EQ(json["version"].get_uint64().value(), 1u);
  EXPECT_EQ(json["semantics"].get_string().value(), "corrected");
  ASSERT_EQ(json["rows"].get_array().value().size(), read.rows.rows().size());
  std::size_t at = 0;
  for (const simdjson::dom::element row : json["rows"]) {
    // Tasks come first in the JSON, in order of appearance; the one thread appeared first.
    const bool is_thread = row["group"].get_string().value() == "threads";
    const Row& want = read.rows.rows()[is_thread ? 0 : ++at];
    EXPECT_EQ(row["slices"].get_array().value().size(), want.slices.size());
    EXPECT_EQ(row["busy_ns"].get_int64().value(), want.busy_ns);
    std::int64_t busy_ns = 0;
    for (const simdjson::dom::element slice : row["slices"]) {
      const std::string_view activity = slice["activity"];
      if (activity == "poll" || activity == "destroy") {
        busy_ns += slice["duration_ns"].get_int64().value();
      }
    }
    EXPECT_EQ(busy_ns, want.busy_ns);
  }
}

}  // namespace
}  // namespace ari::replay

#include "replay/report/task_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/report/display_width.h"
#include "tests/replay/report/example_model.h"
#include "tests/replay/report/json_test.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using subscriber::ColourDepth;
using testing::ElementsAre;
using testing::HasSubstr;

std::string task_as_text(std::size_t index, bool whole, std::size_t width = 80,
                         ColourDepth depth = ColourDepth::kNone) {
  std::string out;
  task_text(example_model(), example_findings(), index, {.from = {}, .whole_life = whole},
            {Paint(depth), width}, out);
  return out;
}

std::string task_as_json(std::size_t index, TaskOptions options = {}) {
  std::string out;
  task_json(example_model(), example_findings(), index, options, out);
  return out;
}

TEST(TaskText, LooksLikeThis) {
  test::expect_golden("report/task-healthy-80.txt", task_as_text(0, false));
  test::expect_golden("report/task-healthy-80.ansi",
                      task_as_text(0, false, 80, ColourDepth::k24Bit));
  test::expect_golden("report/task-first-poll-80.txt", task_as_text(2, false));
  test::expect_golden("report/task-cut-off-80.txt", task_as_text(5, false));
}

TEST(TaskText, ShortensALongLifeUnlessAskedNotTo) {
  const std::size_t all = example_model().tasks[0].life.size();
  EXPECT_THAT(task_as_text(0, false),
              HasSubstr(std::to_string(all - 40) + " events in the middle left out"));
  const std::string whole = task_as_text(0, true);
  EXPECT_EQ(whole.find("left out"), std::string::npos);
  EXPECT_EQ(test::lines_of(whole).size(),
            test::lines_of(task_as_text(0, false)).size() + all - 40 - 2);
}

TEST(TaskText, NeverNeedsMoreThanItsWidthNorDrivesTheTerminal) {
  for (std::size_t index = 0; index < example_model().tasks.size(); ++index) {
    for (const std::size_t width : {60, 80, 120}) {
      for (const std::string& line : test::lines_of(task_as_text(index, true, width))) {
        EXPECT_LE(display_width(line), width) << line;
        EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
      }
    }
  }
}

// Whatever was still going on then belongs to it.
TEST(TaskLife, CanBeShownFromAnInstantOn) {
  const TaskOptions options{.from = TimeBound{TimeBound::Base::kLogStart, 38'500'000},
                            .whole_life = true};
  std::string out;
  task_text(example_model(), example_findings(), 0, options, {}, out);
  EXPECT_THAT(out, HasSubstr("destroyed"));
  EXPECT_EQ(out.find("spawned  "), std::string::npos);
  simdjson::dom::parser parser;
  const std::string document = task_as_json(0, options);
  const simdjson::dom::array life = parser.parse(document)["life"];
  EXPECT_EQ(life.size(), 4u);  // a wake, a poll, its destruction, its close
}

TEST(TaskJson, LooksLikeThis) { test::expect_golden("report/task-healthy.json", task_as_json(0)); }

TEST(TaskJson, HasTheDocumentedKeysInOrder) {
  simdjson::dom::parser parser;
  const std::string document = task_as_json(0);
  const simdjson::dom::element root = parser.parse(document);
  EXPECT_THAT(keys(root), ElementsAre("version", "semantics", "coverage", "task", "outcome",
                                      "parked_at", "joins", "findings", "life"));
  EXPECT_THAT(keys(root["task"]),
              ElementsAre("id", "span", "name", "kind", "state", "outcome", "location", "parked_at",
                          "target", "created_at", "dropped_at", "polls", "busy_ns", "scheduled_ns",
                          "idle_ns", "total_ns", "longest_poll_ns", "longest_scheduled_ns", "wakes",
                          "self_wakes", "perhaps_self_wakes", "waker_clones", "waker_drops",
                          "waker_count", "warnings", "fields", "first_poll", "last_wake",
                          "poll_times", "scheduled_times"));
  for (const char* times : {"poll_times", "scheduled_times"}) {
    EXPECT_THAT(keys(root["task"][times]),
                ElementsAre("count", "min_ns", "max_ns", "p10_ns", "p25_ns", "p50_ns", "p75_ns",
                            "p90_ns", "p95_ns", "p99_ns"));
  }
  EXPECT_EQ(std::int64_t{root["task"]["poll_times"]["max_ns"]}, 400'317);
  EXPECT_EQ(std::string_view{root["task"]["last_wake"]}, "2026-11-23T12:34:17.985582883Z");
}

TEST(TaskJson, HoldsTheWholeLife) {
  simdjson::dom::parser parser;
  const std::string document = task_as_json(0);
  const simdjson::dom::array life = parser.parse(document)["life"];
  ASSERT_EQ(life.size(), example_model().tasks[0].life.size());
  EXPECT_THAT(keys(life.at(1)), ElementsAre("at", "event", "busy_ns", "scheduled_ns", "open",
                                            "parked_at", "thread", "first_line", "last_line"));
  EXPECT_EQ(std::string_view{life.at(1)["parked_at"]}, "src/lib.rs:88:5");
  EXPECT_THAT(keys(life.at(2)), ElementsAre("at", "event", "self_wake", "by_task", "by_unclear",
                                            "thread", "first_line", "last_line"));
  EXPECT_EQ(std::string_view{life.at(2)["event"]}, "waker.wake_by_ref");
  EXPECT_EQ(std::uint64_t{life.at(2)["by_task"]}, 9u);
}

// Former bug: an instant lost its front.
TEST(TaskText, KeepsTheDayOfAnInstantOnANarrowScreen) {
  EXPECT_THAT(task_as_text(0, false, 36), testing::ContainsRegex("created +2026-11-23T12:34:"));
}

}  // namespace
}  // namespace ari::replay

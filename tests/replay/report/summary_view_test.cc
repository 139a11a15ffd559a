#include "replay/report/summary_view.h"

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

std::string summary_as_text(const Model& model, std::size_t width,
                            ColourDepth depth = ColourDepth::kNone) {
  std::string out;
  summary_text(model, example_findings(), {Paint(depth), width}, out);
  return out;
}

// The example as a sound log of a poor format would give it.
Model sound_and_poor() {
  Model model = example_model();
  Coverage& c = model.coverage;
  c.format = "console recording";
  c.program.clear();
  c.facts = {.nanoseconds = true};
  c.events_lost = c.lines_skipped = c.bytes_skipped = c.spans_without_new = 0;
  c.torn = false;
  c.orderly_end.reset();
  c.problems.clear();
  for (Task& task : model.tasks) task.outcome.reset();
  return model;
}

TEST(SummaryText, LooksLikeThis) {
  test::expect_golden("report/summary-80.txt", summary_as_text(example_model(), 80));
  test::expect_golden("report/summary-80.ansi",
                      summary_as_text(example_model(), 80, ColourDepth::k24Bit));
  test::expect_golden("report/summary-sound-80.txt", summary_as_text(sound_and_poor(), 80));
}

TEST(SummaryText, TellsOfLossBeforeAnyFigure) {
  const std::string out = summary_as_text(example_model(), 80);
  const auto figures = out.find("6 tasks");
  ASSERT_NE(figures, std::string::npos);
  EXPECT_LT(out.find("7 events lost"), figures);
  EXPECT_LT(out.find("1 of 120 lines could not be read"), figures);
  EXPECT_LT(out.find("the last line is cut"), figures);
}

TEST(SummaryText, TellsWhatWasWorkedOutInPlaceOfSpanIds) {
  Model model = sound_and_poor();
  Coverage& c = model.coverage;
  c.format = "fmt JSON";
  c.facts.span_ids = false;
  c.inferred = Inferred{.tasks_learnt = 5, .wakers_joined = 120, .clones_agreeing = 31};
  EXPECT_THAT(summary_as_text(model, 200),
              HasSubstr("Lacks     span ids, threads, spawn locations, targets, "));
  EXPECT_THAT(summary_as_text(model, 200),
              HasSubstr("Inferred  whose waker it is, from clones in polls: of 120 waker events, 0 "
                        "left out (31 later clones agree with it, 0 are of other tasks)\n"));
  EXPECT_THAT(summary_as_text(model, 200), testing::Not(HasSubstr("look alike")));
  c.inferred->clones_agreeing = c.inferred->clones_of_others = 1;
  EXPECT_THAT(summary_as_text(model, 200),
              HasSubstr("(1 later clone agrees with it, 1 is of another task)\n"));
  c.inferred->wakers_left_out = 2;
  c.inferred->lines_guessed = 1'234;
  EXPECT_THAT(summary_as_text(model, 200),
              HasSubstr("! whose waker it is cannot be told of 2 events: wakes are lower bounds"));
  EXPECT_THAT(summary_as_text(model, 200),
              HasSubstr("which of several spans that look alike: 1,234 lines by "
                        "their order only\n"));
  c.facts.polls = c.facts.lifetimes = false;
  EXPECT_THAT(summary_as_text(model, 200), HasSubstr("! no span is entered in the log"));
  EXPECT_THAT(summary_as_text(model, 200),
              HasSubstr("span ids, polls, when spans begin and end, threads"));
}

TEST(SummaryText, SaysPlainlyThatTimersFiredInTime) {
  Model model = example_model();
  Distribution& late = model.timers.late;
  late = {};
  EXPECT_THAT(summary_as_text(model, 200), testing::Not(HasSubstr("timer")));
  late.count = 1;
  EXPECT_THAT(summary_as_text(model, 200), HasSubstr("\n  the timer that fired did so in time\n"));
  late.count = 1'234;
  EXPECT_THAT(summary_as_text(model, 200),
              HasSubstr("\n  all 1,234 timers that fired did so in time\n"));
  EXPECT_THAT(summary_as_text(model, 200), testing::Not(HasSubstr("timer: due to wake")));
  late.p99_ns = late.max_ns = 2'500'000;
  EXPECT_THAT(summary_as_text(model, 200),
              testing::ContainsRegex("timer: due to wake +1,234 +in time +in time +in time +2.50ms "
                                     "+2.50ms\n"));
}

// Former bug: the delay of what block_on drives was left out also where the log has its wakers.
TEST(SummaryText, NamesWhatBlockOnDrivesAmongTheDelayedWhereTheLogHasItsWakers) {
  Model model = example_model();
  Task& task = model.tasks[0];
  task.kind = "block_on";
  task.name = "main";
  task.longest_scheduled_ns = 176'000'000;
  task.waker_clones = task.wakes = 0;
  EXPECT_THAT(summary_as_text(model, 80), testing::Not(HasSubstr("longest scheduled   176ms")));
  task.wakes = 1;
  EXPECT_THAT(summary_as_text(model, 80), HasSubstr("longest scheduled   176ms  main"));
}

TEST(SummaryText, ClaimsCompletenessOnlyIfTheLogDoes) {
  Model model = sound_and_poor();
  EXPECT_THAT(summary_as_text(model, 80), HasSubstr("none seen"));
  model.coverage.orderly_end = true;
  EXPECT_THAT(summary_as_text(model, 80), HasSubstr("none: the log is complete"));
  model.coverage.orderly_end = false;
  EXPECT_THAT(summary_as_text(model, 80), HasSubstr("does not end in good order"));
}

TEST(SummaryText, NeverNeedsMoreThanItsWidthNorDrivesTheTerminal) {
  for (std::size_t width = 60; width <= 120; ++width) {
    for (const std::string& line : test::lines_of(summary_as_text(example_model(), width))) {
      EXPECT_LE(display_width(line), width) << line;
      EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
    }
  }
}

TEST(SummaryJson, HasTheDocumentedKeysInOrder) {
  std::string document;
  summary_json(example_model(), example_findings(), document);
  test::expect_golden("report/summary.json", document);
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(document);
  EXPECT_THAT(keys(root),
              ElementsAre("version", "semantics", "coverage", "tasks", "resources", "async_ops",
                          "poll_times", "scheduled_times", "timers", "worst", "findings"));
  EXPECT_THAT(keys(root["tasks"]), ElementsAre("count", "by_state", "by_kind", "by_outcome"));
  EXPECT_THAT(keys(root["worst"]),
              ElementsAre("longest_polls", "longest_scheduled", "most_wakes", "longest_blocked"));
  EXPECT_EQ(simdjson::to_string(root["tasks"]["by_state"].value()),
            R"({"running":2,"scheduled":1,"idle":1,"completed":2})");
  EXPECT_EQ(simdjson::to_string(root["tasks"]["by_kind"].value()),
            R"({"task":4,"blocking":1,"local":1})");
  EXPECT_EQ(std::int64_t{root["findings"]["definite"]}, 2);
  EXPECT_EQ(simdjson::to_string(root["findings"]["by_lint"].at(1)),
            R"({"lint":"lost-waker","definite":1,"provisional":0,"refuted":1})");
}

TEST(SummaryJson, DoesNotGiveZeroForWhatTheFormatCannotTell) {
  std::string document;
  summary_json(sound_and_poor(), {}, document);
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(document);
  EXPECT_TRUE(root["resources"].is_null());
  EXPECT_TRUE(root["async_ops"].is_null());
  EXPECT_TRUE(root["tasks"]["by_outcome"].is_null());
}

TEST(SummaryJson, CountsEndsThatAreUnknownBesideThoseThatAreKnown) {
  Model model = sound_and_poor();
  model.tasks[0].outcome = Outcome::kPanicked;  // task 4 has ended too, nobody knows how
  std::string document;
  summary_json(model, {}, document);
  simdjson::dom::parser parser;
  EXPECT_EQ(simdjson::to_string(parser.parse(document)["tasks"]["by_outcome"].value()),
            R"({"panicked":1,"unknown":1})");
}

TEST(SummaryJson, DoesNotAccuseBlockingTasksOfBlocking) {
  std::string document;
  summary_json(example_model(), {}, document);
  simdjson::dom::parser parser;
  const simdjson::dom::element worst = parser.parse(document)["worst"]["longest_polls"].at(0);
  EXPECT_EQ(std::string_view{worst["name"]}, "pre-work");
  EXPECT_EQ(std::int64_t{worst["line"]}, 29);
}

}  // namespace
}  // namespace ari::replay

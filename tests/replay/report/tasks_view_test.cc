#include "replay/report/tasks_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/report/display_width.h"
#include "replay/report/task_columns.h"
#include "tests/replay/report/example_model.h"
#include "tests/replay/report/json_test.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using subscriber::ColourDepth;
using testing::ElementsAre;

std::string tasks_as_text(std::size_t width, ColourDepth depth = ColourDepth::kNone) {
  std::string out;
  tasks_text(example_model(), example_findings(), {}, {Paint(depth), width}, out);
  return out;
}

std::string tasks_as_json(TasksOptions options = {}) {
  std::string out;
  tasks_json(example_model(), example_findings(), options, out);
  return out;
}

TEST(TasksText, LooksLikeThis) {
  test::expect_golden("report/tasks-80.txt", tasks_as_text(80));
  test::expect_golden("report/tasks-200.txt", tasks_as_text(200));
  test::expect_golden("report/tasks-80.ansi", tasks_as_text(80, ColourDepth::k24Bit));
}

TEST(TasksText, NeverNeedsMoreThanItsWidth) {
  for (std::size_t width = 60; width <= 220; ++width) {
    for (const std::string& line : test::lines_of(tasks_as_text(width))) {
      EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(TasksText, LetsNoTextOfTheLogDriveTheTerminal) {
  const std::string out = tasks_as_text(300);
  EXPECT_EQ(out.find('\x1b'), std::string::npos);
  EXPECT_EQ(out.find('\x07'), std::string::npos);
}

TEST(TasksText, OfALogWithoutTasksAsksHowItWasRecorded) {
  std::string out;
  Model model;
  model.coverage.format = "fmt Full";
  tasks_text(model, {}, {}, {}, out);
  EXPECT_EQ(test::lines_of(out).size(), 3u) << out;
  EXPECT_NE(out.find("tokio_unstable"), std::string::npos) << out;
  out.clear();
  model.coverage.as_of_unix_ns = 1;  // nothing is wrong with a log whose tasks come later
  tasks_text(model, {}, {}, {}, out);
  EXPECT_EQ(out.find("tokio_unstable"), std::string::npos) << out;
}

std::string text_with(TasksOptions options) {
  std::string out;
  tasks_text(example_model(), example_findings(), options, {}, out);
  return out;
}

TEST(TasksText, ListsOnlyWhatIsAskedForAndSaysSo) {
  const std::string out = text_with({.where = parse_where("warning = lost-waker").value()});
  EXPECT_THAT(out, testing::HasSubstr("6 tasks  "));
  EXPECT_THAT(out, testing::HasSubstr("1 of them listed\n"));
  EXPECT_THAT(out, testing::HasSubstr("sleep once"));
  EXPECT_EQ(out.find("pre-work"), std::string::npos);
  EXPECT_THAT(text_with({.where = parse_where("polls = 4711").value()}),
              testing::EndsWith("0 of them listed\n"));
}

TEST(TasksText, LeavesOutWhatWasGoneByThen) {
  const std::string out = text_with({.from = TimeBound{TimeBound::Base::kLogStart, 50'000'000}});
  EXPECT_THAT(out, testing::HasSubstr("4 of them listed\n"));
  EXPECT_EQ(out.find(" 7  healthy"), std::string::npos);
}

TEST(TasksText, WithColumnsThatAreAskedForLooksLikeThis) {
  const auto columns = parse_task_columns("name,longest-poll,warnings,state,polls").value();
  test::expect_golden("report/tasks-columns-80.txt", text_with({.columns = columns}));
}

TEST(TasksText, NamesTheColumnsThatWereAskedForAndHoldNothing) {
  Model model = example_model();
  for (Task& task : model.tasks) task.parked_at = nullptr;
  std::string out;
  tasks_text(model, {}, {.columns = parse_task_columns("name,parked").value()}, {}, out);
  EXPECT_THAT(out, testing::EndsWith("Not shown, since the log tells none of it: Parked at\n"));
}

TEST(TasksText, OfAnInstantSaysOfWhich) {
  Model model = example_model();
  model.coverage.as_of_unix_ns = *model.coverage.first_unix_ns + 500'000'000;
  std::string out;
  tasks_text(model, {}, {}, {}, out);
  EXPECT_EQ(test::lines_of(out)[0],
            "As of 2026-11-23 12:34:18.446575 UTC, 500ms into the log and 902ms before its");
  model.coverage.as_of_unix_ns = *model.coverage.first_unix_ns - 1;
  out.clear();
  tasks_text(model, {}, {}, {}, out);
  EXPECT_EQ(test::lines_of(out)[0], "As of 2026-11-23 12:34:17.946575 UTC, before the log begins");
  model.coverage.as_of_unix_ns = *model.coverage.last_unix_ns + 1;
  out.clear();
  tasks_text(model, {}, {}, {}, out);
  EXPECT_EQ(test::lines_of(out)[0],
            "As of 2026-11-23 12:34:19.348575 UTC, after the log's end: its last state");
}

TEST(TasksJson, LooksLikeThis) { test::expect_golden("report/tasks.json", tasks_as_json()); }

TEST(TasksJson, HasTheDocumentedKeysInOrder) {
  simdjson::dom::parser parser;
  const std::string document = tasks_as_json();
  const simdjson::dom::element root = parser.parse(document);
  EXPECT_THAT(keys(root), ElementsAre("version", "semantics", "coverage", "tasks"));
  EXPECT_EQ(std::int64_t{root["version"]}, 1);
  EXPECT_EQ(std::string_view{root["semantics"]}, "corrected");
  EXPECT_THAT(
      keys(root["coverage"]),
      ElementsAre("path", "format", "program", "filter", "facts", "bytes_read", "bytes_used",
                  "bytes_skipped", "lines", "lines_skipped", "bytes_other", "lines_other",
                  "bytes_left_out", "lines_left_out", "first_other_line", "events", "events_lost",
                  "events_missing", "parts_missing", "recordings", "torn", "orderly_end",
                  "time_base", "first_at", "last_at", "resolution_ns", "inferred", "as_of",
                  "names_skipped", "has_gaps", "spans_in_gaps", "polls_in_gaps",
                  "exits_without_enter", "enters_without_exit", "exits_unsettled",
                  "spans_without_new", "clock_steps", "wakes_without_thread", "wakes_unclear",
                  "problems", "problems_dropped"));
  EXPECT_THAT(keys(root["coverage"]["facts"]),
              ElementsAre("span_ids", "lifetimes", "polls", "threads", "locations", "targets",
                          "resources", "destroys", "outcomes", "nanoseconds"));
  EXPECT_THAT(keys(root["coverage"]["problems"].at(0)),
              ElementsAre("severity", "line", "column", "message", "excerpt", "excerpt_column"));
  for (const simdjson::dom::element task : root["tasks"]) {
    EXPECT_THAT(keys(task),
                ElementsAre("id", "span", "name", "kind", "state", "outcome", "location",
                            "parked_at", "target", "created_at", "dropped_at", "polls", "busy_ns",
                            "scheduled_ns", "idle_ns", "total_ns", "longest_poll_ns",
                            "longest_scheduled_ns", "wakes", "self_wakes", "perhaps_self_wakes",
                            "waker_clones", "waker_drops", "waker_count", "warnings", "fields"));
  }
}

TEST(TasksJson, HoldsExactNumbersAndTypedFields) {
  simdjson::dom::parser parser;
  const std::string document = tasks_as_json({.order = TaskOrder::kSpan});
  const simdjson::dom::element tasks = parser.parse(document)["tasks"];
  const simdjson::dom::element healthy = tasks.at(0), blocking = tasks.at(5);
  EXPECT_EQ(std::uint64_t{blocking["span"]}, 18446744073709551615u);
  EXPECT_TRUE(blocking["id"].is_null());
  EXPECT_TRUE(blocking["name"].is_null());
  EXPECT_TRUE(blocking["dropped_at"].is_null());
  EXPECT_EQ(std::string_view{healthy["created_at"]}, "2026-11-23T12:34:17.946582883Z");
  EXPECT_EQ(std::int64_t{healthy["busy_ns"]}, 8'212'680);
  EXPECT_EQ(std::uint64_t{healthy["fields"]["size.bytes"]}, 18446744073709551615u);
  EXPECT_EQ(double{healthy["fields"]["share"]}, 0.25);
  EXPECT_EQ(std::int64_t{healthy["fields"]["offset"]}, -3);
  EXPECT_TRUE(bool{healthy["fields"]["warm"]});
  EXPECT_EQ(std::string_view{healthy["fields"]["ratio"]}, "NaN");  // no number in JSON
  EXPECT_EQ(std::string_view{healthy["fields"]["route"]}, "/a \"b\"");
}

TEST(TasksJson, TellsNoCountOfWakersWhereSomeMayBeMissing) {
  Model model = example_model();
  model.tasks[0].clones_missing = true;
  std::string out;
  tasks_json(model, {}, {.order = TaskOrder::kSpan}, out);
  simdjson::dom::parser parser;
  const simdjson::dom::element tasks = parser.parse(out)["tasks"];
  EXPECT_TRUE(tasks.at(0)["waker_count"].is_null());
  EXPECT_FALSE(tasks.at(1)["waker_count"].is_null());
}

TEST(TasksJson, WarnsOfWhatHoldsAndNotOfWhatIsRefuted) {
  simdjson::dom::parser parser;
  const std::string document = tasks_as_json({.order = TaskOrder::kSpan});
  const simdjson::dom::element tasks = parser.parse(document)["tasks"];
  EXPECT_EQ(simdjson::to_string(tasks.at(0)["warnings"].value()), "[]");
  EXPECT_EQ(simdjson::to_string(tasks.at(1)["warnings"].value()), R"(["lost-waker"])");
  EXPECT_EQ(simdjson::to_string(tasks.at(2)["warnings"].value()),
            R"(["self-wakes","never-yielded"])");
}

}  // namespace
}  // namespace ari::replay

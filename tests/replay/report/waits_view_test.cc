#include "replay/report/waits_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/report/display_width.h"
#include "tests/replay/report/example_model.h"
#include "tests/replay/report/json_test.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using testing::HasSubstr;

// The log of two tasks in a deadlock, as it stood after 150 ms.
Model model_in_deadlock() {
  FoldOptions options;
  options.resources = true;
  options.until = [](std::int64_t first_unix_ns) { return first_unix_ns + 150'000'000; };
  Model model = fold(ARI_TESTDATA "/captures/deadlock/ari-subscriber.log", options).value();
  model.coverage.path = "run.log";  // not where this tree lies
  return model;
}

std::string waits_as_text(const Model& model, std::size_t width = 80) {
  std::string out;
  waits_text(model, {Paint(subscriber::ColourDepth::kNone), width}, out);
  return out;
}

TEST(WaitsText, LooksLikeThis) {
  test::expect_golden("report/waits-80.txt", waits_as_text(model_in_deadlock()));
  test::expect_golden("report/waits-120.txt", waits_as_text(model_in_deadlock(), 120));
}

// Former bug: locks lost their types, and lines ran past the width.
TEST(WaitsText, FindsRoomOnANarrowScreen) {
  const std::string out = waits_as_text(model_in_deadlock(), 40);
  EXPECT_THAT(out, HasSubstr("\n    holds      Mutex [9]  for 147ms\n"));
  EXPECT_THAT(out, HasSubstr("Deadlock of 2 tasks, for 125ms, since\n"));
  for (const std::string& line : test::lines_of(out)) EXPECT_LE(display_width(line), 40u) << line;
}

TEST(WaitsText, NeverDrivesTheTerminal) {
  for (std::size_t width = 60; width <= 240; width += 20) {
    EXPECT_EQ(waits_as_text(example_model(), width).find('\x1b'), std::string::npos);
  }
}

TEST(WaitsText, SaysThatALogWithoutResourcesDoesNotTell) {
  FoldOptions options;
  options.resources = true;
  options.until = [](std::int64_t first_unix_ns) { return first_unix_ns + 150'000'000; };
  const Model model = fold(ARI_TESTDATA "/captures/deadlock/console-record.jsonl", options).value();
  EXPECT_THAT(waits_as_text(model), HasSubstr("does not tell"));
  EXPECT_TRUE(model.deadlocks.empty());
}

TEST(WaitsText, TellsWhenADeadlockStoodThatIsNoMore) {
  FoldOptions options;
  options.resources = true;
  const std::string path = ARI_TESTDATA "/captures/deadlock/ari-subscriber.log";
  const std::string at_end = waits_as_text(fold(path, options).value());
  ASSERT_THAT(at_end, HasSubstr("A deadlock of 2 tasks stood for "));
  const std::size_t at = at_end.find("--at ") + 5;
  const double offset_ms = std::stod(at_end.substr(at));
  options.until = [&](std::int64_t first_unix_ns) {
    return first_unix_ns + static_cast<std::int64_t>(offset_ms * 1e6);
  };
  EXPECT_THAT(waits_as_text(fold(path, options).value()), HasSubstr("Deadlock of 2 tasks"));
}

TEST(WaitsText, SaysThatNobodyWaitsAtTheEnd) {
  FoldOptions options;
  options.resources = true;
  const Model model = fold(ARI_TESTDATA "/captures/lost-waker/ari-subscriber.log", options).value();
  EXPECT_THAT(waits_as_text(model), HasSubstr("Nobody waits any more"));
}

// What lint calls provisional or refuted is no fact here, and what the table shows does not speak
// against what stands above it.
TEST(WaitsText, MarksWhatIsNotCertain) {
  Model model = model_in_deadlock();
  const auto expect_perhaps = [&](const char* why) {
    const std::string out = waits_as_text(model, 120);
    EXPECT_THAT(out, HasSubstr("\nPerhaps a deadlock of 2 tasks"));
    EXPECT_THAT(out, HasSubstr(why));
    EXPECT_THAT(out, testing::Not(HasSubstr("\nDeadlock")));
    std::string json;
    waits_json(model, json);
    EXPECT_THAT(json, HasSubstr(R"("status":"provisional")"));
    EXPECT_THAT(json, testing::Not(HasSubstr(R"("status":"definite")")));
  };
  model.deadlocks[0].links[0].wakers += 1;
  expect_perhaps("something else may wake one of them");
  EXPECT_THAT(waits_as_text(model), HasSubstr(" holds "));

  model = model_in_deadlock();
  model.deadlocks[0].links[0].hold.doubtful = true;
  expect_perhaps("] is not certain");
  EXPECT_THAT(waits_as_text(model), HasSubstr("may hold"));

  model = model_in_deadlock();
  model.coverage.events_lost = 1;
  expect_perhaps("events were lost");

  model = model_in_deadlock();
  model.coverage.facts.span_ids = false;
  model.coverage.inferred.emplace().locks_guessed_since_unix_ns = model.end_unix_ns;
  EXPECT_THAT(waits_as_text(model, 120), HasSubstr("Which lock a line is about is guessed"));
  EXPECT_THAT(waits_as_text(model, 120), HasSubstr("perhaps left ["));
  model.deadlocks[0].until_unix_ns = model.end_unix_ns;
  expect_perhaps("by a guess: the log has no span ids");
  std::string json;
  waits_json(model, json);
  EXPECT_THAT(json, HasSubstr(R"("is_certain":false)"));
  EXPECT_THAT(json, testing::Not(HasSubstr(R"("is_certain":true)")));
  model.coverage.inferred->locks_guessed_since_unix_ns = model.end_unix_ns + 1;  // later
  EXPECT_THAT(waits_as_text(model, 120), testing::Not(HasSubstr("erhaps")));
}

TEST(WaitsText, ShowsNoDeadlockWhoseLockHasBeenGivenBack) {
  Model model = model_in_deadlock();
  for (Resource& resource : model.resources) resource.holds.clear();
  EXPECT_THAT(waits_as_text(model), testing::Not(HasSubstr("\nDeadlock")));
  EXPECT_THAT(waits_as_text(model), testing::Not(HasSubstr("\nPerhaps a deadlock")));
  std::string json;
  waits_json(model, json);
  EXPECT_THAT(json, HasSubstr(R"("deadlocks":[])"));
  // After a loss that is not known.
  model.coverage.events_lost = 1;
  EXPECT_THAT(waits_as_text(model), HasSubstr("\nPerhaps a deadlock"));
  EXPECT_THAT(waits_as_text(model, 200), testing::Not(HasSubstr("nobody")));
}

TEST(WaitsText, SaysOfCirclesThatCameUndoneHowSureTheyAre) {
  Model model = model_in_deadlock();
  Deadlock& deadlock = model.deadlocks[0];
  deadlock.until_unix_ns = deadlock.since_unix_ns + 50'000'000;
  model.tasks[deadlock.links[0].task.index].last_poll_ended_unix_ns = deadlock.until_unix_ns + 1;
  deadlock.broken = 0;
  EXPECT_THAT(waits_as_text(model),
              HasSubstr("\n2 tasks waited in a circle for 50.0ms, then one got on: "));
  deadlock.links[1].hold.doubtful = true;
  EXPECT_THAT(waits_as_text(model),
              HasSubstr("\nOnce tasks perhaps waited for each other's locks, for up"));
  model.deadlocks.push_back(deadlock);
  EXPECT_THAT(waits_as_text(model), HasSubstr("\n2 times tasks perhaps waited"));
  EXPECT_THAT(waits_as_text(model), testing::Not(HasSubstr("deadlock")));
}

TEST(WaitsJson, LooksLikeThis) {
  std::string out;
  waits_json(model_in_deadlock(), out);
  test::expect_golden("report/waits.json", out);
}

}  // namespace
}  // namespace ari::replay

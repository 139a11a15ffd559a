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
Model stuck_model() {
  FoldOptions options;
  options.resources = true;
  options.until = [](std::int64_t first_unix_ns) { return first_unix_ns + 150'000'000; };
  Model model = fold(ARI_TESTDATA "/captures/deadlock/ari-subscriber.log", options).value();
  model.coverage.path = "run.log";  // not where this tree lies
  return model;
}

std::string text(const Model& model, std::size_t width = 80) {
  std::string out;
  waits_text(model, {Paint(subscriber::ColourDepth::kNone), width}, out);
  return out;
}

TEST(WaitsText, LooksLikeThis) {
  test::expect_golden("report/waits-80.txt", text(stuck_model()));
  test::expect_golden("report/waits-120.txt", text(stuck_model(), 120));
}

TEST(WaitsText, NeverDrivesTheTerminal) {
  for (std::size_t width = 60; width <= 240; width += 20) {
    EXPECT_EQ(text(example_model(), width).find('\x1b'), std::string::npos);
  }
}

TEST(WaitsText, SaysThatALogWithoutResourcesDoesNotTell) {
  FoldOptions options;
  options.resources = true;
  options.until = [](std::int64_t first_unix_ns) { return first_unix_ns + 150'000'000; };
  const Model model = fold(ARI_TESTDATA "/captures/deadlock/console-record.jsonl", options).value();
  EXPECT_THAT(text(model), HasSubstr("does not tell"));
  EXPECT_TRUE(model.deadlocks.empty());
}

TEST(WaitsText, TellsWhenADeadlockStoodThatIsNoMore) {
  FoldOptions options;
  options.resources = true;
  const std::string path = ARI_TESTDATA "/captures/deadlock/ari-subscriber.log";
  const std::string at_end = text(fold(path, options).value());
  ASSERT_THAT(at_end, HasSubstr("A deadlock of 2 tasks stood for "));
  const std::size_t at = at_end.find("--at ") + 5;
  const double offset_ms = std::stod(at_end.substr(at));
  options.until = [&](std::int64_t first_unix_ns) {
    return first_unix_ns + static_cast<std::int64_t>(offset_ms * 1e6);
  };
  EXPECT_THAT(text(fold(path, options).value()), HasSubstr("Deadlock of 2 tasks"));
}

TEST(WaitsText, SaysThatNobodyWaitsAtTheEnd) {
  FoldOptions options;
  options.resources = true;
  const Model model = fold(ARI_TESTDATA "/captures/lost-waker/ari-subscriber.log", options).value();
  EXPECT_THAT(text(model), HasSubstr("Nobody waits any more"));
}

TEST(WaitsJson, LooksLikeThis) {
  std::string out;
  waits_json(stuck_model(), out);
  test::expect_golden("report/waits.json", out);
}

}  // namespace
}  // namespace ari::replay

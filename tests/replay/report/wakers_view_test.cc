#include "replay/report/wakers_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "replay/report/display_width.h"
#include "tests/replay/report/example_model.h"
#include "tests/support/golden.h"

namespace ari::replay {
namespace {

using subscriber::ColourDepth;
using testing::HasSubstr;
using testing::Not;

Model watched_model(const std::string& capture) {
  FoldOptions options;
  options.resources = true;
  options.watch = [](const Task&) { return true; };
  Model model = fold(ARI_TESTDATA "/captures/" + capture, options).value();
  model.coverage.path = "run.log";  // not where this tree lies
  return model;
}

std::size_t index_of(const Model& model, std::string_view name) {
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    if (model.tasks[i].name == name) return i;
  }
  ADD_FAILURE() << "no task " << name;
  return 0;
}

// The wakers of the first task of that name in a captured run.
std::string text(const Model& model, std::string_view name, std::size_t width = 80,
                 ColourDepth depth = ColourDepth::kNone) {
  std::string out;
  wakers_text(model, index_of(model, name), false, {Paint(depth), width}, out);
  return out;
}

TEST(WakersText, LooksLikeThis) {
  const Model model = watched_model("lost-waker/ari-subscriber.log");
  test::expect_golden("report/wakers-lost-80.txt", text(model, "sleep once"));
  test::expect_golden("report/wakers-lost-80.ansi",
                      text(model, "sleep once", 80, ColourDepth::k24Bit));
}

// A task that waits for several things at once, whose wakers must be told apart.
TEST(WakersText, LooksLikeThisWhereWakersAreInferred) {
  const Model model = watched_model("select/ari-subscriber.log");
  test::expect_golden("report/wakers-select-80.txt", text(model, "selecter"));
  test::expect_golden("report/wakers-select-120.txt", text(model, "selecter", 120));
}

TEST(WakersText, ExplainsNoWordThatDoesNotStandThere) {
  const std::string lost = text(watched_model("lost-waker/ari-subscriber.log"), "sleep once", 200);
  EXPECT_THAT(lost, HasSubstr("only: no other was left"));
  EXPECT_THAT(lost, Not(HasSubstr("order: ")));
  EXPECT_THAT(lost, Not(HasSubstr("has a ?")));
}

TEST(WakersText, KeepsToItsWidthAndNeverDrivesTheTerminal) {
  const Model captured = watched_model("select/ari-subscriber.log");
  const Model made = example_model();
  for (std::size_t width = 60; width <= 240; width += 20) {
    const std::string out = text(captured, "selecter", width);
    for (std::size_t at = 0; at < out.size();) {
      const std::size_t end = out.find('\n', at);
      EXPECT_LE(display_width(out.substr(at, end - at)), width) << out.substr(at, end - at);
      at = end + 1;
    }
    for (std::size_t i = 0; i < made.tasks.size(); ++i) {
      std::string made_out;
      wakers_text(made, i, true, {Paint(ColourDepth::kNone), width}, made_out);
      EXPECT_EQ(made_out.find('\x1b'), std::string::npos);
    }
  }
}

TEST(WakersJson, LooksLikeThis) {
  const Model model = watched_model("lost-waker/ari-subscriber.log");
  std::string out;
  wakers_json(model, index_of(model, "sleep once"), out);
  test::expect_golden("report/wakers.json", out);
}

}  // namespace
}  // namespace ari::replay

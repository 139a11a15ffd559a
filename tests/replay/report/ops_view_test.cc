#include "replay/report/ops_view.h"

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

std::string ops_as_text(std::size_t width, ColourDepth depth = ColourDepth::kNone) {
  std::string out;
  ops_text(example_model(), {}, {Paint(depth), width}, out);
  return out;
}

std::string ops_as_json(const Model& model) {
  std::string out;
  ops_json(model, {}, out);
  return out;
}

TEST(OpsText, LooksLikeThis) {
  test::expect_golden("report/ops-80.txt", ops_as_text(80));
  test::expect_golden("report/ops-200.txt", ops_as_text(200));
  test::expect_golden("report/ops-80.ansi", ops_as_text(80, ColourDepth::k24Bit));
}

TEST(OpsText, NeverNeedsMoreThanItsWidthNorDrivesTheTerminal) {
  for (std::size_t width = 60; width <= 240; ++width) {
    for (const std::string& line : test::lines_of(ops_as_text(width))) {
      EXPECT_LE(display_width(line), width) << line;
      EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
    }
  }
}

// Former bug: the state went first, and ids of sixteen digits stayed.
TEST(OpsText, KeepsStatesLongerThanIds) {
  Model model = example_model();
  for (AsyncOp& op : model.ops) op.span += 2'252'349'569'499'000;
  std::string out;
  ops_text(model, {}, {Paint(ColourDepth::kNone), 60}, out);
  EXPECT_THAT(out, testing::ContainsRegex("Source +State "));
  EXPECT_EQ(out.find("Span"), out.find("Span", out.find("No room for "))) << out;
}

TEST(OpsText, LeavesOutWhatWasGoneByThen) {
  std::string out;
  ops_text(example_model(), {TimeBound{TimeBound::Base::kLogStart, 15'000'000}}, {}, out);
  EXPECT_THAT(out, HasSubstr("5 async ops  "));
  EXPECT_EQ(out.find("cancelled"), std::string::npos);
}

TEST(OpsText, SaysHowManyTheConsoleDoesNotSee) {
  Model model = example_model();
  EXPECT_EQ(ops_as_text(80).find("does not see"), std::string::npos);
  model.semantics = Semantics::kConsole;
  model.op_count = model.ops.size() + 1;
  std::string out;
  ops_text(model, {}, {}, out);
  EXPECT_THAT(out, HasSubstr("\n\ntokio-console does not see 1 more async op, which was made "
                             "while no resource was\nentered\nNo room for "));
}

TEST(OpsJson, LooksLikeThis) {
  test::expect_golden("report/ops.json", ops_as_json(example_model()));
}

TEST(OpsJson, HasTheDocumentedKeysInOrder) {
  simdjson::dom::parser parser;
  const std::string document = ops_as_json(example_model());
  const simdjson::dom::element root = parser.parse(document);
  EXPECT_THAT(keys(root), ElementsAre("version", "semantics", "coverage", "ops"));
  for (const simdjson::dom::element op : root["ops"]) {
    EXPECT_THAT(keys(op), ElementsAre("span", "source", "resource", "task", "parent_op", "polls",
                                      "busy_ns", "created_at", "dropped_at", "attributes", "state",
                                      "poll_op", "is_ready", "first_poll", "idle_ns", "total_ns"));
  }
}

TEST(OpsJson, TellsEveryStateApart) {
  simdjson::dom::parser parser;
  const std::string document = ops_as_json(example_model());
  std::vector<std::string_view> states;
  for (const simdjson::dom::element op : parser.parse(document)["ops"]) {
    states.push_back(op["state"]);
  }
  EXPECT_THAT(states, ElementsAre("unpolled", "polled", "pending", "ready", "completed",
                                  "cancelled", "dropped"));
}

TEST(OpsJson, IsNullWhereTheFormatDoesNotTell) {
  simdjson::dom::parser parser;
  const std::string document = ops_as_json(Model{});
  EXPECT_TRUE(parser.parse(document)["ops"].is_null());
}

}  // namespace
}  // namespace ari::replay

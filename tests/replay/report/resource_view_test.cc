#include "replay/report/resource_view.h"

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

std::string resource_as_text(std::size_t index, ResourceOptions options = {},
                             std::size_t width = 80, ColourDepth depth = ColourDepth::kNone) {
  std::string out;
  resource_text(example_model(), index, options, {Paint(depth), width}, out);
  return out;
}

std::string resource_as_json(std::size_t index, ResourceOptions options = {}) {
  std::string out;
  resource_json(example_model(), index, options, out);
  return out;
}

TEST(ResourceText, LooksLikeThis) {
  test::expect_golden("report/resource-mutex-80.txt", resource_as_text(0));
  test::expect_golden("report/resource-mutex-80.ansi",
                      resource_as_text(0, {}, 80, ColourDepth::k24Bit));
  test::expect_golden("report/resource-cut-off-80.txt", resource_as_text(4));
}

TEST(ResourceText, ShortensManyChangesUnlessAskedNotTo) {
  const std::size_t all = example_model().resources[0].changes.size();
  EXPECT_THAT(resource_as_text(0),
              HasSubstr(std::to_string(all - 40) + " changes in the middle left out"));
  EXPECT_EQ(resource_as_text(0, {.whole = true}).find("left out"), std::string::npos);
}

TEST(ResourceText, CanBeShownFromAnInstantOn) {
  const std::string out =
      resource_as_text(0, {.from = TimeBound{TimeBound::Base::kLogStart, 60'000'000}});
  EXPECT_THAT(out, HasSubstr("Used by 2 async ops"));
  EXPECT_EQ(out.find("completed"), std::string::npos);
  EXPECT_EQ(out.find("left out"), std::string::npos);  // 11 changes are left
}

TEST(ResourceText, NeverNeedsMoreThanItsWidthNorDrivesTheTerminal) {
  for (std::size_t index = 0; index < example_model().resources.size(); ++index) {
    for (const std::size_t width : {60, 80, 120}) {
      for (const std::string& line :
           test::lines_of(resource_as_text(index, {.whole = true}, width))) {
        EXPECT_LE(display_width(line), width) << line;
        EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
      }
    }
  }
}

TEST(ResourceJson, LooksLikeThis) {
  test::expect_golden("report/resource-mutex.json", resource_as_json(0));
}

TEST(ResourceJson, HasTheDocumentedKeysInOrder) {
  simdjson::dom::parser parser;
  const std::string document = resource_as_json(0);
  const simdjson::dom::element root = parser.parse(document);
  EXPECT_THAT(keys(root), ElementsAre("version", "semantics", "coverage", "resource", "children",
                                      "ops", "changes"));
  EXPECT_EQ(simdjson::to_string(root["children"].value()), "[21]");
  EXPECT_EQ(simdjson::dom::array(root["ops"]).size(), 3u);
  EXPECT_EQ(simdjson::dom::array(root["changes"]).size(), 70u);
  EXPECT_THAT(keys(root["changes"].at(1)),
              ElementsAre("at", "attribute", "value", "unit", "of", "by_task", "line"));
  EXPECT_EQ(std::uint64_t{root["changes"].at(1)["by_task"]}, 8u);
}

}  // namespace
}  // namespace ari::replay

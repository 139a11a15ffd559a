#include "replay/report/resources_view.h"

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

std::string resources_as_text(std::size_t width, ColourDepth depth = ColourDepth::kNone) {
  std::string out;
  resources_text(example_model(), {}, {Paint(depth), width}, out);
  return out;
}

std::string resources_as_json(const Model& model, ResourcesOptions options = {}) {
  std::string out;
  resources_json(model, options, out);
  return out;
}

TEST(ResourcesText, LooksLikeThis) {
  test::expect_golden("report/resources-80.txt", resources_as_text(80));
  test::expect_golden("report/resources-200.txt", resources_as_text(200));
  test::expect_golden("report/resources-80.ansi", resources_as_text(80, ColourDepth::k24Bit));
}

TEST(ResourcesText, NeverNeedsMoreThanItsWidthNorDrivesTheTerminal) {
  for (std::size_t width = 60; width <= 240; ++width) {
    for (const std::string& line : test::lines_of(resources_as_text(width))) {
      EXPECT_LE(display_width(line), width) << line;
      EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
    }
  }
}

TEST(ResourcesText, SaysThatTheFormatDoesNotTellOfThem) {
  Model model;
  model.coverage.format = "console recording";
  std::string out;
  resources_text(model, {}, {}, out);
  EXPECT_THAT(out, HasSubstr("! the log's format does not tell of resources: console recording"));
}

TEST(ResourcesText, LeavesOutWhatWasGoneByThen) {
  std::string out;
  resources_text(example_model(), {TimeBound{TimeBound::Base::kLogStart, 60'000'000}}, {}, out);
  EXPECT_THAT(out, HasSubstr("4 resources  ‖ 4 alive  ■ 0 dropped"));
  EXPECT_EQ(out.find("Sleep"), std::string::npos);
}

TEST(ResourcesJson, LooksLikeThis) {
  test::expect_golden("report/resources.json", resources_as_json(example_model()));
}

TEST(ResourcesJson, HasTheDocumentedKeysInOrder) {
  simdjson::dom::parser parser;
  const std::string document = resources_as_json(example_model());
  const simdjson::dom::element root = parser.parse(document);
  EXPECT_THAT(keys(root), ElementsAre("version", "semantics", "coverage", "resources"));
  for (const simdjson::dom::element resource : root["resources"]) {
    EXPECT_THAT(keys(resource), ElementsAre("span", "concrete_type", "kind", "parent", "location",
                                            "created_at", "dropped_at", "attributes", "target",
                                            "is_internal", "task", "total_ns"));
    for (const auto [name, attribute] : simdjson::dom::object(resource["attributes"])) {
      EXPECT_THAT(keys(attribute), ElementsAre("value", "unit"));
    }
  }
}

TEST(ResourcesJson, HoldsExactNumbersAndTellsAChildsAttributesApart) {
  simdjson::dom::parser parser;
  const std::string document = resources_as_json(example_model());
  const simdjson::dom::element list = parser.parse(document)["resources"];
  const simdjson::dom::element inheriting = list.at(2)["attributes"], timer = list.at(3);
  EXPECT_EQ(std::uint64_t{inheriting["permits"]["value"]}, 18'446'744'073'709'551'615U);
  EXPECT_EQ(std::int64_t{inheriting["permits [23]"]["value"]}, -3);
  EXPECT_EQ(std::string_view{inheriting["mode"]["value"]}, "\x1b[31mred");
  EXPECT_EQ(std::uint64_t{timer["span"]}, 18'446'744'073'709'551'615U);
  EXPECT_EQ(std::string_view{timer["attributes"]["duration"]["unit"]}, "ms");
  EXPECT_TRUE(list.at(0)["attributes"]["locked"]["unit"].is_null());
  EXPECT_TRUE(list.at(0)["dropped_at"].is_null());
  EXPECT_EQ(std::uint64_t{list.at(1)["parent"]}, 20u);
  EXPECT_TRUE(list.at(4)["created_at"].is_null());
  EXPECT_TRUE(list.at(4)["attributes"]["permits"]["value"].is_null());  // from what to what?
}

TEST(ResourcesJson, IsNullWhereTheFormatDoesNotTell) {
  simdjson::dom::parser parser;
  const std::string document = resources_as_json(Model{});
  EXPECT_TRUE(parser.parse(document)["resources"].is_null());
}

}  // namespace
}  // namespace ari::replay

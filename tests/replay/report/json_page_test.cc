// JSON.md describes the reports: no key is printed that the page does not name.
#include <gtest/gtest.h>

#include <set>

#include "tests/replay/report/json_test.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

void collect_keys(simdjson::dom::element value, std::set<std::string>& names) {
  simdjson::dom::object object;
  simdjson::dom::array array;
  if (value.get(object) == simdjson::SUCCESS) {
    for (const auto [key, member] : object) {
      // What is in these was named by the program that was recorded, or counts such names.
      const bool foreign =
          key == "fields" || key == "by_state" || key == "by_kind" || key == "by_outcome";
      names.insert(std::string(key));
      if (key == "attributes") {
        for (const auto [name, attribute] : simdjson::dom::object(member)) {
          collect_keys(attribute, names);
        }
      } else if (!foreign) {
        collect_keys(member, names);
      }
    }
  } else if (value.get(array) == simdjson::SUCCESS) {
    for (const simdjson::dom::element element : array) collect_keys(element, names);
  }
}

TEST(JsonPage, NamesEveryKeyThatIsPrinted) {
  const std::string page = test::read_file(ARI_SOURCE_DIR "/replay/report/JSON.md");
  std::set<std::string> names;
  for (const char* report : {"tasks", "task-healthy", "resources", "resource-mutex", "ops", "lint",
                             "explanation", "summary", "timeline", "waits", "dump", "tree",
                             "wakers", "why", "metrics", "recorded-dump", "diff"}) {
    simdjson::dom::parser parser;
    collect_keys(parser.load(std::string(ARI_TESTDATA "/golden/report/") + report + ".json"),
                 names);
  }
  EXPECT_GT(names.size(), 100u);
  for (const std::string& name : names) {
    EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace ari::replay

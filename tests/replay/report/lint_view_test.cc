#include "replay/report/lint_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/report/display_width.h"
#include "tests/replay/report/example_model.h"
#include "tests/replay/report/json_test.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string text(const std::vector<Finding>& findings, LintOptions options) {
  std::string out;
  lint_text(example_model(), findings, options, {}, out);
  return out;
}

TEST(LintText, LooksLikeThis) {
  test::expect_golden("report/lint-80.txt", text(example_findings(), {}));
}

TEST(LintText, EndsWithTheCountAndWhatItMeans) {
  struct Case {
    std::vector<Finding> findings;
    LintOptions options;
    const char* want;
  };
  const std::vector<Finding> all = example_findings();
  const Case cases[] = {
      {all, {}, "2 definite, 1 provisional, 1 refuted; exit status 1"},
      {all,
       {.deny = Status::kRefuted},
       "2 definite, 1 provisional, 1 refuted; exit status 1 (--deny refuted)"},
      {all,
       {.deny = std::nullopt},
       "2 definite, 1 provisional, 1 refuted; exit status 0 (--deny none)"},
      {{all[2]}, {}, "1 provisional; exit status 0 (--deny definite)"},
      {{all[2]},
       {.deny = Status::kProvisional},
       "1 provisional; exit status 1 (--deny provisional)"},
      {{}, {.deny = Status::kRefuted}, "no findings; exit status 0 (--deny refuted)"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(text(c.findings, c.options), HasSubstr(c.want));
    EXPECT_EQ(fails(c.findings, c.options),
              std::string_view(c.want).find("exit status 1") != std::string_view::npos);
  }
}

TEST(LintJson, HoldsEveryFindingWithTheDocumentedKeys) {
  std::string document;
  lint_json(example_model(), example_findings(), document);
  test::expect_golden("report/lint.json", document);
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(document);
  EXPECT_THAT(keys(root), ElementsAre("version", "semantics", "coverage", "findings"));
  const simdjson::dom::array findings = root["findings"];
  ASSERT_EQ(findings.size(), 4u);
  for (const simdjson::dom::element finding : findings) {
    EXPECT_THAT(keys(finding), ElementsAre("lint", "status", "task", "span", "location", "message",
                                           "first_line", "last_line", "since_at"));
  }
  EXPECT_EQ(std::string_view{findings.at(3)["status"]}, "refuted");
  EXPECT_EQ(std::uint64_t{findings.at(1)["span"]}, 8u);
  EXPECT_EQ(std::uint64_t{findings.at(1)["task"]}, 16u);
}

}  // namespace
}  // namespace ari::replay

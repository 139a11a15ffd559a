// Findings for other programs: SARIF, and workflow commands of GitHub.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/report/lint_github.h"
#include "replay/report/lint_sarif.h"
#include "tests/replay/report/example_model.h"
#include "tests/replay/report/json_test.h"

namespace ari::replay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const LintSettings kDefault(Semantics::kCorrected);

std::string sarif(const Model& model, const Findings& findings) {
  std::string out;
  lint_sarif(model, findings, kDefault, "0.1.0", out);
  return out;
}

std::string github(const Model& model, const Findings& findings) {
  std::string out;
  lint_github(model, findings, kDefault, out);
  return out;
}

// What the schema of SARIF 2.1.0 requires of each object that is written.
TEST(LintSarif, HasWhatTheSchemaRequires) {
  const std::string document = sarif(example_model(), example_findings());
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(document);
  EXPECT_EQ(std::string_view(root["version"]), "2.1.0");
  ASSERT_EQ(simdjson::dom::array(root["runs"]).size(), 1u);
  const simdjson::dom::element run = root.at_pointer("/runs/0");
  const simdjson::dom::element driver = run.at_pointer("/tool/driver");
  EXPECT_EQ(std::string_view(driver["name"]), "ari-replay");
  const simdjson::dom::array rules = driver["rules"];
  EXPECT_EQ(rules.size(), all_lints().size());
  for (const simdjson::dom::element rule : rules) {
    EXPECT_FALSE(std::string_view(rule["id"]).empty());
    for (const char* text : {"/shortDescription/text", "/fullDescription/text", "/help/text"}) {
      EXPECT_FALSE(std::string_view(rule.at_pointer(text)).empty());
    }
  }
  std::vector<std::string_view> levels;
  for (const simdjson::dom::element result : simdjson::dom::array(run["results"])) {
    const std::uint64_t rule = result["ruleIndex"];
    EXPECT_EQ(std::string_view(rules.at(rule)["id"]), std::string_view(result["ruleId"]));
    EXPECT_FALSE(std::string_view(result.at_pointer("/message/text")).empty());
    for (const char* line : {"/locations/0/physicalLocation/region/startLine",
                             "/relatedLocations/0/physicalLocation/region/startLine"}) {
      EXPECT_GT(std::uint64_t(result.at_pointer(line)), 0u);
    }
    levels.push_back(result["level"]);
  }
  EXPECT_THAT(levels, ElementsAre("error", "error", "warning", "none"));
}

TEST(LintSarif, PutsAFindingInTheLogWhereNothingTellsOfItsSource) {
  Model model = example_model();
  for (Task& task : model.tasks) task.location = nullptr;
  model.coverage.path = "/tmp/my run,50%.jsonl";
  const std::string document = sarif(model, example_findings());
  EXPECT_THAT(document, HasSubstr(R"("locations":[{"physicalLocation":{"artifactLocation":)"
                                  R"({"uri":"file:///tmp/my%20run%2C50%25.jsonl"},)"
                                  R"("region":{"startLine":30,"endLine":57}})"));
  EXPECT_THAT(document, testing::Not(HasSubstr("relatedLocations")));
  model.coverage.path = "-";  // standard input has no address
  EXPECT_THAT(sarif(model, example_findings()), testing::Not(HasSubstr("\"locations\"")));
}

TEST(LintGithub, WritesNothingThatGithubWouldObey) {
  Model model = example_model();
  model.tasks[0].name = "a\r\n::error::b%0A";
  model.tasks[0].location = place("src/a,b:c%.rs", 6, 37);
  EXPECT_EQ(github(model, {{"long-poll", Status::kDefinite, 0, "100% busy", 41, 42}}),
            "::warning file=src/a%2Cb%3Ac%25.rs,line=6,col=37,title=long-poll (definite)::"
            "a\\r\\n::error::b%250A [7]: 100%25 busy (run.jsonl:41-42)\n");
}

TEST(LintGithub, HasOneAnnotationForAllTasksOfAPlace) {
  Findings findings;
  for (std::size_t i = 0; i < 3; ++i) {
    findings.push_back({"never-polled", Status::kDefinite, i, "has not been polled once", 41, 41});
  }
  EXPECT_EQ(github(example_model(), findings),
            "::error file=src/scenarios.rs,line=6,col=37,title=never-polled (definite)::3 tasks: "
            "healthy [7], sleep once [8], pre-work [9]: has not been polled once (run.jsonl:41)\n");
}

}  // namespace
}  // namespace ari::replay

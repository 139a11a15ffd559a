// Findings for other programs: SARIF, and workflow commands of GitHub.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "replay/lint/lint.h"
#include "replay/report/lint_github.h"
#include "replay/report/lint_sarif.h"
#include "replay/report/words.h"
#include "tests/replay/report/example_model.h"
#include "tests/replay/report/json_schema.h"
#include "tests/replay/report/json_test.h"
#include "tests/support/run.h"

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

class LintSarifSchema : public testing::Test {
 protected:
  std::vector<std::string> violations(const std::string& document) {
    simdjson::dom::parser parser;
    return test::violations(schema_, parser.parse(document).value());
  }

  simdjson::dom::parser schema_parser_;
  simdjson::dom::element schema_ =
      schema_parser_.load(ARI_TESTDATA "/sarif/sarif-2.1.0-rtm.5.json").value();
};

TEST_F(LintSarifSchema, HoldsForEveryCapture) {
  std::size_t results = 0;
  for (const std::string& folder : test::capture_folders()) {
    for (const char* name : {"ari-subscriber.log", "console-record.jsonl", "fmt-json.jsonl"}) {
      const std::string path = test::capture_file(folder, name);
      if (path.empty()) continue;
      FoldOptions options;
      options.deadlocks = true;
      const Model model = fold(path, options).value();
      const Findings findings = run_lints(model, kDefault);
      results += findings.size();
      EXPECT_THAT(violations(sarif(model, findings)), testing::IsEmpty()) << path;
    }
  }
  EXPECT_GT(results, 10u);
  EXPECT_THAT(violations(sarif(example_model(), example_findings())), testing::IsEmpty());
}

// The check itself can fail.
TEST_F(LintSarifSchema, DoesNotHoldForWhatIsNoSarif) {
  const std::string good = sarif(example_model(), example_findings());
  struct Case {
    const char *from, *to, *want;
  };
  constexpr Case kCases[] = {
      {"\"version\":\"2.1.0\",", "", ": has no version"},
      {"\"version\":\"2.1.0\"", "\"version\":\"2.0.0\"", "/version: is none of the values allowed"},
      {"\"level\":\"error\"", "\"level\":\"fatal\"",
       "/runs/0/results/0/level: is none of the values allowed"},
      {"\"ruleIndex\":", "\"ruleNo\":", "/runs/0/results/0/ruleNo: is not known to the schema"},
      {"\"startLine\":6", "\"startLine\":0",
       "/runs/0/results/0/locations/0/physicalLocation/region/startLine: is out of range"},
      {"\"results\":[", "\"results\":[7,", "/runs/0/results/0: is no \"object\""},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.to);
    std::string bad = good;
    ASSERT_NE(bad.find(c.from), bad.npos);
    bad.replace(bad.find(c.from), std::string_view(c.from).size(), c.to);
    EXPECT_THAT(violations(bad), testing::Contains(c.want));
  }
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

// A workflow command as GitHub's runner takes it apart (actions/runner, ActionCommand.TryParseV2).
struct Command {
  std::string name, data;
  std::map<std::string, std::string> properties;
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string unescaped(std::string text, bool is_property) {
  text = replaced(replaced(std::move(text), "%0D", "\r"), "%0A", "\n");
  if (is_property) text = replaced(replaced(std::move(text), "%3A", ":"), "%2C", ",");
  return replaced(std::move(text), "%25", "%");
}

Command parse_command(std::string_view line) {
  Command command;
  EXPECT_TRUE(line.starts_with("::"));
  const std::size_t end = line.find("::", 2);
  command.data = unescaped(std::string(line.substr(end + 2)), false);
  std::string_view head = line.substr(2, end - 2);
  command.name = head.substr(0, head.find(' '));
  head.remove_prefix(head.find(' ') + 1);
  while (!head.empty()) {
    const std::size_t comma = std::min(head.find(','), head.size());
    const std::string_view one = head.substr(0, comma);
    head.remove_prefix(std::min(comma + 1, head.size()));
    command.properties[std::string(one.substr(0, one.find('=')))] =
        unescaped(std::string(one.substr(one.find('=') + 1)), true);
  }
  return command;
}

// Whatever stands in the log, GitHub reads what was meant: one command, its four properties.
TEST(LintGithub, SaysTheSameOnTheOtherSideOfItsEscapes) {
  std::mt19937 random(11);
  const std::vector<std::string> pieces = {"%",         "%25", "%0A",    ":",  "::",   ",",
                                           "=",         " ",   "\n",     "\r", "\x1b", "a",
                                           "::error::", "]",   "title=", "ß",  "%2"};
  const auto text = [&] {
    std::string out = "x";
    for (int i = 0; i < 8; ++i) out += pieces[random() % pieces.size()];
    return out;
  };
  for (int round = 0; round < 500; ++round) {
    Model model = example_model();
    model.tasks[0].name = text();
    const SourceLocation at{text(), 6, 37, ""};
    model.tasks[0].location = &at;
    const std::string message = text();
    const std::string out = github(model, {{"long-poll", Status::kDefinite, 0, message, 41, 42}});
    const std::vector<std::string> lines = test::lines_of(out);
    ASSERT_EQ(lines.size(), 1u) << out;
    const Command command = parse_command(lines[0]);
    EXPECT_EQ(command.name, "warning");
    EXPECT_EQ(command.properties,
              (std::map<std::string, std::string>{{"file", escaped(model.tasks[0].location->file)},
                                                  {"line", "6"},
                                                  {"col", "37"},
                                                  {"title", "long-poll (definite)"}}));
    EXPECT_EQ(command.data,
              escaped(model.tasks[0].name) + " [7]: " + escaped(message) + " (run.jsonl:41-42)");
  }
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

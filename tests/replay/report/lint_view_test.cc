#include "replay/report/lint_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/report/lint_groups.h"
#include "tests/replay/report/example_model.h"
#include "tests/replay/report/json_test.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

LintSettings settings(LeastDenied least = Status::kDefinite,
                      std::vector<std::string_view> warned = {}) {
  LintSettings out(Semantics::kCorrected);
  LintChoices choices;
  choices.least_denied = least;
  choices.warned = std::move(warned);
  out.apply(choices);
  return out;
}

std::string text(const std::vector<Finding>& findings, const LintSettings& settings) {
  std::string out;
  lint_text(example_model(), findings, settings, {}, out);
  return out;
}

TEST(LintText, LooksLikeThis) {
  test::expect_golden("report/lint-80.txt", text(example_findings(), settings()));
}

TEST(LintText, EndsWithTheCountAndWhatItMeans) {
  struct Case {
    std::vector<Finding> findings;
    LintSettings settings;
    const char* want;
  };
  const std::vector<Finding> all = example_findings();
  const Case cases[] = {
      {all, settings(), "2 definite, 1 provisional, 1 refuted; exit status 1"},
      {all, settings(Status::kRefuted),
       "2 definite, 1 provisional, 1 refuted; exit status 1 (--deny refuted)"},
      {all, settings(std::nullopt),
       "2 definite, 1 provisional, 1 refuted; exit status 0 (--deny none)"},
      {{all[2]}, settings(), "1 provisional; exit status 0 (--deny definite)"},
      {{all[2]},
       settings(Status::kProvisional),
       "1 provisional; exit status 1 (--deny provisional)"},
      {{}, settings(Status::kRefuted), "no findings; exit status 0 (--deny refuted)"},
      {{all[0]},
       settings(Status::kDefinite, {all[0].lint, "task-leak"}),
       "1 definite; exit status 0 (--deny definite --warn self-wakes)"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(text(c.findings, c.settings), HasSubstr(c.want));
    EXPECT_EQ(fails(example_model(), c.findings, c.settings),
              std::string_view(c.want).find("exit status 1") != std::string_view::npos);
  }
}

// Former bug: of timers it said nothing, though --warn late-timer had found one.
TEST(LintText, SaysThatTimersWereLateThatItWasNotAskedFor) {
  Model model = example_model();
  model.timers.late.count = 1;
  model.timers.late.max_ns = 1'180'000'000;
  const auto lints = [&] {
    std::string out;
    lint_text(model, {}, settings(), {}, out);
    return out;
  };
  EXPECT_THAT(lints(), HasSubstr("long-poll (up to 1.40s), late-timer (up to 1.18s);"));
  model.timers.late.max_ns = 9'000'000;  // below the limit
  EXPECT_THAT(lints(), testing::Not(HasSubstr("late-timer")));
}

// Tasks that differ in nothing but their names and figures.
Findings alike(std::size_t count) {
  Findings findings;
  for (std::size_t i = 0; i < count; ++i) {
    Finding finding{"long-poll", Status::kDefinite, i % 3, "its longest poll ran for 12.0ms", 41,
                    41};
    findings.push_back(finding);
  }
  return findings;
}

TEST(LintText, TellsEqualFindingsOfOnePlaceTogether) {
  Findings findings = alike(3);
  EXPECT_THAT(text(findings, settings()), HasSubstr("long-poll (definite)  3 tasks\n"
                                                    "  healthy [7], sleep once [8], pre-work [9]\n"
                                                    "  spawned at src/scenarios.rs:6:37\n"
                                                    "  its longest poll ran for 12.0ms\n"
                                                    "  run.jsonl:41 (the first)\n\n3 definite;"));
  findings[1].message = "its longest poll ran for 99.0ms";
  findings[1].figure = 99;
  findings[1].first_line = findings[1].last_line = 57;
  EXPECT_THAT(text(findings, settings()),
              HasSubstr("  sleep once [8], the worst: its longest poll ran for 99.0ms\n"
                        "  run.jsonl:57\n"));
}

TEST(LintText, KeepsApartWhatIsNotEqual) {
  Findings findings = alike(3);
  findings[0].status = Status::kProvisional;
  findings[1].lint = "long-scheduled";
  EXPECT_EQ(group_findings(example_model(), findings).size(), 3u);
  Model model = example_model();
  model.tasks[1].location = place("src/scenarios.rs", 7, 37);
  EXPECT_EQ(group_findings(model, alike(3)).size(), 2u);
  for (Task& task : model.tasks) task.location = nullptr;  // then the names tell
  EXPECT_EQ(group_findings(model, alike(3)).size(), 3u);
  model.tasks[0].name = "worker-1";
  model.tasks[2].name = "worker-12";
  EXPECT_EQ(group_findings(model, alike(3)).size(), 2u);
}

TEST(LintText, NamesTheFirstFewOfManyTasks) {
  const Model model = example_model();
  const std::vector<const Task*> many(12, &model.tasks[0]);
  EXPECT_THAT(labels_text(many), testing::EndsWith("healthy [7], healthy [7] and 4 more"));
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
    EXPECT_THAT(keys(finding), ElementsAre("lint", "status", "task", "span", "name", "kind",
                                           "location", "message", "figure", "limit", "unit",
                                           "first_line", "last_line", "since_at", "tasks"));
  }
  EXPECT_EQ(std::string_view{findings.at(3)["status"]}, "refuted");
  EXPECT_EQ(std::uint64_t{findings.at(1)["span"]}, 8u);
  EXPECT_EQ(std::uint64_t{findings.at(1)["task"]}, 16u);
}

}  // namespace
}  // namespace ari::replay

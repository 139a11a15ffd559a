#include "replay/report/lint_explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/report/display_width.h"
#include "tests/replay/report/json_test.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

TEST(Explanation, LooksLikeThis) {
  std::string out;
  explanation_text(*find_lint("lost-waker"), {}, out);
  test::expect_golden("report/explanation-80.txt", out);
}

TEST(Explanation, OfEveryLintFitsEightyColumns) {
  for (const Lint& lint : all_lints()) {
    std::string out;
    explanation_text(lint, {.width = 200}, out);
    for (const std::string& line : test::lines_of(out)) {
      EXPECT_LE(display_width(line), 80u) << lint.name << ": " << line;
    }
  }
}

TEST(Explanation, AsJsonHasTheDocumentedKeys) {
  std::string out;
  explanation_json(*find_lint("long-poll"), out);
  test::expect_golden("report/explanation.json", out);
  simdjson::dom::parser parser;
  EXPECT_THAT(keys(parser.parse(out)),
              testing::ElementsAre("version", "lint", "summary", "limit", "by_default", "meaning",
                                   "reason", "advice", "rust", "cpp"));
}

}  // namespace
}  // namespace ari::replay

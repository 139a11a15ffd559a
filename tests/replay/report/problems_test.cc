#include "replay/report/problems.h"

#include <gtest/gtest.h>

namespace ari::replay {
namespace {

Problem problem(std::uint64_t line, std::uint64_t column, std::string excerpt,
                std::uint64_t excerpt_column) {
  return {Severity::kDataLoss, line,          column, "expected a number, found a string",
          std::move(excerpt),  excerpt_column};
}

std::string printed(const Coverage& coverage) {
  std::string out;
  append_problems(coverage, out);
  return out;
}

TEST(Problems, PointAtTheColumn) {
  Coverage coverage;
  coverage.path = "run.jsonl";
  coverage.problems = {problem(41, 9, R"({"id": "7"})", 8)};
  EXPECT_EQ(printed(coverage),
            "ari-replay: run.jsonl:41:9: expected a number, found a string\n"
            "  {\"id\": \"7\"}\n"
            "         ^\n");
}

TEST(Problems, OfAWholeLineOrInputHaveNoCaret) {
  Coverage coverage;
  coverage.path = "-";
  coverage.problems = {problem(41, 0, "", 0), problem(0, 0, "", 0)};
  EXPECT_EQ(printed(coverage),
            "ari-replay: standard input:41: expected a number, found a string\n"
            "ari-replay: standard input: expected a number, found a string\n");
}

TEST(Problems, CannotDriveATerminalAndTheCaretStaysUnderItsColumn) {
  Coverage coverage;
  coverage.path = "a\x1b[2Jb";
  coverage.problems = {problem(1, 4,
                               "\x1b"
                               "ab\x07",
                               4)};
  EXPECT_EQ(printed(coverage),
            "ari-replay: a\\x1b[2Jb:1:4: expected a number, found a string\n"
            "  \\x1bab\\x07\n"
            "        ^\n");
}

TEST(Problems, AreCountedBeyondTheFirstFew) {
  Coverage coverage;
  coverage.path = "run.jsonl";
  coverage.problems.assign(7, problem(3, 0, "", 0));
  coverage.problems_dropped = 1000;
  const std::string text = printed(coverage);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6);
  EXPECT_TRUE(text.ends_with("ari-replay: run.jsonl: 1,002 more problems like these\n")) << text;
}

TEST(Problems, OfASoundLogAreNotMentioned) { EXPECT_EQ(printed(Coverage{}), ""); }

}  // namespace
}  // namespace ari::replay

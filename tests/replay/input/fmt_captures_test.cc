// Logs of real programs in all of fmt's formats, held against truth.jsonl: what the
// program's own layer saw of the same run, with span ids. See testdata/README.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "tests/replay/input/fmt_truth.h"
#include "tests/replay/input/reading.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

struct Capture {
  std::string folder;
  std::string file;
  std::string format;
};

std::ostream& operator<<(std::ostream& out, const Capture& capture) {
  return out << capture.folder << "/" << capture.file;
}

// Those that tell threads.
std::vector<Capture> captures() {
  std::vector<Capture> all;
  for (const std::string& folder : test::capture_folders()) {
    if (test::capture_file(folder, "fmt-json.jsonl").empty()) continue;
    all.push_back({folder, "fmt-json.jsonl", "fmt JSON"});
    all.push_back({folder, "fmt-full.log", "fmt Full"});
  }
  const std::string spans = ARI_TESTDATA "/fmt/spans";
  all.push_back({spans, "fmt-full.log", "fmt Full"});
  all.push_back({spans, "full-all.log", "fmt Full"});
  all.push_back({spans, "full-uptime.log", "fmt Full"});
  all.push_back({spans, "pretty.log", "fmt Pretty"});
  all.push_back({spans, "compact-all.log", "fmt Compact"});
  const std::string colour = ARI_TESTDATA "/fmt/spans-colour";
  all.push_back({colour, "full-ansi.log", "fmt Full"});
  all.push_back({colour, "pretty-ansi.log", "fmt Pretty"});
  all.push_back({colour, "compact-ansi.log", "fmt Compact"});
  const std::string crowd = ARI_TESTDATA "/fmt/crowd";
  all.push_back({crowd, "fmt-json.jsonl", "fmt JSON"});
  all.push_back({crowd, "fmt-full.log", "fmt Full"});
  all.push_back({crowd, "compact.log", "fmt Compact"});
  all.push_back({crowd, "pretty.log", "fmt Pretty"});
  all.push_back({ARI_TESTDATA "/fmt/rwlock", "fmt-full.log", "fmt Full"});
  all.push_back({ARI_TESTDATA "/fmt/timeouts", "fmt-json.jsonl", "fmt JSON"});
  all.push_back({ARI_TESTDATA "/fmt/instrumented", "fmt-json.jsonl", "fmt JSON"});
  return all;
}

class FmtCaptures : public testing::TestWithParam<Capture> {};

TEST_P(FmtCaptures, TellWhatHappenedToEverySpan) {
  const auto& [folder, file, format] = GetParam();
  const test::FmtScore score =
      test::score_fmt(test::capture_file(folder, file), test::capture_file(folder, "truth.jsonl"));
  EXPECT_EQ(score.coverage.format, format);
  EXPECT_EQ(score.first_difference, "");
  EXPECT_GT(score.lines, 50U);
  EXPECT_EQ(score.lines, score.coverage.events);

  // Tasks and their wakers are never mistaken for one another.
  EXPECT_EQ(score.tasks_misplaced, 0U);
  EXPECT_EQ(score.wakers_wrong, 0U);
  EXPECT_EQ(score.wakers_left_out, 0U);

  // Resources may be, but then it says so: one guess puts the lines of a use elsewhere.
  constexpr std::uint64_t kLinesOfUse = 8;
  ASSERT_TRUE(score.coverage.inferred.has_value());
  EXPECT_LE(score.misplaced, kLinesOfUse * score.coverage.inferred->lines_guessed);

  const Facts& facts = score.coverage.facts;
  EXPECT_FALSE(facts.span_ids);
  EXPECT_TRUE(facts.lifetimes && facts.polls && facts.threads && facts.targets);
}

// Several threads are inside of a lock at once, and it is given to those who wait in the
// order in which they began to.
TEST(FmtCapturesOf, ALockOnManyThreadsNeedNoGuess) {
  const std::string folder = ARI_TESTDATA "/fmt/rwlock";
  const test::FmtScore score = test::score_fmt(test::capture_file(folder, "fmt-full.log"),
                                               test::capture_file(folder, "truth.jsonl"));
  EXPECT_EQ(score.misplaced, 0U);
  ASSERT_TRUE(score.coverage.inferred.has_value());
  EXPECT_EQ(score.coverage.inferred->lines_guessed, 0U);
}

// Formerly 260 lines were.
TEST(FmtCapturesOf, InstrumentedTasksAreHardlyEverMixedUp) {
  const std::string folder = ARI_TESTDATA "/fmt/instrumented";
  const test::FmtScore score = test::score_fmt(test::capture_file(folder, "fmt-json.jsonl"),
                                               test::capture_file(folder, "truth.jsonl"));
  EXPECT_LE(score.misplaced, 5U);
}

INSTANTIATE_TEST_SUITE_P(All, FmtCaptures, testing::ValuesIn(captures()), [](const auto& capture) {
  const std::string& folder = capture.param.folder;
  std::string name = folder.substr(folder.rfind('/') + 1) + "_" + capture.param.file;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
});

}  // namespace
}  // namespace ari::replay

// The lints on real runs: what is wrong in each is known, and nothing else may be found.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "replay/lint/lint_settings.h"
#include "replay/model/fold.h"
#include "replay/model/model.h"
#include "tests/replay/input/reading.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using test::capture_file;
using Lines = std::vector<std::string>;

// Without span ids: some formats have none, and replay gives their spans new ones.
std::string without_ids(std::string message) {
  RE2::GlobalReplace(&message, R"( \[\d+\])", "");
  return message;
}

// A finding in one line, without the line numbers, which differ from format to format.
Lines lines_of(const Model& model) {
  Lines lines;
  for (const Finding& finding : run_lints(model)) {
    lines.push_back(fmt::format("{} {}: {} {}", status_name(finding.status), finding.lint,
                                model.tasks[finding.task].name, without_ids(finding.message)));
  }
  return lines;
}

struct Wrong {
  std::string_view folder;
  Lines corrected;
  Lines console;  // tokio-console at the end of the log; it remembers nothing
};

const Wrong kWrong[] = {
    {"deadlock",
     {"definite deadlock: right waits for Mutex made at src/scenarios.rs:136:36 held by left, "
      "which waits for Mutex made at src/scenarios.rs:136:68 held by this task: stuck for 178ms, "
      "until left was destroyed"},
     {}},
    {"large-future",
     {"definite auto-boxed-future: auto-boxed its future of 40240 bytes was boxed by the runtime",
      "definite large-future: large its future takes 3240 bytes (limit 1024)"},
     {"definite auto-boxed-future: auto-boxed its future of 40240 bytes was boxed by the runtime",
      "definite large-future: large its future takes 3240 bytes (limit 1024)"}},
    {"lost-waker",
     {"definite lost-waker: sleep once lost its last waker and slept for 354ms, until it was "
      "destroyed"},
     {}},  // the task is gone by then
    {"never-yielded",
     {"definite never-yielded: pre-work did not yield for 1.40s, in its first poll"},
     {}},
    {"self-wake-small",
     {"definite self-wakes: self-waker woke itself 6 times, 100% of its 6 wakes (limit 50%)"},
     {"definite self-wakes: self-waker woke itself 6 times, 100% of its 6 wakes (limit 50%)"}},
};

std::string name_of(const std::string& folder) { return folder.substr(folder.rfind('/') + 1); }

Wrong wrong_in(const std::string& folder) {
  for (const Wrong& wrong : kWrong) {
    if (wrong.folder == name_of(folder)) return wrong;
  }
  return {};
}

class Captures : public testing::TestWithParam<std::string> {};

TEST_P(Captures, ShowWhatIsWrongInThemAndNothingElse) {
  const Wrong wrong = wrong_in(GetParam());
  for (const char* file : {"ari-subscriber.log", "ari-subscriber-colour.log",
                           "console-record.jsonl", "fmt-json.jsonl", "fmt-full.log"}) {
    const std::string path = capture_file(GetParam(), file);
    if (path.empty()) continue;
    SCOPED_TRACE(path);
    // A console recording holds no locks.
    const bool untold = wrong.folder == "deadlock" && path.ends_with("console-record.jsonl");
    EXPECT_EQ(lines_of(fold(path, {.semantics = Semantics::kCorrected, .deadlocks = true}).value()),
              untold ? Lines() : wrong.corrected);
    EXPECT_EQ(lines_of(fold(path, {.semantics = Semantics::kConsole, .deadlocks = true}).value()),
              wrong.console);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Captures, testing::ValuesIn(test::capture_folders()),
                         [](const auto& folder) {
                           std::string name = name_of(folder.param);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Two tasks lock two mutexes in opposite order; a timeout ends the wait of one, which returns in
// the same poll.
TEST(Deadlock, IsRefutedByATaskThatReturns) {
  LintSettings settings(Semantics::kCorrected);
  LintChoices choices;
  choices.only = {"deadlock"};
  settings.apply(choices);
  const Model model =
      fold(ARI_TESTDATA "/deadlock-given-up.jsonl.zst", {.deadlocks = true}).value();
  const Findings findings = run_lints(model, settings);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].status, Status::kRefuted) << findings[0].message;
}

// The tasks of all captures that share a lock keep it across short waits, which is no harm.
TEST_P(Captures, KeepALockAcrossALongWaitOnlyWhereTheyAreStuck) {
  LintSettings settings(Semantics::kCorrected);
  LintChoices choices;
  choices.only = {"lock-held-across-long-wait"};
  settings.apply(choices);
  for (const char* file : {"ari-subscriber.log", "fmt-json.jsonl", "fmt-full.log"}) {
    const std::string path = capture_file(GetParam(), file);
    if (path.empty()) continue;
    SCOPED_TRACE(path);
    const Model model = fold(path, {.deadlocks = true}).value();
    Lines names;
    for (const Finding& finding : run_lints(model, settings)) {
      EXPECT_EQ(finding.status, Status::kDefinite);
      names.push_back(model.tasks[finding.task].name);
    }
    EXPECT_EQ(names, name_of(GetParam()) == "deadlock" ? (Lines{"left", "right"}) : Lines());
  }
}

// ---- the same runs, cut off while it was going on

Model fold_text(const std::string& log, Semantics semantics) {
  Fold fold({.semantics = semantics});
  test::TextSource source(log);
  return fold.finish(read_log(source, "cut.log", fold).value());
}

// What the lints say of a run cut off after each of its lines: each finding once, in order
// of appearance. Provisional ones are left out, as they come and go.
Lines seen_along(const std::string& folder, Semantics semantics) {
  const std::string log =
      test::read_file(std::string(ARI_TESTDATA "/captures/") + folder + "/console-record.jsonl");
  Lines seen;
  for (std::size_t end = log.find('\n', 8); end != log.npos; end = log.find('\n', end + 1)) {
    const Model model = fold_text(log.substr(0, end + 1), semantics);
    for (const Finding& finding : run_lints(model)) {
      if (finding.status == Status::kProvisional) continue;
      const std::string line = fmt::format("{} {}: {}", status_name(finding.status), finding.lint,
                                           model.tasks[finding.task].name);
      if (std::find(seen.begin(), seen.end(), line) == seen.end()) seen.push_back(line);
    }
  }
  return seen;
}

// Three tasks in a ring, stuck, but on mutexes made in one place, in a log without span ids:
// that there is a circle is worked out, and who is in it may be wrong.
TEST(CapturesWithoutIds, ACircleOfLocksThatLookAlikeIsNotDefinite) {
  const std::string path = test::capture_file(ARI_TESTDATA "/fmt/ring", "fmt-full.log");
  const Model model = fold(path, {.deadlocks = true}).value();
  int found = 0;
  for (const Finding& finding : run_lints(model)) {
    if (finding.lint != "deadlock") continue;
    ++found;
    EXPECT_EQ(finding.status, Status::kProvisional) << finding.message;
  }
  EXPECT_GT(found, 0);
}

TEST(CapturesCutOff, ALostWakerIsFoundAndHealthyTasksNeverAre) {
  EXPECT_EQ(seen_along("lost-waker", Semantics::kCorrected),
            Lines{"definite lost-waker: sleep once"});
  // The console warns between a healthy task's last poll and its destruction, too.
  EXPECT_EQ(seen_along("lost-waker", Semantics::kConsole),
            (Lines{"definite lost-waker: sleep once", "definite lost-waker: healthy"}));
}

}  // namespace
}  // namespace ari::replay

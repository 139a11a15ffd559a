// What ari-replay ends with, and where it writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iomanip>
#include <string>
#include <utility>

#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

// A log of a task that is polled twenty times, for `poll_ns` each time.
void write_many_polls(const std::string& path, int poll_ns) {
  std::ofstream log(path);
  int now_ns = 0;
  const auto line = [&](const std::string& rest) {
    log << "{\"at\":\"2026-11-24T01:21:14." << std::setfill('0') << std::setw(9)
        << (now_ns += poll_ns) << "Z\"," << rest << "}\n";
  };
  line(R"("k":"log","version":1,"program":"polled","pid":1,"clock":"tsc")");
  line(R"("k":"thread","th":1,"name":"main")");
  line(R"("k":"new","th":1,"id":1,"name":"runtime.spawn","fields":{"kind":"task"})");
  for (int poll = 0; poll < 20; ++poll) {
    line(R"("k":"enter","th":1,"id":1)");
    line(R"("k":"exit","th":1,"id":1)");
  }
}

TEST(ExitStatus, OfLintFollowsFindingsAndDeny) {
  struct Case {
    std::string arguments;
    int want;
  };
  const std::string no_task = testing::TempDir() + "no_task.log";
  std::ofstream(no_task) << "2026-11-23T12:34:01.927131Z  INFO my_app: listening\n";
  const std::string refuted = "../deadlock-given-up.jsonl.zst";
  const Case cases[] = {
      {kSoundLog, 0},
      {kFaultyLog, 1},
      {"--format json " + kFaultyLog, 1},
      {"--deny none " + kFaultyLog, 0},
      {"--allow lost-waker " + kFaultyLog, 0},
      {"--only self-wakes " + kFaultyLog, 0},
      {"--only lost-waker --only self-wakes " + kFaultyLog, 1},
      {refuted, 0},
      {"--deny provisional " + refuted, 0},
      {"--deny refuted " + refuted, 1},
      // A lint that is warned of fails nothing; one that is denied does.
      {"--warn lost-waker " + kFaultyLog, 0},
      {"--deny lost-waker " + kFaultyLog, 1},
      {"--deny long-poll --limit long-poll=1us " + kSoundLog, 1},
      {"--warn long-poll --limit long-poll=1us " + kSoundLog, 0},
      {"--only long-poll --limit long-poll=1us " + kSoundLog, 1},
      {"--format sarif " + kFaultyLog, 1},
      {"--format github " + kSoundLog, 0},
      {"--config no-such.conf " + kSoundLog, 2},
      {"no-such.log", 2},
      // A log without a task is no sound program: most likely it was recorded wrongly.
      {no_task, 1},
      {"--format json " + no_task, 1},
      {"--deny provisional " + no_task, 1},
      {"--deny none " + no_task, 0},
      {"--allow no-tasks " + no_task, 0},
      {"--at 0s " + kSoundLog, 0},  // before its first task
  };
  for (const Case& c : cases) {
    const test::Ran ran = run_replay("lint " + c.arguments);
    EXPECT_EQ(ran.exit_code, c.want) << c.arguments << "\n" << ran.out << ran.err;
  }
}

TEST(ExitStatus, IsTwoWhereAnOptionMeansNothingToTheFormat) {
  const std::pair<std::string, std::string> cases[] = {{"tasks", "--columns name"},
                                                       {"show", "--context 2"}};
  for (const auto& [command, option] : cases) {
    const test::Ran ran = run_replay(command + " " + option + " --format json " + kSoundLog);
    EXPECT_EQ(ran.exit_code, 2) << command;
    EXPECT_EQ(ran.err, "ari-replay: option '" + option.substr(0, option.find(' ')) +
                           "' means nothing to '--format json'\n  try 'ari-replay " + command +
                           " --help'\n");
  }
}

TEST(ExitStatus, OfALimitForALintThatIsNotLookedForIsNotChangedWithoutAWord) {
  const test::Ran ran = run_replay("lint --limit long-poll=1us " + kSoundLog);
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err,
            "ari-replay: --limit long-poll: long-poll is not looked for; --deny or --warn "
            "long-poll would\n");
}

TEST(ExitStatus, OfALogWithoutATaskIsExplainedInEveryFormat) {
  const std::string log = testing::TempDir() + "no_task_explained.log";
  std::ofstream(log) << "2026-11-23T12:34:01.927131Z  INFO my_app: listening\n";
  for (const char* command : {"lint ", "lint --format json ", "lint --format sarif ",
                              "lint --format github ", "summary ", "tasks "}) {
    const test::Ran ran = run_replay(command + log);
    EXPECT_NE((ran.out + ran.err).find("built with --cfg tokio_unstable"), std::string::npos)
        << command << ran.out << ran.err;
  }
  const test::Ran ran = run_replay("lint " + log);
  EXPECT_NE(ran.out.find("exit status 1 (--allow no-tasks lets it pass)"), std::string::npos);
  EXPECT_EQ(ran.out.find("no findings"), std::string::npos);
}

TEST(ExitStatus, OfOtherCommandsDoesNotDependOnFindings) {
  for (const char* command : {"summary ", "tasks ", "resources ", "ops ", "show "}) {
    EXPECT_EQ(run_replay(command + kFaultyLog).exit_code, 0) << command;
  }
  EXPECT_EQ(run_replay("task " + kFaultyLog + " 7").exit_code, 0);
}

TEST(ExitStatus, OfDiffIsTwoWithoutTwoLogs) {
  EXPECT_EQ(run_replay("diff " + kSoundLog + " " + kFaultyLog).exit_code, 0);  // findings are none
  EXPECT_EQ(run_replay("diff no-such.log " + kSoundLog).exit_code, 2);
  const test::Ran ran = run_replay("diff " + kSoundLog + " no-such.log");
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "ari-replay: no-such.log: no such file\n");
}

// In the slow log all takes half as long again.
TEST(ExitStatus, OfDiffIsOneForARegressionOnly) {
  const test::TempDir dir;
  const std::string once = dir.path() + "/once.jsonl", slow = dir.path() + "/slow.jsonl";
  write_many_polls(once, 10'000);
  write_many_polls(slow, 15'000);
  EXPECT_EQ(run_replay("diff " + once + " " + once).exit_code, 0);
  EXPECT_EQ(run_replay("diff " + once + " " + slow).exit_code, 1);
  EXPECT_EQ(run_replay("diff --format json " + once + " - < " + slow).exit_code, 1);
  EXPECT_EQ(run_replay("diff " + slow + " " + once).exit_code, 0);
  EXPECT_EQ(run_replay("diff --threshold 60% " + once + " " + slow).exit_code, 0);
}

TEST(ExitStatus, OfATaskThatIsNotThereOrAmbiguousIsTwo) {
  const test::Ran ran = run_replay("task " + kFaultyLog + " slep");
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_TRUE(ran.err.starts_with(
      "ari-replay: no task 'slep' (did you mean 'sleep once'?); there are:\n  span=4"))
      << ran.err;
}

TEST(ExitStatus, OfAResourceThatIsNotThereOrAmbiguousIsTwo) {
  const test::Ran ran = run_replay("resource " + kFaultyLog + " Mutex");
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_TRUE(ran.err.starts_with("ari-replay: no resource 'Mutex'; there are:\n  span=1"))
      << ran.err;
  EXPECT_EQ(run_replay("resource sleep/console-record.jsonl Sleep").err,
            "ari-replay: a log in this format tells of no resources\n");
}

// Deadlocked since 24 ms after its start: what each task waits for at that instant.
TEST(At, ShowsWhoWaitsForWhat) {
  const test::Ran ran = run_replay("ops --at 100ms --from 100ms deadlock/ari-subscriber.log");
  EXPECT_EQ(ran.exit_code, 0);
  std::vector<std::string> waits;
  for (const std::string& line : test::lines_of(ran.out)) {
    const std::size_t at = line.find("Mutex::lock");
    if (at != std::string::npos) waits.push_back(line.substr(at));
  }
  ASSERT_EQ(waits.size(), 2u) << ran.out;
  EXPECT_THAT(waits[0], testing::ContainsRegex("^Mutex::lock +pending +right .12. +Mutex .7. "));
  EXPECT_THAT(waits[1], testing::ContainsRegex("^Mutex::lock +pending +left .11. +Mutex .9. "));
}

// More than a pipe holds: it is still being written when the reader has gone.
TEST(Output, ThatNobodyReadsAnyMoreEndsQuietly) {
  for (const char* format : {"", "--format json "}) {
    const test::Ran ran =
        test::run(std::string("bash -c 'set -o pipefail; " ARI_BIN_DIR "/ari-replay show ") +
                      format + "mutex/ari-subscriber.log.zst | head -c 1'",
                  ARI_TESTDATA "/captures");
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.out.size(), 1u);
    EXPECT_EQ(ran.err, "");
  }
}

TEST(Output, ThatCannotBeWrittenIsAnError) {
  struct Case {
    const char* redirection;
    const char* why;
  };
  for (const Case& c :
       {Case{">/dev/full", "No space left on device"}, Case{">&-", "Bad file descriptor"}}) {
    const test::Ran ran = run_replay("tasks " + kSoundLog + " " + c.redirection);
    EXPECT_EQ(ran.exit_code, 2) << c.redirection;
    EXPECT_EQ(ran.err, std::string("ari-replay: cannot write to standard output: ") + c.why + "\n");
  }
}

TEST(Output, OfAFilterThatFindsNothingIsEmptyAndSaysSo) {
  const test::Ran ran = run_replay("show --grep nobody " + kSoundLog);
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "ari-replay: sleep/ari-subscriber.log: no line matches\n");
}

// Former bug: a name with a slip in it was a task without lines, and all was well.
TEST(Output, OfATaskOrSpanThatIsNotThereIsAnError) {
  const test::Ran task = run_replay("show --task helthy " + kFaultyLog);
  EXPECT_EQ(task.exit_code, 2);
  EXPECT_EQ(task.out, "");
  EXPECT_EQ(task.err, run_replay("task " + kFaultyLog + " helthy").err);
  const test::Ran span = run_replay("show --span 9999 " + kFaultyLog);
  EXPECT_EQ(span.exit_code, 2);
  EXPECT_EQ(span.err, "ari-replay: no span 9999 in lost-waker/ari-subscriber.log\n");
  const test::Ran piped = run_replay("show --task helthy - < " + kFaultyLog);
  EXPECT_EQ(piped.exit_code, 2);
  EXPECT_EQ(piped.err, "ari-replay: no task 'helthy' in -\n");
  // It is there, but not then.
  const test::Ran later = run_replay("show --task healthy --from 340ms " + kFaultyLog);
  EXPECT_EQ(later.exit_code, 0);
  EXPECT_EQ(later.err, "ari-replay: lost-waker/ari-subscriber.log: no line matches\n");
}

TEST(Output, IsTheSameFromAFileAPipeAndACompressedPipe) {
  const std::string want = run_replay("tasks " + kSoundLog).out;
  const std::string tasks = ARI_BIN_DIR "/ari-replay tasks -";
  for (const std::string& command : {tasks + " < " + kSoundLog, "cat " + kSoundLog + " | " + tasks,
                                     "zstd -qc " + kSoundLog + " | " + tasks}) {
    const test::Ran ran = test::run(command, ARI_TESTDATA "/captures");
    EXPECT_EQ(ran.out, want) << command;
    EXPECT_EQ(ran.err, "") << command;
  }
}

}  // namespace
}  // namespace ari::replay

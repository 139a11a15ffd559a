// Several logs on one command line, from files, pipes and standard input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/cli/console.h"
#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kBoth = "sleep/ari-subscriber.log lost-waker/console-record.jsonl";

TEST(SeveralLogs, AreTakenByEveryCommandThatReadsALog) {
  for (const char* command :
       {"summary", "tasks", "resources", "ops", "waits", "dump", "tree", "show", "timeline",
        "report", "convert --to jsonl", "convert --to perfetto", "convert --to chrome"}) {
    const test::Ran ran = run_replay(std::string(command) + " " + kBoth);
    EXPECT_EQ(ran.exit_code, kExitDone) << command << ran.err;
    EXPECT_NE(ran.out, "") << command;
  }
  EXPECT_EQ(run_replay("lint " + kBoth).exit_code, kExitFindings);
  for (const char* command : {"task", "wakers"}) {
    const test::Ran ran = run_replay(std::string(command) + " " + kBoth + " 'sleep once'");
    EXPECT_EQ(ran.exit_code, kExitDone) << command << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("console-record.jsonl:")) << command;
  }
}

TEST(SeveralLogs, OptionsMayStandAnywhereAmongThem) {
  const test::Ran want = run_replay("tasks --sort name " + kBoth);
  EXPECT_EQ(want.exit_code, kExitDone);
  EXPECT_EQ(run_replay("tasks sleep/ari-subscriber.log --sort name "
                       "lost-waker/console-record.jsonl")
                .out,
            want.out);
}

TEST(SeveralLogs, ATaskOfWhichIsNamedByItsLog) {
  const std::string logs = "lost-waker/ari-subscriber.log deadlock/ari-subscriber.log";
  const test::Ran ran = run_replay("task " + logs + " 6");
  EXPECT_EQ(ran.exit_code, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("'6' is 2 tasks; say which one:"));
  const std::size_t at = ran.err.find("line=deadlock/ari-subscriber.log:");
  ASSERT_NE(at, std::string::npos) << ran.err;
  const std::string id = ran.err.substr(at, ran.err.find(' ', at) - at);
  const test::Ran chosen = run_replay("task " + logs + " " + id);
  EXPECT_EQ(chosen.exit_code, kExitDone) << chosen.err;
  EXPECT_THAT(chosen.out, HasSubstr("deadlock/ari-subscriber.log\n"));
}

TEST(SeveralLogs, AreConcatenatedAsOneLogThatReadsAsThey) {
  const test::Ran ran =
      run_replay("convert --to jsonl " + kBoth +
                 " | " ARI_BIN_DIR "/ari-replay tasks --format json - | grep -c '\"span\"'");
  const test::Ran direct = run_replay("tasks --format json " + kBoth + " | grep -c '\"span\"'");
  EXPECT_EQ(ran.out, direct.out);
}

TEST(SeveralLogs, ThatCannotBeToldApartAreNotMixed) {
  for (const char* to : {"csv", "text"}) {
    const test::Ran ran = run_replay(std::string("convert --to ") + to + " " + kBoth);
    EXPECT_EQ(ran.exit_code, kExitUsage);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr("cannot tell 2 runs apart"));
  }
}

TEST(SeveralLogs, AreGivenOnceEach) {
  const test::Ran ran = run_replay("summary " + kSoundLog + " ./" + kSoundLog);
  EXPECT_EQ(ran.exit_code, kExitUsage);
  EXPECT_EQ(ran.err, "ari-replay: ./" + kSoundLog + ": is the same log as " + kSoundLog +
                         ": give each log once\n");
}

TEST(SeveralLogs, OfOneTimeAndTwoFormatsMayBeOneRunAndItIsSaid) {
  const std::string logs = "lost-waker/ari-subscriber.log lost-waker/console-record.jsonl";
  EXPECT_THAT(run_replay("summary " + logs).out, HasSubstr("if they are two records of one run"));
  EXPECT_THAT(run_replay("summary " + kBoth).out, Not(HasSubstr("two records")));
}

TEST(SeveralLogs, MayComeFromPipesAndStandardInput) {
  const std::string want = run_replay("tasks --format json " + kBoth + " | tail -n +2").out;
  const std::string set_up = "d=$(mktemp -d); mkfifo $d/a; cat sleep/ari-subscriber.log >$d/a & ";
  const std::string run = set_up + ARI_BIN_DIR
                          "/ari-replay tasks --format json $d/a - "
                          "<lost-waker/console-record.jsonl | tail -n +2; rm -r $d";
  EXPECT_EQ(test::run(run, ARI_TESTDATA "/captures").out, want);
}

TEST(Report, OfAPipeIsRefusedBeforeItIsRead) {
  const test::Ran ran = test::run("d=$(mktemp -d); mkfifo $d/a; " ARI_BIN_DIR
                                  "/ari-replay report $d/a; s=$?; rm -r $d; exit $s");
  EXPECT_EQ(ran.exit_code, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("reads its log twice"));
}

}  // namespace
}  // namespace ari::replay

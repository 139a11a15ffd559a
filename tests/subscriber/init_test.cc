// What a user of ARI sees: whole programs, run with it.
#include "subscriber/init.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/run.h"

namespace ari::subscriber {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;

constexpr const char* kOwnLine = "the program's own line\n";

// Runs the program in `mode` with `environment`, in an empty directory.
class InitTest : public testing::Test {
 protected:
  test::Ran run(const std::string& environment, const std::string& mode,
                const std::string& redirections = "") {
    return test::run(environment + " " ARI_BIN_DIR "/recorded_program " + mode + redirections,
                     dir_.path());
  }
  std::string file(const std::string& name) { return test::read_file(dir_.path() + "/" + name); }
  bool exists(const std::string& name) {
    return access((dir_.path() + "/" + name).c_str(), F_OK) == 0;
  }
  // Everything in the directory, as `ls` shows it.
  std::string listing() { return test::run("ls", dir_.path()).out; }

  test::TempDir dir_;
};

TEST_F(InitTest, RecordsNothingWithoutAri) {
  for (const char* environment : {"", "ARI="}) {
    const test::Ran ran = run(environment, "speak");
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, kOwnLine);
    EXPECT_EQ(listing(), "");
  }
}

TEST_F(InitTest, StreamsPlainTextIntoAPipe) {
  const test::Ran ran = run("ARI=stdout TERM=xterm COLORTERM=truecolor", "speak");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err, kOwnLine);
  const auto lines = test::lines_of(ran.out);
  ASSERT_THAT(lines, SizeIs(5));
  EXPECT_THAT(lines[0], MatchesRegex("20..-..-..T..:..:..\\.......Z TRACE "
                                     "runtime.spawn\\[1\\]\\{task.name=\"speaker\"\\} new"));
  EXPECT_THAT(lines[2], EndsWith("  INFO runtime.spawn[1]{task.name=\"speaker\"} program: hello"));
  EXPECT_THAT(lines[4], EndsWith(" close"));
}

TEST_F(InitTest, ColoursAPipeWhenForced) {
  const test::Ran ran = run("ARI=stdout CLICOLOR_FORCE=1 COLORTERM=truecolor", "speak");
  EXPECT_THAT(ran.out, HasSubstr("\x1b[1;4;38;2;90;186;132mclose\x1b[0m\n"));
}

TEST_F(InitTest, WritesSeveralLogsAtOnce) {
  const test::Ran ran = run("ARI=stderr,text:a.log,jsonl:b.jsonl,jsonl:c.jsonl.zst", "speak");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(listing(), "a.log\nb.jsonl\nc.jsonl.zst\n");
  std::string err = ran.err;
  err.erase(err.find(kOwnLine), std::string_view(kOwnLine).size());
  EXPECT_EQ(err, file("a.log"));
  EXPECT_THAT(test::lines_of(file("b.jsonl")), SizeIs(8));  // 5 events, log, thread, end
  EXPECT_THAT(file("b.jsonl"), AllOf(HasSubstr(R"("program":"recorded_progra)"),
                                     EndsWith(R"("k":"end","events":5,"lost":0})"
                                              "\n")));
  EXPECT_EQ(test::run("zstd -dc c.jsonl.zst", dir_.path()).out, file("b.jsonl"));
}

TEST_F(InitTest, PutsTheProcessIdIntoTheName) {
  run("ARI=jsonl:run-%p.jsonl", "speak");
  EXPECT_THAT(listing(), MatchesRegex("run-[0-9]+.jsonl\n"));
}

TEST_F(InitTest, SaysWhatItDoesNotUnderstandAndRecordsTheRest) {
  const test::Ran ran = run("ARI=color,jsonl:/nowhere/x,jsonl:run.jsonl", "speak");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err,
            "ari: ARI: unknown log \"color\": expected stdout, stderr, text:PATH, jsonl:PATH or "
            "ring:PATH\n"
            "ari: cannot write \"/nowhere/x\": No such file or directory; this log is left out\n"
            "the program's own line\n");
  EXPECT_THAT(test::lines_of(file("run.jsonl")), SizeIs(8));
}

TEST_F(InitTest, GoesOnWhenTheDiskIsFull) {
  const test::Ran ran = run("ARI=jsonl:/dev/full,jsonl:run.jsonl", "speak");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(
      ran.err,
      HasSubstr("ari: cannot write \"/dev/full\": No space left on device; this log ends here\n"));
  EXPECT_THAT(test::lines_of(file("run.jsonl")), SizeIs(8));
}

TEST_F(InitTest, GoesOnWhenTheReaderOfItsStreamIsGone) {
  const test::Ran ran =
      test::run("(ARI=stdout " ARI_BIN_DIR "/recorded_program on-and-on; echo exit $? >&2) | true",
                dir_.path());
  EXPECT_THAT(ran.err, AllOf(HasSubstr("ari: cannot write \"stdout\": Broken pipe; this log ends "
                                       "here\n"),
                             HasSubstr(kOwnLine), HasSubstr("exit 0\n")));
}

TEST_F(InitTest, SurvivesThatNobodyCanHearItsComplaints) {
  const test::Ran ran =
      test::run("(ARI=nonsense " ARI_BIN_DIR
                "/recorded_program signals; echo exit $? >&3) 3>&1 2>&1 >&- | true",
                dir_.path());
  EXPECT_EQ(ran.exit_code, 0);
  const test::Ran closed = run("ARI=stdout,jsonl:run.jsonl", "speak", " >&- 2>&-");
  EXPECT_EQ(closed.exit_code, 0);
  EXPECT_THAT(test::lines_of(file("run.jsonl")), SizeIs(8));
}

TEST_F(InitTest, KeepsItsStreamWhenTheProgramClosesItsOwn) {
  const test::Ran ran = run("ARI=stdout", "closes-stdout");
  EXPECT_THAT(test::lines_of(ran.out), SizeIs(5));
}

TEST_F(InitTest, WritesWhatIsClosedAfterMain) {
  run("ARI=jsonl:run.jsonl", "static");
  EXPECT_THAT(file("run.jsonl"), AllOf(HasSubstr(R"("k":"close","th":1,"id":1,)"),
                                       EndsWith("\"events\":7,\"lost\":0}\n")));
}

TEST_F(InitTest, LosesOnlyTheEndWhenTheProgramIsKilled) {
  const test::Ran ran = run("ARI=jsonl:run.jsonl", "killed");
  EXPECT_EQ(ran.exit_code, 128 + 9);
  EXPECT_THAT(test::lines_of(file("run.jsonl")), SizeIs(7));
  EXPECT_THAT(file("run.jsonl"), Not(HasSubstr("\"k\":\"end\"")));
}

TEST_F(InitTest, DoesNotRecordAForkedChildNorKeepsFilesOpenInIt) {
  // Without the leak check: clang 16's takes the allocator's lock when the child exits, and
  // waits for ever if the drain's thread, which is not in the child, had it during fork().
  const test::Ran ran = run("ASAN_OPTIONS=detect_leaks=0 ARI=stdout,jsonl:run.jsonl", "fork");
  EXPECT_EQ(ran.exit_code, 0) << "files left open in the child";
  EXPECT_THAT(ran.out, AllOf(HasSubstr("program: parent\n"), Not(HasSubstr("child"))));
  EXPECT_THAT(test::lines_of(ran.out), SizeIs(5));
}

TEST_F(InitTest, LeavesTheProgramItsSignals) {
  EXPECT_EQ(run("ARI=jsonl:run.jsonl", "signals").exit_code, 0);
}

TEST_F(InitTest, DoesNothingTheSecondTime) {
  const test::Ran ran = run("ARI=stdout", "twice");
  EXPECT_EQ(ran.err, kOwnLine);
  EXPECT_THAT(test::lines_of(ran.out), SizeIs(5));
}

}  // namespace
}  // namespace ari::subscriber

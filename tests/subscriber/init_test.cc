// What a user of ARI sees: whole programs, run with it.
#include "subscriber/init.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/subscriber/recorded_program.h"

namespace ari::subscriber {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;

constexpr const char* kSpoken = "the program's own line\n";

using InitTest = test::RecordedProgram;

TEST_F(InitTest, RecordsNothingWithoutAri) {
  for (const char* environment : {"", "ARI="}) {
    const test::Ran ran = run(environment, "speak");
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, kSpoken);
    EXPECT_EQ(listing(), "");
  }
}

TEST_F(InitTest, StreamsPlainTextIntoAPipe) {
  const test::Ran ran = run("ARI=stdout TERM=xterm COLORTERM=truecolor", "speak");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err, kSpoken);
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
  err.erase(err.find(kSpoken), std::string_view(kSpoken).size());
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
                             HasSubstr(kSpoken), HasSubstr("exit 0\n")));
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

// A fork among threads that goes on recording. clang 16's sanitizers do not keep their allocator's
// locks out of fork(): the child waits for ever for one that a thread had which is not in the
// child. Under ThreadSanitizer that was one run of sixty.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kCanFork = false;
#else
constexpr bool kCanFork = true;
#endif
#else
constexpr bool kCanFork = true;
#endif
// That leave its faults to it.
const std::string kFaults = "ASAN_OPTIONS=handle_segv=0 TSAN_OPTIONS=handle_segv=0";

TEST_F(InitTest, RecordsAForkedChildInAFileOfItsOwnAndKeepsNoneOpenInIt) {
  if (!kCanFork) GTEST_SKIP() << "not under a sanitizer";
  const test::Ran ran = run("ARI=stdout,jsonl:run.jsonl", "fork");
  EXPECT_EQ(ran.exit_code, 0) << "files left open in the child";
  EXPECT_THAT(ran.out, AllOf(HasSubstr("program: parent\n"), Not(HasSubstr("child"))));
  EXPECT_THAT(test::lines_of(ran.out), SizeIs(5));
  EXPECT_THAT(ran.err, MatchesRegex("ari: process [0-9]+, forked from [0-9]+, writes "
                                    "\"run\\.fork-[0-9]+\\.jsonl\" .%p in the name says where the "
                                    "id goes.\n"));
  EXPECT_THAT(listing(), MatchesRegex("run\\.fork-[0-9]+\\.jsonl\nrun.jsonl\n"));
  const std::string child = test::run("cat run.*.jsonl", dir_.path()).out;
  EXPECT_THAT(child, AllOf(HasSubstr("\"forked_from\":"), HasSubstr("\"message\":\"child\""),
                           EndsWith("\"events\":5,\"lost\":0}\n")));
  EXPECT_THAT(file("run.jsonl"), AllOf(Not(HasSubstr("child")), HasSubstr("parent"),
                                       EndsWith("\"events\":5,\"lost\":0}\n")));
}

// Former bug: where process ids are small, as in a container, a child's log was called as a part of
// its parent's, and one of the two written over or deleted.
TEST_F(InitTest, NoForkedChildsFileIsCalledAsAPartOfItsParents) {
  if (!kCanFork) GTEST_SKIP() << "not under a sanitizer";
  if (geteuid() != 0) GTEST_SKIP() << "needs root to have small process ids";
  const test::Ran ran = shell(
      "mkdir elsewhere; ARI=jsonl:run.jsonl,max=64K,when-full=block unshare --pid --fork "
      "--mount-proc " ARI_BIN_DIR "/recorded_program elsewhere");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_TRUE(exists("run.4.jsonl")) << "or no part had a number that is a child's";
  EXPECT_EQ(shell("cat run*.jsonl | grep -c '\"message\":\"much\"'").out, "2000\n");
  EXPECT_EQ(shell("cat run*.jsonl | grep -c '\"message\":\"child\"'").out, "1\n");
}

TEST_F(InitTest, AChildNamesTheNearestProcessBeforeItThatHasALog) {
  if (!kCanFork) GTEST_SKIP() << "not under a sanitizer";
  EXPECT_EQ(run("ARI=jsonl:run-%p.jsonl", "forks-twice").exit_code, 0);
  const auto log_with = [this](const std::string& sentence) {
    return shell("cat $(grep -l '\"message\":\"" + sentence + "\"' *.jsonl)").out;
  };
  const std::string program = shell("grep -L forked_from *.jsonl | tr -dc 0-9").out;
  const std::string forked_from = "\"forked_from\":" + program + "}\n";
  EXPECT_THAT(log_with("child"), HasSubstr(forked_from)) << "its parent had no log then";
  EXPECT_THAT(log_with("parent"), HasSubstr(forked_from));
}

TEST_F(InitTest, ForksAmongThreadsWithoutAStandstill) {
  if (!kCanFork) GTEST_SKIP() << "not under a sanitizer";
  const test::Ran ran = run("ARI=jsonl:run-%p.jsonl", "fork-among-threads");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(test::run("cat run-*.jsonl | grep -c '\"message\":\"child\"'", dir_.path()).out,
            "10\n");
}

TEST_F(InitTest, CompletesTheLogWhenTheProgramDies) {
  struct Case {
    const char* how;
    int exit_code;
    bool has_end;
  };
  constexpr Case kCases[] = {{"terminate", 128 + 6, false},
                             {"abort", 128 + 6, false},
                             {"segv", 128 + 11, false},
                             {"term", 128 + 15, false},
                             {"exit", 3, true}};
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.how);
    const test::Ran ran = run(kFaults + " ARI=jsonl:run.jsonl", std::string("dies-by-") + c.how);
    EXPECT_EQ(ran.exit_code, c.exit_code);
    EXPECT_THAT(file("run.jsonl"), HasSubstr("\"k\":\"close\",\"th\":1,\"id\":1,"));
    EXPECT_EQ(file("run.jsonl").find("\"k\":\"end\"") != std::string::npos, c.has_end);
  }
}

TEST_F(InitTest, LetsTheProgramsOwnHandlerRunAfterwards) {
  const test::Ran ran = run("ARI=jsonl:run.jsonl", "handled");
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_EQ(ran.err, "the program's handler\n");
  EXPECT_THAT(file("run.jsonl"), HasSubstr("\"k\":\"close\""));
}

TEST_F(InitTest, EndsWithTheLastThreadOfAProgramWhoseMainHasEnded) {
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "ThreadSanitizer has a thread of its own, which never ends";
#endif
#endif
  const test::Ran ran =
      shell("ARI=jsonl:run.jsonl timeout -s KILL 20 " ARI_BIN_DIR "/recorded_program leaves-main");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(file("run.jsonl"), AllOf(HasSubstr("behind main()"), HasSubstr("at exit"),
                                       EndsWith("\"events\":10,\"lost\":0}\n")));
  const test::Ran killed = shell("ARI=jsonl:run.jsonl timeout -s KILL 20 " ARI_BIN_DIR
                                 "/recorded_program leaves-main-terminated");
  EXPECT_EQ(killed.exit_code, 128 + 15);
  EXPECT_THAT(file("run.jsonl"), AllOf(HasSubstr("behind main()"), Not(HasSubstr("at exit")),
                                       HasSubstr("\"k\":\"close\"")));
}

// Neither the thread that writes nor the one that takes dumps keeps it alive.
TEST_F(InitTest, EndsWithTheLastThreadOfAProgramThatTakesDumpsToo) {
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "ThreadSanitizer has a thread of its own, which never ends";
#endif
#endif
  for (const char* log : {"", "ARI=jsonl:run.jsonl "}) {
    const test::Ran ran = shell(std::string(log) + "ARI_DUMP_SIGNAL=USR1:stderr " +
                                "timeout -s KILL 20 " ARI_BIN_DIR "/leaving_program");
    EXPECT_EQ(ran.exit_code, 0) << log;
    EXPECT_EQ(ran.err, "no runtime\n") << log;
  }
  EXPECT_THAT(file("run.jsonl"), HasSubstr("\"k\":\"end\""));
}

TEST_F(InitTest, LetsAChildGoThatWasMadeWithoutForksHandlers) {
  if (!kCanFork) GTEST_SKIP() << "not under a sanitizer";
  const test::Ran ran =
      shell("ARI=jsonl:run.jsonl timeout -s KILL 20 " ARI_BIN_DIR "/recorded_program forks-bare");
  EXPECT_EQ(ran.exit_code, 3);
  EXPECT_EQ(ran.err, "");
  EXPECT_THAT(file("run.jsonl"), EndsWith("\"events\":5,\"lost\":0}\n"));
}

// Former bug: with a ring file the child's events and its parent's lay in the same pages, and the
// drain went round in them for ever, a line each time.
TEST_F(InitTest, IsNotConfusedByAChildThatSpeaksWithoutForksHandlers) {
  if (!kCanFork) GTEST_SKIP() << "not under a sanitizer";
  for (const char* ari : {"jsonl:run.jsonl", "jsonl:run.jsonl,ring:run.ring"}) {
    SCOPED_TRACE(ari);
    const test::Ran ran =
        shell(std::string("ulimit -f 65536; ARI=") + ari +
              " timeout -s KILL 20 " ARI_BIN_DIR "/recorded_program forks-bare-speaks");
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_THAT(file("run.jsonl"), AllOf(HasSubstr("\"before\""), Not(HasSubstr("\"child\"")),
                                         EndsWith("\"events\":30,\"lost\":0}\n")));
  }
}

// Former bug: ari's handler came after all that the program had before init(). What these recorded
// went where the test above says.
TEST_F(InitTest, RecordsWhatTheProgramsOwnForkHandlersSay) {
  if (!kCanFork) GTEST_SKIP() << "not under a sanitizer";
  for (const char* ari : {"jsonl:run.jsonl", "jsonl:run.jsonl,ring:run.ring"}) {
    SCOPED_TRACE(ari);
    const test::Ran ran =
        shell(std::string("rm -f *; ulimit -f 65536; ARI=") + ari +
              " timeout -s KILL 20 " ARI_BIN_DIR "/recorded_program fork-speaks-at-once");
    EXPECT_LT(ran.exit_code, 128) << "it was stopped";
    EXPECT_THAT(file("run.jsonl"),
                AllOf(Not(HasSubstr("at once")), EndsWith("\"events\":5,\"lost\":0}\n")));
    EXPECT_THAT(shell("cat run.fork-*.jsonl").out,
                AllOf(HasSubstr("at once"), HasSubstr("\"child\""),
                      EndsWith("\"events\":10,\"lost\":0}\n")));
  }
}

TEST_F(InitTest, KeepsWhatTheProcessWroteBeforeItBecameAnotherProgram) {
  for (const char* name : {"run%p.jsonl", "run.jsonl", "run%p.jsonl.zst"}) {
    SCOPED_TRACE(name);
    // Twice, since a log of an earlier run is in nobody's way.
    for (int i = 0; i < 2; ++i) {
      if (i == 0) shell("rm -f run*");
      const test::Ran ran = run(std::string("ARI=jsonl:") + name, "becomes-becomes-speak");
      EXPECT_EQ(ran.exit_code, 0);
      EXPECT_THAT(ran.err,
                  MatchesRegex("ari: \"run[0-9]*.jsonl(.zst)?\" is what this process wrote "
                               "before exec\\(\\): it goes on in "
                               "\"run[0-9]*.exec-1.jsonl(.zst)?\"\n.*exec-2.*\n.*"));
    }
    EXPECT_EQ(shell("ls | wc -l").out, std::string(name).starts_with("run%p") ? "6\n" : "3\n");
  }
  EXPECT_EQ(shell("zstdcat *.zst | grep -c hello").out, "6\n");
}

TEST_F(InitTest, LosesNothingWhenTheProgramIsToWait) {
  run("ARI=jsonl:run.jsonl,when-full=block", "much");
  EXPECT_THAT(test::run("tail -n 1 run.jsonl", dir_.path()).out,
              EndsWith("\"events\":1500005,\"lost\":0}\n"));
}

TEST_F(InitTest, BeginsNoFileBehindItsEnd) {
  run("ARI=jsonl:run.jsonl,max=512", "static");
  ASSERT_GT(file("run.jsonl").size(), 512U);  // or nothing would be tested
  // A slow run may have reached the second file before its end.
  const std::string files = test::run("ls", dir_.path()).out;
  for (const std::string& name : test::lines_of(files)) {
    SCOPED_TRACE(name);
    const std::string log = file(name);
    EXPECT_THAT(test::lines_of(log).back(), HasSubstr("\"k\":\"end\""));
    EXPECT_EQ(log.find("\"k\":\"end\""), log.rfind("\"k\":\"end\""));
  }
}

TEST_F(InitTest, GoesOnInAnotherFileThatSaysWhatIsOpen) {
  run("ARI=jsonl:run.jsonl,max=64K", "waits");
  EXPECT_THAT(file("run.jsonl"), EndsWith("\"lost\":0}\n"));
  const std::string second = file("run.2.jsonl");
  const auto lines = test::lines_of(second);
  ASSERT_GT(lines.size(), 5U);
  EXPECT_THAT(lines[0], AllOf(HasSubstr("\"k\":\"log\""), HasSubstr("\"part\":2,\"retold\":")));
  EXPECT_THAT(lines[1], HasSubstr("\"k\":\"thread\""));
  EXPECT_THAT(lines[2], HasSubstr("\"k\":\"new\",\"th\":1,\"id\":1,"));
  EXPECT_THAT(lines.back(), HasSubstr("\"k\":\"end\""));
  EXPECT_THAT(second, HasSubstr("\"k\":\"enter\",\"th\":1,\"id\":1}"));
  EXPECT_EQ(test::run("cat run.*jsonl | grep -c '\"message\":\"much\"'", dir_.path()).out,
            "2000\n");
}

// Former bug: each file began with all that is open, hence was full, and had little else in it.
TEST_F(InitTest, AProgramThatHasMuchOpenDoesNotWriteItAgainAllTheTime) {
  run("ARI=jsonl:run.jsonl", "opens-much");
  const std::size_t in_one_file = file("run.jsonl").size();
  run("ARI=jsonl:part.jsonl,max=64K,when-full=block", "opens-much");
  EXPECT_EQ(shell("cat part*.jsonl | grep -c '\"message\":\"much\"'").out, "2000\n");
  EXPECT_LT(shell("cat part*.jsonl").out.size(), 4 * in_one_file);
}

TEST_F(InitTest, KeepsAsManyFilesAsItIsTold) {
  run("ARI=text:run.log,max=64K,keep=2", "waits");
  EXPECT_THAT(listing(), MatchesRegex("run\\.[0-9]+\\.log\nrun\\.[0-9]+\\.log\n"));
}

TEST_F(InitTest, StaysInItsDirectoryWhenTheProgramGoesElsewhere) {
  if (!kCanFork) GTEST_SKIP() << "not under a sanitizer";
  shell("mkdir elsewhere; cd elsewhere; touch b.log b.2.log b.3.log run.jsonl");
  const test::Ran ran =
      run("ARI=jsonl:run.jsonl,ring:a.ring,text:b.log,max=64K,keep=2", "elsewhere");
  EXPECT_EQ(shell("cd elsewhere; wc -c *").out,
            "0 b.2.log\n0 b.3.log\n0 b.log\n0 run.jsonl\n0 total\n");
  EXPECT_THAT(ran.err, HasSubstr(" writes \"b."));
  EXPECT_EQ(shell("ls b.*log | wc -l").out, "3\n") << "two parts, and the child's";
  EXPECT_EQ(shell("ls run.jsonl run.*.jsonl | wc -l").out, "2\n");
  EXPECT_FALSE(exists("a.ring")) << "it is gone after an orderly end";
}

TEST_F(InitTest, WritesALogOnceThatIsAskedForTwice) {
  const test::Ran ran = run("ARI=jsonl:k.jsonl,stdout,text:./k.jsonl,stdout,ring:k.jsonl", "speak");
  EXPECT_EQ(
      ran.err,
      "ari: cannot make \"k.jsonl\": it is a log in ARI; a crash may lose the last events\n"
      "ari: cannot write \"./k.jsonl\": a log before it in ARI is the same; this one is left "
      "out\n"
      "ari: cannot write \"stdout\": a log before it in ARI is the same; this one is left out\n"
      "the program's own line\n");
  EXPECT_THAT(test::lines_of(ran.out), SizeIs(5));
  EXPECT_THAT(test::lines_of(file("k.jsonl")), SizeIs(8));
  EXPECT_EQ(run("ARI=jsonl:/dev/null,text:/dev/null", "speak").err, kSpoken);
  shell("mkfifo pipe");
  EXPECT_THAT(run("ARI=jsonl:pipe,text:./pipe", "speak").err,
              HasSubstr("cannot write \"./pipe\": a log before it in ARI is the same"));
}

// Former bug: the log was deleted, and nothing said.
TEST_F(InitTest, MakesNoRingFileUnderALogsName) {
  for (const char* const log : {"run.ring.new", "./run.ring.new"}) {
    const test::Ran ran = run(std::string("ARI=jsonl:") + log + ",ring:run.ring", "speak");
    EXPECT_EQ(
        ran.err,
        "ari: cannot make \"run.ring\": it is made as \"run.ring.new\", which is a log in ARI; "
        "a crash may lose the last events\nthe program's own line\n");
    EXPECT_THAT(test::lines_of(file("run.ring.new")), SizeIs(8));
  }
}

TEST_F(InitTest, SaysThatTheFilterLetNothingIn) {
  EXPECT_EQ(
      run("ARI_FILTER=off,inof ARI=stdout", "speak").err,
      std::string(kSpoken) +
          "ari: ARI_FILTER \"off,inof\" let no event in: does a target begin with \"inof\"?\n");
  for (const char* filter : {"error", "program=info", "info,inof"}) {
    EXPECT_EQ(run("ARI_FILTER=" + std::string(filter) + " ARI=stdout", "speak").err, kSpoken);
  }
}

TEST_F(InitTest, WritesWhatWasRecordedBeforeTheProgramBecomesAnother) {
  const test::Ran ran = run("ARI=jsonl:run.jsonl", "execs");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(file("run.jsonl"), AllOf(HasSubstr("\"k\":\"close\""), Not(HasSubstr("\"end\""))));
}

TEST_F(InitTest, RecordsWhatTheFilterLetsIn) {
  run("ARI_FILTER=kind:event=off ARI=jsonl:run.jsonl", "speak");
  EXPECT_THAT(file("run.jsonl"),
              AllOf(HasSubstr("\"filter\":\"kind:event=off\"}\n"), Not(HasSubstr("hello")),
                    EndsWith("\"events\":4,\"lost\":0}\n")));
  run("ARI_FILTER=info ARI=jsonl:run.jsonl", "speak");  // without the task, which is TRACE
  EXPECT_THAT(file("run.jsonl"), AllOf(HasSubstr("\"k\":\"event\",\"th\":1,\"target\""),
                                       EndsWith("\"events\":1,\"lost\":0}\n")));
}

TEST_F(InitTest, SaysWhatItDoesNotUnderstandOfTheFilter) {
  const test::Ran ran = run("ARI_FILTER=program=debgu ARI=jsonl:run.jsonl", "speak");
  EXPECT_EQ(ran.err,
            "ari: ARI_FILTER: unknown level \"debgu\" in \"program=debgu\": expected off, error, "
            "warn, info, debug or trace; this directive is left out\n"
            "the program's own line\n");
  EXPECT_THAT(file("run.jsonl"), Not(HasSubstr("\"filter\"")));
}

TEST_F(InitTest, TakesNoOrdersWhenItRunsWithMoreRightsThanItsUser) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to make such a program";
  test::run("cp " ARI_BIN_DIR
            "/recorded_program . && chown 65534 recorded_program && "
            "chmod 4755 recorded_program && chmod 777 .",
            dir_.path());
  const test::Ran ran = test::run("ARI=jsonl:run.jsonl ./recorded_program speak", dir_.path());
  // Under AddressSanitizer its leak check has more to say: it may not look into such a process.
  EXPECT_THAT(ran.err, AllOf(testing::StartsWith(kSpoken), Not(HasSubstr("ari:"))));
  EXPECT_FALSE(exists("run.jsonl"));
}

TEST_F(InitTest, WritesFilesThatNobodyElseMayRead) {
  run("umask 0; ARI=jsonl:run.jsonl", "speak");
  EXPECT_EQ(test::run("stat -c %a run.jsonl", dir_.path()).out, "600\n");
}

TEST_F(InitTest, GoesOnWhenTheReaderOfAPipeLeaves) {
  const test::Ran ran = test::run("mkfifo pipe; head -c 1 pipe >read & ARI=jsonl:pipe " ARI_BIN_DIR
                                  "/recorded_program on-and-on; echo exit $?",
                                  dir_.path());
  EXPECT_EQ(ran.out, "exit 0\n");
  EXPECT_EQ(ran.err,
            "ari: cannot write \"pipe\": Broken pipe; this log ends here\n"
            "the program's own line\n");
}

TEST_F(InitTest, RecordsManyThreadsAndCallsitesAndCutsALongText) {
  run("ARI_FILTER=trace ARI=jsonl:run.jsonl,when-full=block", "come-and-go");
  EXPECT_EQ(test::run("grep -c '\"k\":\"thread\"' run.jsonl", dir_.path()).out, "301\n");
  EXPECT_EQ(test::run("grep -c '\"message\":\"site\"' run.jsonl", dir_.path()).out, "10000\n");
  EXPECT_THAT(file("run.jsonl"), HasSubstr(std::string(4093, 'm') + "…\"}"));
}

TEST_F(InitTest, TellsWhatLibrariesSaidThatAreUnloaded) {
  for (const char* ari : {"ARI=jsonl:run.jsonl", "ARI=jsonl:run.jsonl,ring:run.ring"}) {
    SCOPED_TRACE(ari);
    EXPECT_EQ(run(std::string(ari) + " timeout 20", "plugins").exit_code, 0);
    const std::string log = file("run.jsonl");
    for (const char* plugin : {"one", "two"}) {
      EXPECT_THAT(log, HasSubstr("\"target\":\"" + std::string(plugin) +
                                 "\",\"level\":\"INFO\",\"fields\":{\"text\":\"of the plugin\","
                                 "\"message\":\"in the plugin\"}"));
    }
    EXPECT_THAT(log, HasSubstr("loading tables"));
    EXPECT_THAT(log, AllOf(HasSubstr("recorded_plugin.cc\",\"line\":"),
                           EndsWith("\"events\":12,\"lost\":0}\n")));
  }
}

// The second takes the place of the first.
TEST_F(InitTest, DoesNotTakeACallsiteForOneOfAnUnloadedLibrary) {
  EXPECT_EQ(run("ARI_FILTER=off,two=info ARI=jsonl:run.jsonl", "plugins").exit_code, 0);
  EXPECT_THAT(file("run.jsonl"),
              AllOf(HasSubstr("\"target\":\"two\""), EndsWith("\"events\":6,\"lost\":0}\n")));
  run("ARI_FILTER=off,one=info ARI=jsonl:run.jsonl", "plugins");
  EXPECT_THAT(file("run.jsonl"),
              AllOf(HasSubstr("\"target\":\"one\""), EndsWith("\"events\":6,\"lost\":0}\n")));
}

TEST_F(InitTest, LeavesTheProgramItsSignals) {
  EXPECT_EQ(run("ARI=jsonl:run.jsonl", "signals").exit_code, 0);
}

TEST_F(InitTest, DoesNothingTheSecondTime) {
  const test::Ran ran = run("ARI=stdout", "twice");
  EXPECT_EQ(ran.err, kSpoken);
  EXPECT_THAT(test::lines_of(ran.out), SizeIs(5));
}

}  // namespace
}  // namespace ari::subscriber

// What goes wrong around a program that is recorded: it runs on, and one line says what it was.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>

#include "subscriber/ring_file.h"
#include "tests/subscriber/recorded_program.h"

namespace ari::subscriber {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;

constexpr const char* kOwnLine = "the program's own line\n";
constexpr const char* kProgram = ARI_BIN_DIR "/recorded_program ";

using Faults = test::RecordedProgram;

TEST_F(Faults, ShortAndInterruptedWritesLoseNothing) {
  for (const char* log : {"run.jsonl", "run.jsonl.zst"}) {
    SCOPED_TRACE(log);
    const test::Ran ran = run(std::string("FAULT=short ARI=jsonl:") + log, "on-and-on");
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.err, kOwnLine);
    EXPECT_THAT(shell(std::string("zstd -dcf ") + log).out,
                EndsWith("\"k\":\"end\",\"events\":1005,\"lost\":0}\n"));
    EXPECT_EQ(shell(std::string("zstd -dcf ") + log + " | grep -c again").out, "200\n");
  }
}

TEST_F(Faults, SignalsWhileThereIsRoomMadeForARingDoNotCostIt) {
  const test::Ran ran = run("FAULT=allocate ARI=jsonl:run.jsonl,ring:run.ring", "on-and-on-killed");
  EXPECT_EQ(ran.exit_code, 128 + 9);
  EXPECT_THAT(ran.err, Not(HasSubstr("a crash may lose")));
  EXPECT_TRUE(exists("run.ring"));
}

// Former bug: with each thread all of the file was asked for anew, and where the system cannot
// allocate, blocks that others were just recording to were written to.
TEST_F(Faults, RoomForARingIsAskedForOnce) {
  const test::Ran ran = run("FAULT=again ARI=jsonl:run.jsonl,ring:run.ring", "come-and-go");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err, "");
}

// With a sanitizer there are threads to be had, as it says how large their stacks are; and
// ThreadSanitizer writes a file before main(), so that below `ulimit -f 0` any program dies.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif
#else
constexpr bool kIsSanitized = false;
#endif
constexpr const char* kNoThread =
    "ari: cannot start the thread that writes the log: Resource temporarily unavailable; nothing "
    "is recorded\n";

TEST_F(Faults, AProgramThatGetsNoThreadRunsOnUnrecorded) {
  if (kIsSanitized) GTEST_SKIP() << "not under a sanitizer";
  const test::Ran ran = run("ARI=jsonl:run.jsonl,ring:run.ring", "threadless");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err, std::string(kNoThread) + kOwnLine);
  EXPECT_FALSE(exists("run.ring")) << "it would pass for a dead program's";
}

TEST_F(Faults, AForkedChildThatGetsNoThreadRunsOnUnrecorded) {
  if (kIsSanitized) GTEST_SKIP() << "not under a sanitizer";
  const test::Ran ran = run("ARI=jsonl:run.jsonl,ring:run.ring", "threadless-child");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.err, HasSubstr(kNoThread));
}

TEST_F(Faults, ABrokenDiskEndsTheLogAndNotTheProgram) {
  const test::Ran ran = run("FAULT=eio ARI=jsonl:run.jsonl,stdout", "on-and-on");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(
      ran.err,
      std::string("ari: cannot write \"run.jsonl\": Input/output error; this log ends here\n") +
          kOwnLine);
  EXPECT_EQ(file("run.jsonl").size(), 1000U);
  EXPECT_THAT(test::lines_of(ran.out), SizeIs(1005)) << "the other log goes on";
}

// Former bug: the exception ended the program.
TEST_F(Faults, WithoutMemoryTheLogEndsAndNotTheProgram) {
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "ThreadSanitizer has an operator new of its own";
#endif
#endif
  for (const char* log : {"jsonl:run.log,max=1M", "jsonl:run.log,ring:run.ring", "text:run.log"}) {
    SCOPED_TRACE(log);
    const test::Ran ran = run(std::string("FAULT=memory ARI=") + log, "on-and-on");
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_THAT(ran.err, AllOf(HasSubstr(kOwnLine), HasSubstr("ends here")));
    EXPECT_THAT(ran.err, HasSubstr("out of memory"));
  }
  const test::Ran ran = run("FAULT=shortage ARI=jsonl:run.log,max=1M", "on-and-on");
  EXPECT_EQ(ran.exit_code, 0);
  // Where the log did not need it itself it is asked for again.
  const bool has_end = file("run.log").find(R"("k":"end")") != std::string::npos;
  EXPECT_EQ(ran.err,
            (has_end ? "" : "ari: cannot write \"run.log\": out of memory; this log ends here\n") +
                std::string(kOwnLine));
}

TEST_F(Faults, ADiskThatTakesNothingIsABrokenOne) {
  const test::Ran ran = run("FAULT=zero ARI=jsonl:run.jsonl timeout -s KILL 20", "much");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.err,
              HasSubstr("ari: cannot write \"run.jsonl\": Input/output error; this log ends here"));
}

TEST_F(Faults, ABrokenDiskLeavesTheRingFileOfAKilledProgram) {
  const test::Ran ran = run("FAULT=eio ARI=jsonl:run.jsonl,ring:run.ring", "on-and-on-killed");
  EXPECT_EQ(ran.exit_code, 128 + 9);
  EXPECT_THAT(ran.err, HasSubstr("Input/output error; this log ends here\n"));
  EXPECT_TRUE(exists("run.ring"));
}

TEST_F(Faults, ADirectoryThatMayNotBeWrittenIsSaid) {
  shell(std::string("cp ") + kProgram + ". && mkdir ro && chmod 555 ro && chmod 755 .");
  const std::string as_nobody =
      geteuid() == 0 ? "setpriv --reuid 65534 --clear-groups env " : "env ";
  const test::Ran ran = shell(as_nobody + "ARI=jsonl:ro/run.jsonl ./recorded_program speak");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err, std::string("ari: cannot write \"ro/run.jsonl\": Permission denied; this log "
                                 "is left out\n") +
                         kOwnLine);
  const test::Ran ring = shell("chmod 777 . && " + as_nobody +
                               "ARI=jsonl:run.jsonl,ring:ro/run.ring ./recorded_program speak");
  EXPECT_EQ(ring.exit_code, 0);
  EXPECT_EQ(ring.err,
            std::string("ari: cannot make \"ro/run.ring\": Permission denied; a crash may "
                        "lose the last events\n") +
                kOwnLine);
  EXPECT_THAT(file("run.jsonl"), EndsWith("\"events\":5,\"lost\":0}\n"));
}

TEST_F(Faults, AProgramThatClosesAllDescriptorsHasItsOwnFilesForItself) {
  const std::string whole = "\"k\":\"end\",\"events\":15,\"lost\":0}\n";
  for (const char* mode : {"closes-all", "closes-all-and-forks"}) {
    SCOPED_TRACE(mode);
    const test::Ran ran = run("ARI=jsonl:run.jsonl,jsonl:run.jsonl.zst,text:part.log,max=1K", mode);
    EXPECT_EQ(file("own"), "");
    EXPECT_THAT(ran.err, Not(HasSubstr("cannot")));
    for (const char* said : {"before", "on another thread", "after"}) {
      EXPECT_THAT(file("run.jsonl"), HasSubstr(said));
      EXPECT_THAT(shell("zstd -dc run.jsonl.zst").out, HasSubstr(said));
      EXPECT_THAT(shell("cat part*.log").out, HasSubstr(said));
    }
  }
  run("ARI=jsonl:run.jsonl", "closes-all");
  EXPECT_THAT(file("run.jsonl"), EndsWith(whole)) << "gone on with at its end";
  run("ARI=jsonl:run.jsonl", "closes-all-streams-too");
  EXPECT_THAT(file("run.jsonl"), EndsWith(whole));
  EXPECT_EQ(file("own"), "");
}

TEST_F(Faults, WhatCannotBeOpenedAgainEndsWithALine) {
  const test::Ran piped = shell("mkfifo pipe; cat pipe >read & ARI=text:pipe,stdout " +
                                std::string(kProgram) + "closes-all; wait");
  EXPECT_EQ(
      piped.err,
      "ari: cannot write \"pipe\": the program has closed its descriptor; this log ends here\n");
  EXPECT_THAT(piped.out, AllOf(HasSubstr("before"), HasSubstr("after")));
  EXPECT_EQ(file("own"), "");
}

TEST_F(Faults, ARingFileThatTheProgramClosedKeepsWhatItHas) {
  const test::Ran ran = run("ARI=jsonl:run.jsonl,ring:run.ring", "closes-all");
  EXPECT_EQ(
      ran.err,
      "ari: cannot make a thread's ring in \"run.ring\": the program has closed its descriptor; "
      "a crash may lose its last events\n");
  EXPECT_EQ(file("own"), "");
  EXPECT_THAT(file("run.jsonl"), EndsWith("\"events\":15,\"lost\":0}\n"));
  EXPECT_FALSE(exists("run.ring"));
}

TEST_F(Faults, AWallClockThatIsSetBackDoesNotBendTheLog) {
  const test::Ran ran = run("FAULT=clock ARI=jsonl:run.jsonl", "on-and-on");
  EXPECT_EQ(ran.err, kOwnLine);
  const auto lines = test::lines_of(file("run.jsonl"));
  ASSERT_THAT(lines, SizeIs(1008));
  constexpr std::size_t kStamp = sizeof(R"({"at":"2026-11-23T12:34:01.926220101Z)") - 1;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    ASSERT_LE(lines[i - 1].substr(0, kStamp), lines[i].substr(0, kStamp));
  }
}

TEST_F(Faults, EveryPartOfACompressedLogIsWhole) {
  run("ARI=jsonl:run.jsonl.zst,max=256K,when-full=block", "much");
  EXPECT_EQ(shell("zstd -tq run*.zst").exit_code, 0);
  EXPECT_NE(shell("ls | wc -l").out, "1\n");
  EXPECT_EQ(
      shell("for f in run*.zst; do zstd -dc $f | head -n 1; done | grep -vc '\"k\":\"log\"'").out,
      "0\n");
  EXPECT_EQ(
      shell("for f in run*.zst; do zstd -dc $f | tail -n 1; done | grep -vc '\"k\":\"end\"'").out,
      "0\n");
  EXPECT_EQ(shell("cat run*.zst | zstd -dc | grep -c '\"message\":\"much\"'").out, "300000\n");
}

TEST_F(Faults, APipeThatNobodyReadsDoesNotHoldTheProgramUp) {
  const test::Ran ran = shell("mkfifo pipe; ARI=jsonl:pipe,jsonl:run.jsonl timeout 60 " +
                              std::string(kProgram) + "speak");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err, std::string(kOwnLine) +
                         "ari: cannot write \"pipe\": nobody has opened it for reading; this log "
                         "ends here\n");
  EXPECT_THAT(file("run.jsonl"), EndsWith("\"events\":5,\"lost\":0}\n"));
}

TEST_F(Faults, APipeThatNobodyReadsHoldsNoMoreThanItsLimit) {
  const test::Ran ran = shell("mkfifo pipe; ARI=jsonl:pipe,when-full=block timeout 60 " +
                              std::string(kProgram) + "much");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err,
            std::string("ari: cannot write \"pipe\": nobody has opened it for reading; this log "
                        "ends here\n") +
                kOwnLine);
}

TEST_F(Faults, APipeWhoseReaderHasStoppedDoesNotKeepTheProgram) {
  const test::Ran ran = shell("mkfifo pipe; sleep 30 <pipe & ARI=jsonl:pipe timeout -s KILL 20 " +
                              std::string(kProgram) + "much; echo exit $? >&2; kill $!");
  EXPECT_THAT(ran.err,
              MatchesRegex("the program's own line\nari: cannot write \"pipe\": its reader has "
                           "stopped; this log ends here and lacks the last [0-9]+ events at least\n"
                           "exit 0\n"));
}

// A pager, for one.
TEST_F(Faults, AStreamIsWaitedForInTheEndToo) {
  const test::Ran ran = shell("(ARI=stdout,when-full=block " + std::string(kProgram) +
                              "on-and-on; echo exit $? >&2) | (sleep 3; tail -n 1)");
  EXPECT_EQ(ran.err, std::string(kOwnLine) + "exit 0\n");
  EXPECT_THAT(ran.out, HasSubstr("close"));
}

TEST_F(Faults, ALateReaderOfAPipeGetsTheWholeLog) {
  // The reader comes when the program waits in "go", which ends when there is a line to read.
  const test::Ran ran = shell("mkfifo pipe go; ARI=jsonl:pipe " + std::string(kProgram) +
                              "waits-for-go & exec 3>go; { read -r line; echo \"$line\" >read; "
                              "exec 3>&-; cat >>read; } <pipe; wait");
  EXPECT_EQ(ran.err, kOwnLine);
  EXPECT_THAT(file("read"), AllOf(HasSubstr("\"k\":\"log\""), HasSubstr("before"),
                                  EndsWith("\"events\":10,\"lost\":0}\n")));
}

TEST_F(Faults, ADeletedRingFileIsSaid) {
  const test::Ran ran = shell("mkdir logs; ARI=jsonl:run.jsonl,ring:logs/run.ring " +
                              std::string(kProgram) + "deletes-logs");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(
      test::lines_of(ran.err),
      testing::UnorderedElementsAre(
          "ari: cannot keep \"logs/run.ring\": it was deleted; a crash may lose the last events",
          "the program's own line"));
  EXPECT_THAT(file("run.jsonl"), EndsWith("\"events\":10,\"lost\":0}\n")) << "the log goes on";
}

TEST_F(Faults, AFileThatTookTheNameOfADeletedRingFileStays) {
  // While the program waits in "go".
  shell("mkfifo go; ARI=jsonl:run.jsonl,ring:run.ring " + std::string(kProgram) +
        "waits-for-go & exec 3>go; rm run.ring; echo another >run.ring; exec 3>&-; wait");
  EXPECT_EQ(file("run.ring"), "another\n");
}

TEST_F(Faults, ADeletedLogIsSaid) {
  const test::Ran ran = run("ARI=jsonl:logs/run.jsonl", "deletes-logs", "");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err, std::string("ari: cannot write \"logs/run.jsonl\": No such file or directory; "
                                 "this log is left out\n") +
                         kOwnLine);
  for (const std::string log : {"logs/run.jsonl", "logs/run.jsonl.zst"}) {
    const test::Ran deleted =
        shell("mkdir logs; ARI=jsonl:" + log + " " + kProgram + "deletes-logs");
    EXPECT_EQ(deleted.exit_code, 0);
    EXPECT_THAT(deleted.err, HasSubstr("ari: cannot write \"" + log +
                                       "\": it was deleted; this log ends here\n"));
    EXPECT_THAT(deleted.err, HasSubstr(kOwnLine));
  }
}

TEST_F(Faults, ADirectoryThatVanishesBetweenTwoPartsIsSaid) {
  const test::Ran ran = shell("mkdir logs; ARI=jsonl:logs/run.jsonl,max=64K " +
                              std::string(kProgram) + "deletes-logs-much");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("ari: cannot write \"logs/run"),
                             HasSubstr("; this log ends here\n"), HasSubstr(kOwnLine)));
}

TEST_F(Faults, ALinkIsFollowedWhereOnlyTheUserCanHaveMadeIt) {
  shell("mkdir disk; ln -s disk/run.jsonl run.jsonl");
  EXPECT_EQ(run("ARI=jsonl:run.jsonl", "speak").err, kOwnLine);
  EXPECT_THAT(file("disk/run.jsonl"), EndsWith("\"events\":5,\"lost\":0}\n"));
}

TEST_F(Faults, ALinkIsNotFollowedWhereAnybodyCanHaveMadeIt) {
  shell("chmod 1777 .; echo precious >target; ln -s target run.jsonl");
  EXPECT_EQ(run("ARI=jsonl:run.jsonl", "speak").err,
            std::string("ari: cannot write \"run.jsonl\": it is a symbolic link, in a directory "
                        "that everybody may write to; this log is left out\n") +
                kOwnLine);
  EXPECT_EQ(file("target"), "precious\n");
}

TEST_F(Faults, AnotherUsersFileIsNotWrittenWhereAnybodyCanHaveMadeIt) {
  shell("chmod 1777 .; echo precious >target; ln target run.jsonl");
  const std::string refused =
      std::string(
          "ari: cannot write \"run.jsonl\": it is not this user's alone, in a directory "
          "that everybody may write to; this log is left out\n") +
      kOwnLine;
  EXPECT_EQ(run("ARI=jsonl:run.jsonl", "speak").err, refused);
  EXPECT_EQ(file("target"), "precious\n");
  if (geteuid() != 0) return;  // needs root to make another's file
  shell("rm run.jsonl; chown 65534 target; mv target run.jsonl");
  EXPECT_EQ(run("ARI=jsonl:run.jsonl", "speak").err, refused);
  EXPECT_EQ(file("run.jsonl"), "precious\n");
  shell("rm run.jsonl");
  EXPECT_EQ(run("ARI=jsonl:run.jsonl", "speak").err, kOwnLine) << "a file of its own";
}

TEST_F(Faults, ALimitSaysNothingOfAPipe) {
  const test::Ran ran = shell("mkfifo pipe; cat pipe >read & ARI=jsonl:pipe,max=64K " +
                              std::string(kProgram) + "on-and-on; wait");
  EXPECT_EQ(
      ran.err,
      std::string("ari: max says nothing of \"pipe\", which is a pipe or a device\n") + kOwnLine);
  EXPECT_THAT(file("read"), EndsWith("\"events\":1005,\"lost\":0}\n"));
}

// Disks of other sizes: none that the file's front fits on, one that has no room for a ring.
TEST_F(Faults, AFullDiskKeepsNoThreadFromRecording) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to make a small disk";
  const auto on_disk_of = [this](const std::string& size) {
    return shell("unshare -m sh -c 'mkdir -p full && mount -t tmpfs -o size=" + size +
                 " none full && ARI=jsonl:run.jsonl,ring:full/run.ring " + kProgram + "speak'");
  };
  const struct {
    const char* size;
    std::string complaint;
  } kCases[] = {
      {"512k",
       "ari: cannot make \"full/run.ring\": No space left on device; a crash may lose the last "
       "events\n"},
      {"1500k",
       "ari: cannot make a thread's ring in \"full/run.ring\": No space left on device; a crash "
       "may lose its last events\n"},
      {"8m", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.size);
    const test::Ran ran = on_disk_of(c.size);
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.err, c.complaint + kOwnLine);
    EXPECT_THAT(file("run.jsonl"), EndsWith("\"events\":5,\"lost\":0}\n"));
  }
}

// Former bug: SIGXFSZ was raised on whichever thread made the ring, and killed the program. Units
// of `ulimit -f` are 512 bytes: no room for the file's front, or none for a thread's ring.
TEST_F(Faults, ALimitOfFilesLengthsKillsNoProgram) {
  const struct {
    const char* limit;
    const char* ari;
    std::string complaint;
  } kCases[] = {
      {"512", "jsonl:run.jsonl,ring:run.ring",
       "ari: cannot make \"run.ring\": File too large; a crash may lose the last events\n"},
      {"3072", "jsonl:run.jsonl,ring:run.ring",
       "ari: cannot make a thread's ring in \"run.ring\": File too large; a crash may lose its "
       "last events\n"},
      {"2", "jsonl:run.jsonl",
       "ari: cannot write \"run.jsonl\": File too large; this log ends here\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::string(c.limit) + " " + c.ari);
    const test::Ran ran = run(std::string("ulimit -f ") + c.limit + "; ARI=" + c.ari, "on-and-on");
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.err, c.complaint + kOwnLine);
  }
}

TEST_F(Faults, ALimitOfFilesLengthsKillsNobodyAtTheBeginningOrTheEnd) {
  if (kIsSanitized) GTEST_SKIP() << "not under a sanitizer";
  const std::string no_byte = "ulimit -f 0; ";
  EXPECT_EQ(run(no_byte + "ARI=jsonl:run.jsonl", "leaves-main").exit_code, 0);
  EXPECT_EQ(run("head -c 1024 /dev/zero >full; ulimit -f 2; ARI=nonsense", "signals", " 2>>full")
                .exit_code,
            0)
      << "where complaints go";
}

// Of a program that died there are a log and its rings; the next run must not end them.
TEST_F(Faults, WhatADeadProgramLeftIsKeptFromTheNext) {
  const std::string ari = "ARI=jsonl:run.jsonl,ring:run.ring";
  EXPECT_THAT(run(ari, "killed").err, Not(HasSubstr("ari:")));
  const std::string log = file("run.jsonl");
  EXPECT_THAT(run(ari, "killed").err,
              testing::MatchesRegex("ari: \"run.ring\" is of process [0-9]+, which died: kept, see "
                                    "ari-replay recover \"run.crash-1.ring\"\n.*"));
  EXPECT_EQ(file("run.crash-1.jsonl"), log);
  EXPECT_THAT(run(ari, "speak").err, HasSubstr("ari-replay recover \"run.crash-2.ring\"\n"));
  EXPECT_EQ(
      listing(),
      "run.crash-1.jsonl\nrun.crash-1.ring\nrun.crash-2.jsonl\nrun.crash-2.ring\nrun.jsonl\n");
  EXPECT_EQ(file("run.crash-1.jsonl"), log);
  const std::string ring = file("run.crash-1.ring");
  EXPECT_STREQ(ring.data() + offsetof(FileHead, log_path),
               (dir_.path() + "/run.crash-1.jsonl").c_str());
}

TEST_F(Faults, OfManyDeadProgramsTheFirstAreKept) {
  const std::string ari = "ARI=jsonl:run.jsonl,ring:run.ring";
  for (int i = 0; i < 10; ++i) run(ari, "killed");
  EXPECT_THAT(run(ari, "killed").err,
              HasSubstr("which died: replaced, as 9 such files are kept already, from "
                        "\"run.crash-1.ring\" on\n"));
  EXPECT_EQ(shell("ls run.crash-*.ring | wc -l").out, "9\n");
}

TEST_F(Faults, ALogOfAnotherNameStaysWhereItIs) {
  run("ARI=jsonl:first.jsonl,ring:run.ring", "killed");
  run("ARI=jsonl:second.jsonl,ring:run.ring", "speak");
  EXPECT_EQ(listing(), "first.jsonl\nrun.crash-1.ring\nsecond.jsonl\n");
}

TEST_F(Faults, AFileThatIsNoRingFileIsLeftAlone) {
  shell("echo precious >run.ring");
  const test::Ran ran = run("ARI=jsonl:run.jsonl,ring:run.ring", "speak");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err, std::string("ari: cannot make \"run.ring\": it is there and no ring file; a "
                                 "crash may lose the last events\n") +
                         kOwnLine);
  EXPECT_EQ(file("run.ring"), "precious\n");
  shell("rm run.ring; mkdir run.ring");
  EXPECT_THAT(run("ARI=jsonl:run.jsonl,ring:run.ring", "speak").err,
              HasSubstr("ari: cannot make \"run.ring\": Is a directory; a crash may lose"));
  shell("rmdir run.ring; touch run.ring");  // as mktemp leaves it
  EXPECT_EQ(run("ARI=jsonl:run.jsonl,ring:run.ring", "speak").err, kOwnLine);
}

TEST_F(Faults, ARingFileInUseIsLeftAlone) {
  run("ARI=jsonl:run.jsonl,ring:run.ring", "killed");
  const int fd = open((dir_.path() + "/run.ring").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(flock(fd, LOCK_EX | LOCK_NB), 0);  // as its program would have it
  EXPECT_THAT(run("ARI=jsonl:other.jsonl,ring:run.ring", "speak").err,
              HasSubstr("ari: cannot make \"run.ring\": another process has it open (put %p into "
                        "the name for one per process); a crash may lose the last events\n"));
  EXPECT_TRUE(exists("run.ring"));
  close(fd);
}

// Former bug: a child had its parent's ring file mapped, and so locked for as long as it lived.
TEST_F(Faults, AForkedChildDoesNotHoldItsDeadParentsRingFile) {
  if (kIsSanitized) GTEST_SKIP() << "not under a sanitizer";
  const std::string ari = "ARI=jsonl:run.jsonl,ring:run.ring";
  shell("mkfifo go");
  EXPECT_EQ(run(ari, "fork-killed").exit_code, 128 + 9);
  const test::Ran next = run(ari, "speak");
  shell("timeout 20 sh -c 'echo >go'");  // to the child, who lived until now
  EXPECT_THAT(next.err, HasSubstr("which died: kept, see ari-replay recover \"run.crash-1.ring\""));
  EXPECT_EQ(listing(), "go\nrun.crash-1.jsonl\nrun.crash-1.ring\nrun.jsonl\n");
}

// Former bug: the log was written anew, and what the other's ring file goes on from was gone.
TEST_F(Faults, TheLogOfARingFileInUseIsLeftAlone) {
  const std::string ari = "ARI=text:run.log,jsonl:run.jsonl,ring:run.ring";
  run(ari, "killed");
  const std::string log = file("run.jsonl");
  const int fd = open((dir_.path() + "/run.ring").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(flock(fd, LOCK_SH | LOCK_NB), 0);  // as `ari-replay recover` has it
  const test::Ran ran = run(ari, "speak");
  EXPECT_EQ(ran.err,
            std::string("ari: cannot make \"run.ring\": another process has it open (put %p into "
                        "the name for one per process); a crash may lose the last events\n"
                        "ari: cannot write \"run.jsonl\": it is the log that \"run.ring\" "
                        "completes; this log is left out\n") +
                kOwnLine);
  EXPECT_EQ(file("run.jsonl"), log);
  EXPECT_THAT(test::lines_of(file("run.log")), SizeIs(5)) << "the other goes on";
  close(fd);
}

// Former bug: nothing was said of the ring file.
TEST_F(Faults, ARingFileWhoseLogCannotBeWrittenIsSaid) {
  const test::Ran ran = run("ARI=text:run.log,jsonl:nowhere/run.jsonl,ring:run.ring", "speak");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err,
            std::string("ari: cannot write \"nowhere/run.jsonl\": No such file or directory; this "
                        "log is left out\n"
                        "ari: cannot make \"run.ring\": it completes \"nowhere/run.jsonl\", which "
                        "cannot be written; a crash may lose the last events\n") +
                kOwnLine);
  EXPECT_EQ(listing(), "run.log\n");
}

TEST_F(Faults, AnotherUsersRingFileIsLeftAlone) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to make another's file";
  run("ARI=jsonl:run.jsonl,ring:run.ring", "killed");
  shell("chown 65534 run.ring");
  EXPECT_THAT(run("ARI=jsonl:other.jsonl,ring:run.ring", "speak").err,
              HasSubstr("ari: cannot make \"run.ring\": it is there and another user's; "));
  EXPECT_EQ(listing(), "other.jsonl\nrun.jsonl\nrun.ring\n");
}

TEST_F(Faults, ASignalEndsTheProgramAsItWouldHaveWithoutUs) {
  struct Case {
    const char* name;
    int number;
  };
  for (const Case& c : {Case{"INT", 2}, Case{"TERM", 15}, Case{"HUP", 1}, Case{"QUIT", 3}}) {
    SCOPED_TRACE(c.name);
    const std::string mode = std::string("dies-by-") + c.name;
    const std::string no_core = "ulimit -c 0; ";
    EXPECT_EQ(run(no_core + "ARI=jsonl:run.jsonl", mode).exit_code, 128 + c.number);
    EXPECT_THAT(file("run.jsonl"), AllOf(HasSubstr("\"k\":\"close\""), Not(HasSubstr("\"end\""))));
    // One that is ignored, as nohup does it, stays so.
    const test::Ran ignored = run("trap '' " + std::string(c.name) + "; ARI=jsonl:run.jsonl", mode);
    EXPECT_EQ(ignored.exit_code, 0);
    EXPECT_EQ(ignored.err, kOwnLine);
    EXPECT_THAT(file("run.jsonl"), HasSubstr("\"k\":\"end\""));
  }
}

}  // namespace
}  // namespace ari::subscriber

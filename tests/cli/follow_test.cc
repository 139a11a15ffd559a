// --follow: a log that grows, is rotated, cut off and goes on in parts while it is read. Each
// step waits until the one before is seen, however long that takes.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "replay/cli/console.h"
#include "tests/cli/child.h"
#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

namespace fs = std::filesystem;
using test::Child;
using testing::HasSubstr;
using testing::Not;

const std::string kProgram = ARI_BIN_DIR "/ari-replay";

// Line N of a text log.
std::string line(int n) {
  return "1970-01-01T00:00:01." + std::to_string(100000 + n) +
         "Z TRACE runtime.spawn[1]{kind=task, task.name=worker, task.id=1} " +
         (n == 0       ? "new"
          : n % 2 == 1 ? "enter"
                       : "exit") +
         "\n";
}

std::string stamp(int n) { return "01." + std::to_string(100000 + n) + "Z"; }

class Follow : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  void append(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary | std::ios::app) << text << std::flush;
  }
  Child follow(std::vector<std::string> arguments, Child::Streams streams = Child::Streams::kPipes,
               int input = -1) const {
    arguments.insert(arguments.begin(), kProgram);
    arguments.push_back("--follow");
    return Child(arguments, folder_.path(), streams, input);
  }
  test::TempDir folder_;
};

TEST_F(Follow, ShowPrintsEachLineAsItComesAndWaitsForTheRestOfHalfAOne) {
  append("run.log", line(0) + line(1));
  Child child = follow({"show", "run.log"});
  ASSERT_TRUE(child.prints(stamp(1)));
  append("run.log", line(2) + line(3).substr(0, 40));
  ASSERT_TRUE(child.prints(stamp(2)));
  append("run.log", line(3).substr(40) + line(4));
  ASSERT_TRUE(child.prints(stamp(4)));
  append("run.log", line(5).substr(0, 50));
  child.signal(SIGINT);
  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_EQ(child.error(), "");
  EXPECT_EQ(child.out(), line(0) + line(1) + line(2) + line(3) + line(4));
}

TEST_F(Follow, GoesOnInTheNewFileAfterARotation) {
  append("run.log", line(0) + line(1));
  Child child = follow({"show", "run.log"});
  ASSERT_TRUE(child.prints(stamp(1)));
  fs::rename(path("run.log"), path("run.log.1"));
  append("run.log.1", line(2));  // its writer has not noticed yet
  ASSERT_TRUE(child.prints(stamp(2)));
  append("run.log", line(3));
  ASSERT_TRUE(child.prints(stamp(3)));
  EXPECT_TRUE(child.complains("run.log: was rotated: goes on in the new file\n"));
  child.signal(SIGTERM);
  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_EQ(child.out(), line(0) + line(1) + line(2) + line(3));
}

// As where a file that was deleted gives its number to the next.
TEST_F(Follow, GoesOnInANewFileWithTheNumberOfAnOldOne) {
  append("run.log", line(0) + line(1));
  Child child = follow({"show", "run.log"});
  ASSERT_TRUE(child.prints(stamp(1)));
  fs::rename(path("run.log"), path("run.log.1"));
  append("run.log", line(2));
  ASSERT_TRUE(child.prints(stamp(2)));
  fs::rename(path("run.log"), path("run.log.2"));
  fs::resize_file(path("run.log.1"), 0);
  append("run.log.1", line(3));
  fs::rename(path("run.log.1"), path("run.log"));
  ASSERT_TRUE(child.prints(stamp(3)));
  child.signal(SIGTERM);
  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_EQ(child.out(), line(0) + line(1) + line(2) + line(3));
}

TEST_F(Follow, ReadsAFileThatWasCutOffAsAnotherLog) {
  append("run.log", line(0) + line(1) + line(2));
  Child child = follow({"show", "run.log"});
  ASSERT_TRUE(child.prints(stamp(2)));
  fs::resize_file(path("run.log"), 0);
  ASSERT_TRUE(child.complains("run.log: has become shorter: read from its beginning, as another"));
  append("run.log", line(3));
  ASSERT_TRUE(child.prints(stamp(3)));
  child.signal(SIGINT);
  EXPECT_EQ(child.exit_code(), 0);
}

TEST_F(Follow, WaitsForAFileThatIsNotThereYet) {
  Child child = follow({"show", "run.log"});
  ASSERT_TRUE(child.complains("run.log: no such file yet: waiting for it\n"));
  append("run.log", line(0));
  EXPECT_TRUE(child.prints(stamp(0)));
}

TEST_F(Follow, GoesOnInThePartThatTheRecorderBegan) {
  const std::string head = R"({"at":"1970-01-01T00:00:01.000000000Z","k":"log","version":1,)"
                           R"("program":"p","pid":7,"clock":"tsc")";
  const std::string at = R"({"at":"1970-01-01T00:00:01.00000000)";
  append("run.jsonl", head + "}\n" + at +
                          R"(1Z","k":"new","id":1,"name":"a","target":"t"})"
                          "\n");
  // What an earlier run left: another process.
  append("run.2.jsonl", R"({"at":"1970-01-01T00:00:00.000000000Z","k":"log","version":1,)"
                        R"("program":"p","pid":6,"part":2,"retold":0})"
                        "\n");
  Child child = follow({"show", "run.jsonl", "--format", "json"});
  ASSERT_TRUE(child.prints("\"new\""));
  append("run.jsonl", at + R"(2Z","k":"end","events":1,"lost":0})"
                           "\n");
  fs::remove(path("run.2.jsonl"));
  append("run.2.jsonl", head +
                            R"(,"part":2,"retold":1})"
                            "\n" +
                            at +
                            R"(2Z","k":"new","id":1,"name":"a","target":"t"})"
                            "\n" +
                            at +
                            R"(3Z","k":"close","id":1})"
                            "\n");
  ASSERT_TRUE(child.prints("\"close\""));
  child.signal(SIGINT);
  EXPECT_EQ(child.exit_code(), 0);
  const std::vector<std::string> lines = test::lines_of(child.out());
  ASSERT_EQ(lines.size(), 3U) << child.out();  // one header, and nothing twice
}

TEST_F(Follow, PrintsAViewOnceAtTheEndWhereThereIsNoTerminal) {
  int fds[2];
  ASSERT_EQ(::pipe2(fds, O_CLOEXEC), 0);
  Child child = follow({"tasks", "-", "--format", "json"}, Child::Streams::kPipes, fds[0]);
  const std::string text = line(0) + line(1) + line(2);
  ASSERT_EQ(::write(fds[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(fds[1]);
  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_EQ(std::count(child.out().begin(), child.out().end(), '\n'), 2) << child.out();
  EXPECT_THAT(child.out(), HasSubstr("\"name\":\"worker\""));
}

TEST_F(Follow, EndsWithTheExitStatusOfTheLastView) {
  fs::copy_file(ARI_TESTDATA "/captures/" + kFaultyLog, path("run.log"));
  Child child = follow({"lint", "run.log", "--color", "never"}, Child::Streams::kTerminal);
  ASSERT_TRUE(child.prints("lost-waker"));
  child.signal(SIGINT);
  EXPECT_EQ(child.exit_code(), kExitFindings);
}

TEST_F(Follow, DrawsAViewAgainOnATerminalAndLeavesTheLastOneThere) {
  append("run.log", line(0) + line(1));
  Child child = follow({"tasks", "run.log"}, Child::Streams::kTerminal);
  ASSERT_TRUE(child.prints("\x1b[?1049h"));
  ASSERT_TRUE(child.prints("worker"));
  append("run.log",
         "1970-01-01T00:00:02.000000Z TRACE runtime.spawn[2]{kind=task, "
         "task.name=another, task.id=2} new\n");
  ASSERT_TRUE(child.prints("another"));
  child.signal(SIGINT);
  EXPECT_EQ(child.exit_code(), 0);
  const std::string& out = child.out();
  const std::size_t left = out.find("\x1b[?1049l");
  ASSERT_NE(left, std::string::npos);
  EXPECT_THAT(out.substr(left), HasSubstr("another"));
  EXPECT_THAT(out.substr(left), Not(HasSubstr("\x1b[H")));
}

TEST_F(Follow, EndsWhereAPipeEnds) {
  int fds[2];
  ASSERT_EQ(::pipe2(fds, O_CLOEXEC), 0);
  Child child = follow({"show", "-"}, Child::Streams::kPipes, fds[0]);
  for (int n = 0; n < 4; ++n) {
    ASSERT_EQ(::write(fds[1], line(n).data(), line(n).size()),
              static_cast<ssize_t>(line(n).size()));
    ASSERT_TRUE(child.prints(stamp(n)));
  }
  ::close(fds[1]);
  EXPECT_EQ(child.exit_code(), 0);
}

TEST_F(Follow, TakesACompressedLogAsItGrows) {
  append("run.log", line(0) + line(1));
  ASSERT_EQ(test::run("zstd -q run.log -o run.log.zst", folder_.path()).exit_code, 0);
  Child child = follow({"show", "run.log.zst"});
  ASSERT_TRUE(child.prints(stamp(1)));
  append("more", line(2));
  ASSERT_EQ(test::run("zstd -q < more >> run.log.zst", folder_.path()).exit_code, 0);
  ASSERT_TRUE(child.prints(stamp(2)));
  child.signal(SIGINT);
  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_EQ(child.error(), "");
}

TEST_F(Follow, ShowsSeveralLogsByTimeWithTheirNames) {
  append("a.log", line(0) + line(3));
  append("b.log", line(1));
  Child child = follow({"show", "a.log", "b.log", "later.log"});
  ASSERT_TRUE(child.prints(stamp(3)));
  ASSERT_TRUE(child.complains("later.log: no such file yet: waiting for it\n"));
  append("b.log", line(4));
  ASSERT_TRUE(child.prints(stamp(4)));
  append("later.log", line(5));
  ASSERT_TRUE(child.prints(stamp(5)));
  child.signal(SIGINT);
  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_EQ(child.out(), "a.log     | " + line(0) + "b.log     | " + line(1) + "a.log     | " +
                             line(3) + "b.log     | " + line(4) + "later.log | " + line(5));
}

TEST_F(Follow, DrawsSeveralLogsAsOneView) {
  append("a.log", line(0));
  append("b.log", line(1));
  Child child = follow({"tasks", "a.log", "b.log"}, Child::Streams::kTerminal);
  ASSERT_TRUE(child.prints("2 tasks"));
  append("b.log",
         "1970-01-01T00:00:02.000000Z TRACE runtime.spawn[2]{kind=task, "
         "task.name=another, task.id=2} new\n");
  ASSERT_TRUE(child.prints("3 tasks"));
  child.signal(SIGINT);
  EXPECT_EQ(child.exit_code(), 0);
}

TEST_F(Follow, ShowsNoJsonOfSeveralRuns) {
  append("a.log", line(0));
  append("b.log", line(1));
  Child child = follow({"show", "a.log", "b.log", "--format", "json"});
  EXPECT_EQ(child.exit_code(), kExitUsage);
  EXPECT_EQ(child.error(),
            "ari-replay: --follow shows several runs as text only: as JSON their lines would be a "
            "log in which the ids of one cannot be told from those of another\n");
}

TEST_F(Follow, OfAFolderIsAnError) {
  Child child = follow({"tasks", "."});
  EXPECT_EQ(child.exit_code(), kExitUsage);
  EXPECT_EQ(child.error(), "ari-replay: .: is a directory, expected a log file\n");
}

TEST(Progress, IsToldOnATerminalAndTakenAway) {
  int fds[2];
  ASSERT_EQ(::pipe2(fds, O_CLOEXEC), 0);
  Child child({kProgram, "summary", "-"}, "/", Child::Streams::kErrorTerminal, fds[0]);
  // Lines until it is told, however long that takes.
  std::atomic<bool> told = false;
  std::thread writer([&] {
    for (int n = 0; !told.load(); ++n) {
      const std::string text = line(n);
      if (::write(fds[1], text.data(), text.size()) < 0) break;
      if (n % 100 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ::close(fds[1]);
  });
  EXPECT_TRUE(child.complains("/s\x1b[K"));
  told.store(true);
  writer.join();
  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_THAT(child.error(), testing::EndsWith("/s\x1b[K\r\x1b[K"));
}

}  // namespace
}  // namespace ari::replay

// Inputs that are not what they should be: a clear error, or what is wrong is counted and
// located and the rest is read.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

using testing::HasSubstr;

class BrokenInput : public testing::Test {
 protected:
  // Writes `text` to a file called "run.log" and runs a command on it.
  test::Ran replay(const std::string& command, const std::string& text) {
    std::ofstream(dir_.path() + "/run.log", std::ios::binary) << text;
    return in_dir(command + " run.log");
  }

  test::Ran in_dir(const std::string& arguments) {
    return test::run(ARI_BIN_DIR "/ari-replay " + arguments, dir_.path());
  }

  void expect_error(const std::string& path, const std::string& message) {
    for (const char* command : {"summary ", "tasks --format json ", "show ", "lint "}) {
      const test::Ran ran = in_dir(command + path);
      EXPECT_EQ(ran.exit_code, 2) << command << path;
      EXPECT_EQ(ran.out, "") << command << path;
      EXPECT_EQ(ran.err, "ari-replay: " + path + ": " + message + "\n") << command;
    }
  }

  const test::TempDir dir_;
  const std::vector<std::string> lines_ =
      test::lines_of(test::read_file(ARI_TESTDATA "/captures/sleep/ari-subscriber.log"));

  std::string log(std::size_t from = 0, std::size_t to = SIZE_MAX, const char* end = "\n") {
    std::string text;
    for (std::size_t i = from; i < std::min(to, lines_.size()); ++i) text += lines_[i] + end;
    return text;
  }
};

TEST_F(BrokenInput, TheNameOfAFileReachesNoTerminalRaw) {
  for (const char* command : {"summary ", "show ", "convert --to csv ", "tasks "}) {
    EXPECT_THAT(in_dir(command + std::string("\"$(printf '\\033[31mx\\nari-replay: y')\"")).err,
                testing::AllOf(HasSubstr("[31mx"), testing::Not(HasSubstr("\033"))))
        << command;
  }
}

// A tree of them as deep as they are many would end the program, and be square in size.
TEST_F(BrokenInput, OfThousandsOfTasksThatJoinEachOtherInARowIsDrawnInPieces) {
  constexpr int kTasks = 3000;
  std::string log;
  int at = 0;
  const auto line = [&](const std::string& rest) {
    log += fmt::format(R"({{"at":"2026-01-01T00:00:00.{:09}Z",)", ++at) + rest + "\n";
  };
  for (int task = 1; task <= kTasks; ++task) {
    line(fmt::format(
        R"("k":"new","th":1,"id":{},"name":"runtime.spawn","target":"t","fields":{{"kind":"task"}}}})",
        task));
  }
  for (int task = 1; task < kTasks; ++task) {
    line(fmt::format(R"("k":"enter","th":1,"id":{}}})", task));
    line(fmt::format(
        R"("k":"event","th":1,"in":{},"target":"runtime::join","fields":{{"op":"JoinHandle","task":{},"tasks":1}}}})",
        task, task + 1));
    line(fmt::format(R"("k":"exit","th":1,"id":{}}})", task));
  }
  const test::Ran tree = replay("tree", log);
  EXPECT_EQ(tree.exit_code, 0);
  EXPECT_LT(tree.out.size(), 330U * kTasks);
  EXPECT_THAT(tree.out, HasSubstr("see below"));
  for (const int task : {18, 1500, kTasks}) {
    EXPECT_THAT(tree.out, HasSubstr(fmt::format("[{}]", task)));
  }
  const test::Ran waits = replay("waits", log);
  EXPECT_EQ(waits.exit_code, 0);
  EXPECT_THAT(waits.out, HasSubstr("→\n  …\n\n! 2,998 tasks with findings"));
}

TEST_F(BrokenInput, OfInstantsCenturiesApartIsReadToItsEnd) {
  const std::string log =
      R"({"at":"1700-01-01T00:00:00.000000000Z","k":"new","th":1,"id":1,"name":"runtime.spawn","target":"t","fields":{"kind":"task"}})"
      "\n"
      R"({"at":"2261-01-01T00:00:00.000000000Z","k":"enter","th":1,"id":1})"
      "\n"
      R"({"at":"2261-12-31T00:00:00.000000000Z","k":"exit","th":1,"id":1})"
      "\n";
  for (const char* command : {"timeline", "summary", "tasks", "report", "convert --to chrome"}) {
    const test::Ran ran = replay(command, log);
    EXPECT_EQ(ran.exit_code, 0) << command << ran.err;
    EXPECT_THAT(ran.out, testing::Not(HasSubstr("(0ns)"))) << command;
  }
}

TEST_F(BrokenInput, ThatCannotBeReadAtAllIsAnError) {
  std::ofstream(dir_.path() + "/empty.log");
  std::ofstream(dir_.path() + "/prose.log") << "Once upon a time\nthere was a log.\n";
  std::ofstream(dir_.path() + "/binary.log") << std::string(
      "\x7f"
      "ELF\0\0\1",
      7);
  expect_error("no-such.log", "no such file");
  expect_error("empty.log", "is empty");
  expect_error(".", "is a directory, expected a log file");
  expect_error("binary.log",
               "expected a log (ari JSONL, ari text, a console recording or the output of "
               "tracing_subscriber::fmt), found none: it is a "
               "binary file");
  const test::Ran prose = in_dir("tasks prose.log");
  EXPECT_EQ(prose.exit_code, 2);
  EXPECT_THAT(prose.err, HasSubstr("prose.log: expected a log"));
}

TEST_F(BrokenInput, ThatMayNotBeReadIsAnError) {
  std::ofstream(dir_.path() + "/secret.log") << log();
  ASSERT_EQ(test::run("chmod 755 . && chmod 000 secret.log", dir_.path()).exit_code, 0);
  // Root may read everything, so it steps down.
  const std::string as_nobody = ::geteuid() == 0 ? "setpriv --reuid=65534 --clear-groups " : "";
  const test::Ran ran =
      test::run("cat " ARI_BIN_DIR "/ari-replay > replay && chmod 755 replay && " + as_nobody +
                    "./replay tasks secret.log",
                dir_.path());
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "ari-replay: secret.log: permission denied\n");
}

TEST_F(BrokenInput, ALineThatIsNoneCostsThatLine) {
  const test::Ran want = replay("tasks", log());
  const test::Ran got =
      replay("tasks", log(0, 5) + "task.id=4 'main' loc.line= \x1b[31msrc/main.rs\xff\n" + log(5));
  EXPECT_EQ(got.exit_code, 0);
  EXPECT_THAT(got.err, testing::StartsWith("ari-replay: run.log:6:1: "));
  EXPECT_THAT(got.err, HasSubstr("\n  task.id=4 'main' loc.line= \\x1b[31"));
  EXPECT_THAT(got.err, testing::EndsWith("\n  ^\n"));
  EXPECT_THAT(got.out, HasSubstr("! 1 of 78 lines could not be read (45 bytes)\n"));
  // But for that remark the table is the same.
  EXPECT_EQ(got.out.substr(got.out.find("\n\n")), want.out.substr(want.out.find("\n\n")));
}

TEST_F(BrokenInput, WhatTheProgramPrintsBetweenTheLinesIsNoLoss) {
  const std::string mixed = log(0, 5) + "thread 'main' panicked at src/main.rs\n" + log(5);
  const test::Ran want = replay("tasks", log()), got = replay("tasks", mixed);
  EXPECT_EQ(got.err, "");
  EXPECT_EQ(got.out, want.out);
  EXPECT_THAT(
      replay("summary", mixed).out,
      HasSubstr("Other     1 line is no part of the log (38 bytes): what the program prints\n"
                "          itself, or more of a message, line 6\n"));
}

TEST_F(BrokenInput, ALineCutAtTheEndIsCalledTorn) {
  const std::string whole = log();
  const test::Ran ran = replay("tasks", whole.substr(0, whole.size() - 40));
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out, HasSubstr("! the last line is cut: the program died, or is still writing"));
}

TEST_F(BrokenInput, CarriageReturnsAreNoPartOfTheLog) {
  const test::Ran want = replay("tasks", log());
  const test::Ran got = replay("tasks", log(0, SIZE_MAX, "\r\n"));
  EXPECT_EQ(got.err, "");
  EXPECT_EQ(got.out, want.out);
}

TEST_F(BrokenInput, AVeryLongLineIsReportedShortly) {
  const test::Ran ran =
      replay("tasks", log(0, 5) + "task.id" + std::string(10'000'000, 'x') + "\n" + log(5));
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_LT(ran.err.size(), 400u);
  EXPECT_THAT(ran.out, HasSubstr("! 1 of 78 lines could not be read (10 MB)"));
}

TEST_F(BrokenInput, ManyProblemsAreCountedNotListed) {
  std::string text = log();
  for (int i = 0; i < 1000; ++i) text += "garbage}: of a line\n";
  const test::Ran ran = replay("tasks", text);
  EXPECT_LT(test::lines_of(ran.err).size(), 20u);
  EXPECT_THAT(ran.err, testing::EndsWith("ari-replay: run.log: 995 more problems like these\n"));
}

TEST_F(BrokenInput, NoEscapeOfTheLogReachesTheTerminal) {
  std::string text = log();
  for (std::size_t at = 0; (at = text.find("task.name=", at)) != std::string::npos; at += 10) {
    text.insert(at + 10,
                "\x1b]0;owned\x07\x1b[2J\xc2\x9b"
                "31m");
  }
  for (const char* command : {"summary", "tasks", "tasks --format json", "task --all", "show",
                              "show --format json", "lint", "show --grep owned"}) {
    std::ofstream(dir_.path() + "/run.log", std::ios::binary) << text;
    const std::string id = std::string(command).starts_with("task ") ? " 5" : "";
    const test::Ran ran = in_dir(std::string(command) + " run.log" + id);
    EXPECT_EQ(ran.exit_code, 0) << command << "\n" << ran.err;
    EXPECT_FALSE(ran.out.empty()) << command;
    for (const std::string& stream : {ran.out, ran.err}) {
      EXPECT_EQ(stream.find_first_of("\x1b\x07"), std::string::npos) << command << "\n" << stream;
      if (std::string(command).find("json") == std::string::npos) {
        EXPECT_EQ(stream.find("\xc2\x9b"), std::string::npos) << command;
      }
    }
  }
}

TEST_F(BrokenInput, NumbersBeyondSixtyFourBitsAreToldWhereTheyStand) {
  std::string text = log();
  const std::size_t at = text.rfind("runtime.spawn[5]");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 16, "runtime.spawn[99999999999999999999]");
  const test::Ran ran = replay("tasks", text);
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.err, HasSubstr("expected a span id of at most 64 bits"));
}

}  // namespace
}  // namespace ari::replay

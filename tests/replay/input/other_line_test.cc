// What a program prints between the lines of its log: counted, no loss, and never taken for it if
// it may be a piece of a log line.
#include <gtest/gtest.h>

#include <string>

#include "replay/input/other_line.h"
#include "tests/replay/input/reading.h"

namespace ari::replay {
namespace {

#define AT "1970-01-01T00:00:01.000000Z TRACE "

struct Case {
  const char* text;
  bool is_other;
};

TEST(OtherLine, IsTextThatCannotBeAPieceOfALogLine) {
  constexpr Case kCases[] = {
      {"TRUTH at 104.130ms barrier-2 leader=true", true},
      {"   Compiling app v0.1.0", true},
      {"thread 'main' panicked at src/main.rs:3:5:", true},
      {"   4: tokio::runtime::task::core::Core<T,S>::poll", true},  // a backtrace
      {"             at /rustc/1/library/std/src/panicking.rs:647:5", true},
      {"{\"a\": 1}", true},
      {"[WARN app] of another logger", true},
      {"b task.id=4 loc.line=3}: tokio::task: new", false},
      {"time.spawn{kind=task}: tokio::task: enter", false},
      {"}: app: hello", false},
      {": app: enter", false},
      {"ask: exit", false},
      {"er", false},  // of `enter`
      {"op=\"waker.wake\" task.id=4", false},
      {"step 50% 2026-11-23T12:34:01.927131Z TRACE app: hello", false},
      {"step 10   12.500000000s  INFO app: hello", false},
      {"    in app::req with a: 1", false},  // Pretty's
      {"close time.busy=1µs time.idle=2µs", false},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(is_other_text(Line{7, c.text, true}, c.text), c.is_other);
  }
  EXPECT_FALSE(is_other_text(Line{1, "er", true}, "er"));
  EXPECT_TRUE(is_other_text(Line{1, "let us begin", true}, "let us begin"));
  // Compact has a span's fields at the end of its line.
  EXPECT_FALSE(is_other_text(Line{7, "y b=2", true}, "y b=2", true));
}

TEST(OtherLine, AtTheEndOfALogIsNoneIfALogLineMayBeginLikeIt) {
  EXPECT_FALSE(is_other_text(Line{7, "2026-11", false}, "2026-11"));
  EXPECT_FALSE(is_other_text(Line{7, "  12.5", false}, "  12.5"));
  EXPECT_FALSE(is_other_text(Line{7, "\x1b[2m20", false}, "20"));
  EXPECT_TRUE(is_other_text(Line{7, "bye", false}, "bye"));
}

struct Log {
  const char* format;
  std::string one, other, two;
};

const Log kLogs[] = {
    {"fmt Full", AT "req{a=1}: app: new\n", "ready, a=1\n", AT "req{a=1}: app: enter\n"},
    {"fmt Compact", AT "runtime.spawn: tokio::task: new kind=task\n", "ready\n",
     AT "runtime.spawn: tokio::task: enter kind=task\n"},
    {"fmt Pretty", "  " AT "app: new\n    in app::req with a: 1\n\n", "ready, a=1\n",
     "  " AT "app: enter\n    in app::req with a: 1\n\n"},
    {"ari text", AT "req[1]{a=1} new\n", "ready, a=1\n", AT "req[1]{a=1} enter\n"},
    {"fmt JSON",
     R"({"timestamp":"1970-01-01T00:00:01Z","level":"INFO","fields":{"message":"a"},"target":"t"})"
     "\n",
     "ready, a=1\n{\"state\":\"ready\"}\n",
     R"({"timestamp":"1970-01-01T00:00:01Z","level":"INFO","fields":{"message":"b"},"target":"t"})"
     "\n"},
    {"ari JSONL",
     R"({"at":"1970-01-01T00:00:01Z","k":"enter","th":1,"id":5})"
     "\n",
     "ready, a=1\n",
     R"({"at":"1970-01-01T00:00:01Z","k":"exit","th":1,"id":5})"
     "\n"},
};

TEST(OtherLine, IsCountedAndNoLossInAnyFormat) {
  for (const Log& log : kLogs) {
    SCOPED_TRACE(log.format);
    const test::ReadLog read = test::read_text(log.one + log.other + log.two + "bye");
    const Coverage& c = read.coverage;
    EXPECT_EQ(c.format, log.format);
    EXPECT_EQ(read.records.size(), 2U);
    EXPECT_EQ(test::show(c.problems), "");
    EXPECT_EQ(c.lines_skipped, 0U);
    EXPECT_EQ(c.bytes_other, log.other.size() + 3);
    EXPECT_EQ(c.bytes_read, c.bytes_used + c.bytes_other);
    EXPECT_GE(c.lines_other, 2U);
    EXPECT_EQ(c.first_other_line, log.one.starts_with("  ") ? 4U : 2U);
    EXPECT_FALSE(c.torn);
    EXPECT_FALSE(c.has_gaps());
  }
}

// What follows the line end in a value, without anything by which it could be told.
TEST(OtherLine, IsNoneWhereTheRestOfALineIsToBeExpected) {
  const std::string ari = AT "req[1]{a=1} new\n", pretty = "  " AT "app: new\n";
  const std::string in = "    in app::req with a: new\n";
  for (const std::string& log : {ari + AT "odd[2]{b=new\nline, c=3} enter\n" + ari,
                                 pretty + in + "line b=3\n\n" + pretty + in + "\n"}) {
    SCOPED_TRACE(log);
    const test::ReadLog read = test::read_text(log);
    EXPECT_EQ(read.coverage.lines_other, 0U);
    EXPECT_GE(read.coverage.lines_skipped, 1U);
  }
}

TEST(OtherLine, IsNoPieceOfALineOfJson) {
  const std::string one = kLogs[4].one;
  for (const std::string piece :
       {R"({"timestamp":"1970-01-01T00:00:01Z","lev)", R"(el":"INFO","target":"t"})",
        R"("target":"t"})", R"({"level":"INFO","message":"of another"})"}) {
    SCOPED_TRACE(piece);
    const test::ReadLog read = test::read_text(one + piece + "\n" + one);
    EXPECT_EQ(read.coverage.lines_other, 0U);
    EXPECT_EQ(read.coverage.lines_skipped, 1U);
  }
}

}  // namespace
}  // namespace ari::replay

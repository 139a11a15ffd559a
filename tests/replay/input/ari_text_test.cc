#include "replay/input/ari_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "replay/input/timestamp.h"
#include "tests/replay/input/reading.h"

namespace ari::replay {
namespace {

using test::read_text;
using testing::ElementsAre;

// All lines of these tests happen at this instant unless they say otherwise.
#define STAMP "1970-01-01T00:00:01.000000Z "

// One line in front, so that the log is surely recognised whatever the tested lines are.
const std::string kFirst = STAMP "TRACE a[1]{} new\n";
const std::string kFirstShown = R"(1000000000 new 1 "a")";

std::vector<std::string> records_after_first(const std::string& lines) {
  test::ReadLog log = read_text(kFirst + lines);
  EXPECT_EQ(log.error, "");
  EXPECT_EQ(test::show(log.coverage.problems), "");
  EXPECT_FALSE(log.records.empty());
  if (!log.records.empty()) log.records.erase(log.records.begin());
  return log.records;
}

TEST(AriText, TellsEveryKindOfLine) {
  EXPECT_THAT(
      records_after_first(
          STAMP "TRACE runtime.spawn[5]{kind=task, task.name=, task.id=13, loc.file=\"src/a.rs\", "
                "loc.line=39} new\n" STAMP
                "TRACE runtime.spawn[5]{kind=task, task.name=, task.id=13, loc.file=\"src/a.rs\", "
                "loc.line=39} enter\n" STAMP
                " INFO runtime.spawn[5]{kind=task, task.name=, task.id=13, loc.file=\"src/a.rs\", "
                "loc.line=39} app: fun=true pre-yield\n" STAMP
                "TRACE runtime.spawn[5]{kind=task, task.name=, task.id=13, loc.file=\"src/a.rs\", "
                "loc.line=39} exit\n" STAMP
                "TRACE tokio::task::waker: op=\"waker.wake\", task.id=5\n" STAMP
                "TRACE runtime.spawn[5]{kind=task, task.name=, task.id=13, loc.file=\"src/a.rs\", "
                "loc.line=39} close\n"),
      ElementsAre(R"(1000000000 new 5 "runtime.spawn" {kind=~task task.name=~ task.id=13u )"
                  R"(loc.file="src/a.rs" loc.line=39u})",
                  "1000000000 enter 5",
                  R"(1000000000 event in 5 target="app" INFO {fun=true message=~pre-yield})",
                  "1000000000 exit 5", R"(1000000000 waker.wake of 5 target="tokio::task::waker")",
                  "1000000000 close 5"));
}

TEST(AriText, TakesParentsFromTheChainOfSpans) {
  EXPECT_THAT(records_after_first(STAMP "TRACE a[1]{} b[2]{} new\n" STAMP
                                        "TRACE a[1]{} b[2]{} c[3]{} new\n" STAMP
                                        "TRACE a[1]{} b[2]{} c[3]{} x: \n"),
              ElementsAre(R"(1000000000 new 2 in 1 "b")", R"(1000000000 new 3 in 2 "c")",
                          R"(1000000000 event in 3 target="x")"));
}

TEST(AriText, MakesUpSpansWhoseBeginningIsMissing) {
  EXPECT_THAT(records_after_first(STAMP "TRACE b[2]{x=1} c[3]{y=\"} new\"} exit\n" STAMP
                                        "DEBUG b[2]{x=1} c[3]{y=\"} new\"} enter\n"
                                  // The id is in use again, and its `new` is missing once more.
                                  STAMP "TRACE b[2]{x=2} close\n"),
              ElementsAre(R"(1000000000 implied new 2 "b" {x=1u})",
                          R"(1000000000 implied new 3 in 2 "c" {y="} new"})", "1000000000 exit 3",
                          "1000000000 enter 3 DEBUG", R"(1000000000 implied new 2 "b" {x=2u})",
                          "1000000000 close 2"));
}

TEST(AriText, AnIdMayComeBackAfterItsSpanClosed) {
  EXPECT_THAT(records_after_first(STAMP "TRACE a[1]{} close\n" STAMP "TRACE b[1]{x=1} new\n" STAMP
                                        "TRACE b[1]{x=1} new\n"  // its close was lost
                                  STAMP "TRACE b[1]{x=1} enter\n"),
              ElementsAre("1000000000 close 1", R"(1000000000 new 1 "b" {x=1u})",
                          R"(1000000000 new 1 "b" {x=1u})", "1000000000 enter 1"));
}

// What people put into names and values must not confuse the reader.
TEST(AriText, FindsTheEndOfAnyFieldText) {
  const struct {
    const char* fields;
    const char* want;
  } kCases[] = {
      {"", ""},
      {"a=", " {a=~}"},
      {"just words", " {=~just words}"},
      {"message=b\"hello\", n=1", " {message=~b\"hello\" n=1u}"},
      {"fn=app::main::{{closure}}, loc.line=1", " {fn=~app::main::{{closure}} loc.line=1u}"},
      {"task.name=a, b=c, task.id=7", " {task.name=~a, b=c task.id=7u}"},
      {"task.name=a} new, task.id=7", " {task.name=~a} new task.id=7u}"},
      {"task.name=\"quoted\", task.id=7", " {task.name=~\"quoted\" task.id=7u}"},
      {"task.name=5, task.id=7", " {task.name=~5 task.id=7u}"},
      {"task.name=5\" disk, task.id=7", " {task.name=~5\" disk task.id=7u}"},
      {"a=\"x, y=1\", b=2", " {a=\"x, y=1\" b=2u}"},
      {"a=\"} b[2]{\"", " {a=\"} b[2]{\"}"},
      {"a=\"say \\\"hi\\\"\"", " {a=\"say \\\"hi\\\"\"}"},
      {"a=\"back\\\\\", b=1", " {a=\"back\\\\\" b=1u}"},
      {"path=C:\\dir\\x", " {path=~C:\\dir\\x}"},
      {"v=Some(\"y\"), n=None", " {v=~Some(\"y\") n=~None}"},
      {"v=Point { x: 1, y: 2 }", " {v=~Point { x: 1, y: 2 }}"},
      {"v={\"k\": 1}", " {v=~{\"k\": 1}}"},
      {"url=http://h/?a=b, n=1", " {url=~http://h/?a=b n=1u}"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.fields);
    const std::string span = "b[2]{" + std::string(c.fields) + "}";
    EXPECT_THAT(records_after_first(STAMP "TRACE " + span + " new\n" STAMP "TRACE " + span +
                                    " c[3]{z=1} new\n" STAMP "TRACE " + span + " exit\n"),
                ElementsAre("1000000000 new 2 \"b\"" + std::string(c.want),
                            "1000000000 new 3 in 2 \"c\" {z=1u}", "1000000000 exit 2"));
  }
}

TEST(AriText, ATaskWithABraceInItsNameIsFoundByWhereItsLocationEnds) {
  const std::string task =
      "runtime.spawn[2]{kind=task, task.name=a} b[3]{x=1, task.id=7, loc.line=1, loc.col=2}";
  EXPECT_THAT(records_after_first(STAMP "TRACE " + task + " enter\n"),
              ElementsAre("1000000000 implied new 2 \"runtime.spawn\" {kind=~task task.name=~a} "
                          "b[3]{x=1 task.id=7u loc.line=1u loc.col=2u}",
                          "1000000000 enter 2"));
}

TEST(AriText, TellsFieldsOfAnEventFromItsMessage) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"step 1", " {message=~step 1}"},
      {"", ""},
      {"n=1", " {n=1u}"},
      {"n=1 done", " {n=1u message=~done}"},
      {"n=1 ", " {n=1u message=~}"},
      {"a=true, b=-5, c=1.5, d=\"x\" all set", " {a=true b=-5i c=1.5 d=\"x\" message=~all set}"},
      {"error=not found, n=1 oops", " {error=~not found n=1u message=~oops}"},
      {"who=alice said hi", " {who=~alice message=~said hi}"},
      {"n=1, and more", " {n=~1, message=~and more}"},
      {"op=\"x\", task.id=5", " {op=\"x\" task.id=5u}"},
      {"a: b: c", " {message=~a: b: c}"},
      {"n=007", " {n=~007}"},
      {"n=18446744073709551615", " {n=18446744073709551615u}"},
      {"n=18446744073709551616", " {n=~18446744073709551616}"},
      {"n=-9223372036854775808", " {n=-9223372036854775808i}"},
      {"n=1e16, m=1e3, k=1.0", " {n=1e16 m=~1e3 k=1.0}"},
      {"n=NaN", " {n=~NaN}"},
      {"s=\"\\u{1b}[31m\"", " {s=\"\\u{1b}[31m\"}"},
      {"s=\"\\u{41}\"", " {s=~\"\\u{41}\"}"},  // nobody would write an A so
      {"s=\"\\q\"", " {s=~\"\\q\"}"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_THAT(records_after_first(STAMP "TRACE app::x: " + std::string(c.text) + "\n"),
                ElementsAre("1000000000 event target=\"app::x\"" + std::string(c.want)));
  }
}

TEST(AriText, WakersAreOnlyThoseEventsThatAreExactlyThat) {
  EXPECT_THAT(
      records_after_first(
          STAMP "TRACE a[1]{} runtime::waker: op=\"waker.clone\", task.id=1\n" STAMP
                "TRACE runtime::waker: op=\"waker.wake_by_ref\", task.id=274877906945\n" STAMP
                "TRACE runtime::waker: op=\"waker.sing\", task.id=1\n" STAMP
                "TRACE runtime::waker: op=\"waker.wake\", task.id=1 again\n" STAMP
                "TRACE runtime::waker: op=\"waker.wake\", task.id=0\n" STAMP
                "TRACE app::waker: op=\"waker.wake\", task.id=1\n"),
      ElementsAre(R"(1000000000 waker.clone of 1 in 1 target="runtime::waker")",
                  R"(1000000000 waker.wake_by_ref of 274877906945 target="runtime::waker")",
                  R"(1000000000 event target="runtime::waker" {op="waker.sing" task.id=1u})",
                  R"(1000000000 event target="runtime::waker" {op="waker.wake" task.id=1u )"
                  R"(message=~again})",
                  R"(1000000000 event target="runtime::waker" {op="waker.wake" task.id=0u})",
                  R"(1000000000 event target="app::waker" {op="waker.wake" task.id=1u})"));
}

TEST(AriText, CountsWhatTheRecorderSaysItLost) {
  const test::ReadLog log = read_text(kFirst + STAMP " WARN ari::recorder: thread=3, lost=120\n");
  EXPECT_THAT(
      log.records,
      ElementsAre(kFirstShown, "1000000000 th3 lost target=\"ari::recorder\" WARN lost 120"));
  EXPECT_EQ(log.coverage.events_lost, 120U);
  EXPECT_EQ(log.coverage.events, 1U);
}

TEST(AriText, ATaskClosesWithTheOutcomeThatItsEventTold) {
  const std::string a = STAMP "TRACE a[1]{} ";
  const std::string b = STAMP "TRACE runtime.spawn[2]{} ";
  const test::ReadLog log =
      read_text(kFirst + b + "new\n" + b + "runtime::task: outcome=\"panicked\"\n" + a +
                "runtime::task: outcome=cancelled, task.id=1\n" + b + "close\n" + a + "close\n" +
                // The id is in use again: the outcome was the other task's.
                b + "new\n" + b + "close\n");
  EXPECT_THAT(log.records,
              ElementsAre(kFirstShown, "1000000000 new 2 \"runtime.spawn\"",
                          "1000000000 event in 2 target=\"runtime::task\" {outcome=\"panicked\"}",
                          "1000000000 event in 1 target=\"runtime::task\" {outcome=~cancelled "
                          "task.id=1u}",
                          "1000000000 close 2 panicked", "1000000000 close 1 cancelled",
                          "1000000000 new 2 \"runtime.spawn\"", "1000000000 close 2"));
  EXPECT_TRUE(log.coverage.facts.outcomes);
  EXPECT_FALSE(read_text(kFirst).coverage.facts.outcomes);
}

TEST(AriText, ReadsTheSameInColour) {
  const std::string coloured =
      "\x1b[2m\x1b[1;37m1970-01-01\x1b[0m\x1b[2mT\x1b[1;37m00:00:01\x1b[0m\x1b[2m.000000Z\x1b[0m "
      "\x1b[35mTRACE\x1b[0m \x1b[37mb[\x1b[1;37m2\x1b[0m\x1b[37m]{x=1}\x1b[0m "
      "\x1b[1;4;37mnew\x1b[0m\n";
  EXPECT_THAT(records_after_first(coloured), ElementsAre("1000000000 new 2 \"b\" {x=1u}"));
}

TEST(AriText, KeepsEscapeSequencesThatAPlainLineHolds) {
  EXPECT_THAT(records_after_first(STAMP "TRACE b[2]{task.name=\x1b[31mred\x1b[0m} new\n"),
              ElementsAre("1000000000 new 2 \"b\" {task.name=~\x1b[31mred\x1b[0m}"));
}

TEST(AriText, TimestampsMayHaveAnyNumberOfDigits) {
  const test::ReadLog log = read_text(
      "1970-01-01T00:00:01Z TRACE a[1]{} new\n"
      "1970-01-01T00:00:01.5Z TRACE a[1]{} enter\n");
  EXPECT_THAT(log.records, ElementsAre("1000000000 new 1 \"a\"", "1500000000 enter 1"));
  EXPECT_FALSE(log.coverage.facts.nanoseconds);
  EXPECT_TRUE(
      read_text("1970-01-01T00:00:01.000000001Z TRACE a[1]{} new\n").coverage.facts.nanoseconds);
}

TEST(AriText, SaysWhatIsWrongWithALineAndWhere) {
  const struct {
    const char* line;
    const char* want;
  } kCases[] = {
      {"he}: enter",
       "info 2:1 not a log line: expected a timestamp such as 2026-11-23T12:34:01.927131Z, found "
       "'h'\n"
       "  he}: enter\n"
       "  ^\n"},
      {STAMP "LOUD a[1]{} enter",
       "loss 2:28 expected a blank and a level (TRACE, DEBUG, INFO, WARN, ERROR), found a blank\n"
       "  1970-01-01T00:00:01.000000Z LOUD a[1]{} enter\n"
       "                             ^\n"},
      // Ended the program: found by a fuzzer.
      {STAMP "INFO",
       "loss 2:28 expected a blank and a level (TRACE, DEBUG, INFO, WARN, ERROR), found a blank\n"
       "  1970-01-01T00:00:01.000000Z INFO\n"
       "                             ^\n"},
      {STAMP "TRACE a[1]{} ente",
       "loss 2:42 expected new, enter, exit, close, a span or an event as TARGET: FIELDS MESSAGE, "
       "found 'e'\n"
       "  1970-01-01T00:00:01.000000Z TRACE a[1]{} ente\n"
       "                                           ^\n"},
      {STAMP "TRACE a[1]{",
       "loss 2:35 expected the fields of this span to end in a brace\n"
       "  1970-01-01T00:00:01.000000Z TRACE a[1]{\n"
       "                                    ^\n"},
      {STAMP "TRACE hello",
       "loss 2:35 expected a span as NAME[ID]{FIELDS} or an event as TARGET: FIELDS MESSAGE, found "
       "'h'\n"
       "  1970-01-01T00:00:01.000000Z TRACE hello\n"
       "                                    ^\n"},
      {STAMP "TRACE a[18446744073709551616]{} enter",
       "loss 2:35 expected a span id of at most 64 bits\n"
       "  1970-01-01T00:00:01.000000Z TRACE a[18446744073709551616]{} enter\n"
       "                                    ^\n"},
      {STAMP "TRACE b[2]{x=a\xff} new",
       "info 2:43 expected UTF-8, found byte 0xff: kept as it is\n"
       "  1970-01-01T00:00:01.000000Z TRACE b[2]{x=a\xff} new\n"
       "                                            ^\n"},
      // In colour the column is the file's and the excerpt is without colours.
      {"\x1b[2m1970-01-01T00:00:01Z\x1b[0m \x1b[35mTRACE\x1b[0m \x1b[37ma[1]{}\x1b[0m ente",
       "loss 2:61 expected new, enter, exit, close, a span or an event as TARGET: FIELDS MESSAGE, "
       "found 'e'\n"
       "  1970-01-01T00:00:01Z TRACE a[1]{} ente\n"
       "                                    ^\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.line);
    const test::ReadLog log = read_text(kFirst + c.line + "\n");
    EXPECT_EQ(test::show(log.coverage.problems), c.want);
  }
}

TEST(AriText, ALastLineThatMayBeCutIsLeftOut) {
  const test::ReadLog cut =
      read_text(kFirst + STAMP "TRACE runtime::waker: op=\"waker.wake\", task.id=1");
  EXPECT_TRUE(cut.coverage.torn);
  EXPECT_EQ(test::show(cut.coverage.problems),
            "loss 2:77 expected a line end, found the end of the input: the line may be cut\n"
            "  TRACE runtime::waker: op=\"waker.wake\", task.id=1\n"
            "                                                  ^\n");
  // The words about spans cannot be the beginning of anything else.
  const test::ReadLog whole = read_text(kFirst + STAMP "TRACE a[1]{} close");
  EXPECT_FALSE(whole.coverage.torn);
  EXPECT_THAT(whole.records, ElementsAre(kFirstShown, "1000000000 close 1"));
}

// As the text writer writes spans that are very deep: their parents are known all the same.
TEST(AriText, WhatStandsForSpansThatAreLeftOutIsNone) {
  EXPECT_THAT(records_after_first(
                  STAMP "TRACE a[1]{} b[2]{} new\n" STAMP "TRACE a[1]{} b[2]{} c[3]{} new\n" STAMP
                        "TRACE a[1]{} …[1]{spans left out} c[3]{} d[4]{x=1} new\n" STAMP
                        "TRACE a[1]{} …[1]{spans left out} c[3]{} d[4]{x=1} app: hello\n"),
              ElementsAre("1000000000 new 2 in 1 \"b\"", "1000000000 new 3 in 2 \"c\"",
                          "1000000000 new 4 in 3 \"d\" {x=1u}",
                          "1000000000 event in 4 target=\"app\" {message=~hello}"));
}

TEST(AriText, ToldTwiceInShortFormASpanKeepsItsFields) {
  EXPECT_THAT(
      records_after_first(STAMP "TRACE b[2]{x=1} new\n" STAMP "TRACE b[2] enter\n" STAMP
                                "TRACE b[2] c[3]{y=2} new\n" STAMP "TRACE b[2] c[3] app: hello\n"),
      ElementsAre("1000000000 new 2 \"b\" {x=1u}", "1000000000 enter 2",
                  "1000000000 new 3 in 2 \"c\" {y=2u}",
                  "1000000000 event in 3 target=\"app\" {message=~hello}"));
}

}  // namespace
}  // namespace ari::replay

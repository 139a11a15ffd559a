#include "replay/input/ari_jsonl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/replay/input/reading.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using test::read_text;
using test::ReadLog;
using testing::ElementsAre;

#define AT_5NS R"({"at":"1970-01-01T00:00:01.000000005Z","k":)"

const std::string kHeader =
    AT_5NS R"("log","version":1,"program":"server","pid":4711,"clock":"tsc"})"
           "\n";
const std::string kHeaderShown = R"(1000000005 header "server" {pid=4711u clock="tsc"})";

std::vector<std::string> records_after_header(const std::string& lines) {
  ReadLog log = read_text(kHeader + lines);
  EXPECT_EQ(log.error, "");
  EXPECT_EQ(test::show(log.coverage.problems), "");
  EXPECT_FALSE(log.records.empty());
  if (!log.records.empty()) log.records.erase(log.records.begin());
  return log.records;
}

TEST(AriJsonl, TellsEveryKindOfLine) {
  const ReadLog log = read_text(
      kHeader + AT_5NS
      R"("thread","th":1,"name":"main"})"
      "\n" AT_5NS
      R"("new","th":1,"id":5,"in":2,"name":"runtime.spawn","target":"ari::task","level":"INFO",)"
      R"("fields":{"kind":"task","size":408,"by":-1,"f":0.5,"ok":true,"s":"t"},)"
      R"("display":["kind"]})"
      "\n" AT_5NS R"("enter","th":1,"id":5})"
      "\n" AT_5NS R"("loc","loc":1,"file":"a.cc","line":7,"col":3,"fn":"run"})"
      "\n" AT_5NS R"("exit","th":1,"id":5,"loc":1})"
      "\n" AT_5NS R"("exit","th":1,"id":5})"
      "\n" AT_5NS R"("enter","th":2,"id":5,"destroy":true})"
      "\n" AT_5NS
      R"("event","th":1,"in":5,"target":"app","level":"WARN","fields":{"message":"hi"},)"
      R"("display":["message"]})"
      "\n" AT_5NS R"("event","th":1,"target":"app"})"
      "\n" AT_5NS R"("clone","th":1,"in":5,"task":5})"
      "\n" AT_5NS R"("wake_by_ref","th":1,"task":18446744073709551615})"
      "\n" AT_5NS R"("wake","th":1,"task":5})"
      "\n" AT_5NS R"("drop","th":1,"task":5})"
      "\n" AT_5NS R"("close","th":1,"id":5,"outcome":"cancelled"})"
      "\n" AT_5NS R"("close","th":1,"id":6})"
      "\n" AT_5NS R"("lost","th":2,"events":100})"
      "\n" AT_5NS R"("lost","th":2,"events":20,"closes":3})"
      "\n" AT_5NS R"("alive"})"
      "\n" AT_5NS R"("end","events":13,"lost":120})"
      "\n");
  EXPECT_EQ(test::show(log.coverage.problems), "");
  EXPECT_THAT(log.records,
              ElementsAre(kHeaderShown, R"(1000000005 th1 thread "main")",
                          R"(1000000005 th1 new 5 in 2 "runtime.spawn" target="ari::task" INFO )"
                          R"({kind=~task size=408u by=-1i f=0.5 ok=true s="t"})",
                          "1000000005 th1 enter 5 poll", "1000000005 th1 exit 5 at a.cc:7:3 run",
                          "1000000005 th1 exit 5", "1000000005 th2 enter 5 destroy",
                          R"(1000000005 th1 event in 5 target="app" WARN {message=~hi})",
                          R"(1000000005 th1 event target="app")",
                          R"(1000000005 th1 waker.clone of 5 in 5 target="runtime::waker")",
                          R"(1000000005 th1 waker.wake_by_ref of 18446744073709551615 )"
                          R"(target="runtime::waker")",
                          R"(1000000005 th1 waker.wake of 5 target="runtime::waker")",
                          R"(1000000005 th1 waker.drop of 5 target="runtime::waker")",
                          "1000000005 th1 close 5 cancelled", "1000000005 th1 close 6",
                          "1000000005 th2 lost lost 100", "1000000005 th2 lost lost 20 closes 3",
                          "1000000005 alive", "1000000005 end lost 120"));
  EXPECT_EQ(log.coverage.format, "ari JSONL");
  EXPECT_EQ(log.coverage.program, "server");
  EXPECT_EQ(log.coverage.events, 13U);
  EXPECT_EQ(log.coverage.events_lost, 120U);
  EXPECT_EQ(log.coverage.orderly_end, true);
  EXPECT_TRUE(log.coverage.facts.threads);
}

TEST(AriJsonl, ReadsTheExampleOfItsSpecification) {
  const std::string page = test::read_file(ARI_SOURCE_DIR "/subscriber/FORMAT.md");
  const std::string fence = "```jsonl\n";
  const std::size_t begin = page.find(fence) + fence.size();
  const ReadLog log = read_text(page.substr(begin, page.find("```", begin) - begin));
  EXPECT_EQ(log.error, "");
  EXPECT_EQ(test::show(log.coverage.problems), "");
  EXPECT_EQ(log.coverage.orderly_end, true);
  EXPECT_EQ(log.coverage.program, "ping");
  EXPECT_GT(log.coverage.events, 0U);
}

TEST(AriJsonl, ReadsAnyKeyOrderBlanksEscapesAndUnknownKeys) {
  EXPECT_THAT(
      records_after_header(
          R"({"id":5,"k":"enter","th":1,"at":"1970-01-01T00:00:01.000000005Z"})"
          "\n"
          R"( { "k" : "wake", "task" : 5, "at" : "1970-01-01T00:00:01.000000005Z" } )"
          "\n" AT_5NS R"("exit","th":1,"id":5,"cpu":{"core":[1,2,{"x":"}"}]},"temp":1e999})"
          "\n" AT_5NS R"("n\u0065w","th":1,"id":5,"name":"a\"b","target":"\u00e9\ud83d\ude00",)"
          R"("display":["x"],"fields":{"x":"\u001b[31m\/","y":"\\"}})"
          "\n" AT_5NS R"("close","id":5,"outcome":"panicked","th":7})"
          "\n"
          R"({"at":"1970-01-01T01:00:01+01:00","k":"enter","th":1,"id":5})"
          "\n"),
      ElementsAre("1000000005 th1 enter 5 poll",
                  R"(1000000005 waker.wake of 5 target="runtime::waker")", "1000000005 th1 exit 5",
                  "1000000005 th1 new 5 \"a\"b\" target=\"é😀\" {x=~\x1b[31m/ y=\"\\\\\"}",
                  "1000000005 th7 close 5 panicked", "1000000000 th1 enter 5 poll"));
}

// What another format's log was converted to does not tell polls and destructions apart.
TEST(AriJsonl, WithoutAHeaderAnEnterMayBeADestruction) {
  const std::string enter = AT_5NS "\"enter\",\"th\":1,\"id\":5}\n";
  const test::ReadLog converted = read_text(enter);
  EXPECT_THAT(converted.records, ElementsAre("1000000005 th1 enter 5"));
  EXPECT_FALSE(converted.coverage.facts.destroys || converted.coverage.facts.outcomes);
  const test::ReadLog ours = read_text(kHeader + enter);
  EXPECT_EQ(ours.records.back(), "1000000005 th1 enter 5 poll");
  EXPECT_TRUE(ours.coverage.facts.destroys && ours.coverage.facts.outcomes);
  // A piece of a log of ours tells it, as soon as one is destroyed.
  const test::ReadLog piece =
      read_text(AT_5NS "\"enter\",\"th\":1,\"id\":5,\"destroy\":true}\n" + enter);
  EXPECT_EQ(piece.records.back(), "1000000005 th1 enter 5 poll");
}

TEST(AriJsonl, ALogWithoutItsEndWasNotEndedInGoodOrder) {
  const std::string enter = AT_5NS "\"enter\",\"th\":1,\"id\":5}\n";
  const std::string end = AT_5NS "\"end\",\"events\":1,\"lost\":0}\n";
  const auto orderly = [](const std::string& log) { return read_text(log).coverage.orderly_end; };
  EXPECT_EQ(orderly(kHeader), false);
  EXPECT_EQ(orderly(kHeader + enter), false);
  EXPECT_EQ(orderly(enter), false);  // its beginning is missing too
  EXPECT_EQ(orderly(kHeader + enter + end), true);
  EXPECT_EQ(orderly(kHeader + enter + end + kHeader + enter), false);
  EXPECT_EQ(orderly(kHeader + enter + kHeader + enter + end), false);
  EXPECT_EQ(orderly(kHeader + enter + end + kHeader + enter + end), true);
  EXPECT_EQ(read_text(kHeader + enter + end + kHeader).coverage.recordings, 2U);
}

TEST(AriJsonl, AFilteredLogSaysSo) {
  const std::string filtered =
      AT_5NS R"("log","version":1,"program":"server","pid":4711,"clock":"tsc","filter":"info"})"
             "\n";
  EXPECT_EQ(read_text(kHeader).coverage.filter, "");
  EXPECT_EQ(read_text(filtered).coverage.filter, "info");
  EXPECT_EQ(read_text(filtered + kHeader).coverage.filter, "info");  // of the whole
}

TEST(AriJsonl, APartOfALogSaysSo) {
  const std::string part = AT_5NS R"("log","version":1,"program":"server","part":3})"
                                  "\n";
  const auto problems = read_text(part).coverage.problems;
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].severity, Severity::kInfo);
  EXPECT_EQ(problems[0].message,
            "part 3 of a log that was cut by size: what was open is told as it stood then, but not "
            "since when");
}

TEST(AriJsonl, LocationsAreThoseOfTheirOwnLog) {
  const std::string exit = AT_5NS "\"exit\",\"th\":1,\"id\":5,\"loc\":1}\n";
  const std::string where = AT_5NS R"("loc","loc":1,"file":"a.cc","line":7,"col":3,"fn":""})"
                                   "\n";
  EXPECT_THAT(records_after_header(exit + where + exit + kHeader + exit),
              ElementsAre("1000000005 th1 exit 5", "1000000005 th1 exit 5 at a.cc:7:3 ",
                          kHeaderShown, "1000000005 th1 exit 5"));
}

TEST(AriJsonl, SaysWhenFewerEventsCameThanTheEndTells) {
  const ReadLog log = read_text(kHeader + AT_5NS "\"enter\",\"th\":1,\"id\":5}\n" AT_5NS
                                                 "\"end\",\"events\":3,\"lost\":0}\n");
  EXPECT_EQ(test::show(log.coverage.problems),
            "loss 3:0 expected 3 events, as this line says were written, found 1\n");
  EXPECT_EQ(log.coverage.events_missing, 2U);
  EXPECT_TRUE(log.coverage.lacks_lines());
}

TEST(AriJsonl, MissesNoEventThatALineWhichCannotBeReadMayHold) {
  const ReadLog log =
      read_text(kHeader +
                AT_5NS "\"enter\",\"th\":1,\"id\":}\n" AT_5NS "\"exit\",\"th\":1,\"id\":5}\n" AT_5NS
                       "\"end\",\"events\":2,\"lost\":0}\n" +
                kHeader + AT_5NS "\"end\",\"events\":0,\"lost\":0}\n");
  EXPECT_EQ(log.coverage.lines_skipped_within, 1U);
  EXPECT_EQ(log.coverage.events_missing, 0U);
  EXPECT_TRUE(log.coverage.lacks_lines());
}

TEST(AriJsonl, WhatTheEndTellsAsLostCountsThoughNoLineTellsWhere) {
  const std::string lost = AT_5NS "\"lost\",\"th\":2,\"events\":3}\n";
  const std::string end = AT_5NS "\"end\",\"events\":0,\"lost\":10}\n";
  const ReadLog log = read_text(kHeader + lost + end + kHeader + end);
  EXPECT_EQ(log.coverage.events_lost, 20U);
  EXPECT_THAT(log.records,
              ElementsAre(kHeaderShown, "1000000005 th2 lost lost 3", "1000000005 lost lost 7",
                          "1000000005 end lost 10", kHeaderShown, "1000000005 lost lost 10",
                          "1000000005 end lost 10"));
}

TEST(AriJsonl, SaysWhatIsWrongWithALineAndWhere) {
  const struct {
    const char* line;
    const char* want;
  } kCases[] = {
      {"\"id\":7}", "info 2:1 not a log line: expected an object, found a string"},
      {AT_5NS R"("enter","th":1,"id":"7"})",
       "loss 2:64 expected a number for \"id\", found a string"},
      {AT_5NS R"("enter","th":1,"id":7)",
       "loss 2:65 expected ',' or '}', found the end of the line"},
      {AT_5NS R"("enter","th":1,"id":36893488147419103232})",
       "loss 2:64 expected a number of at most 64 bits for \"id\", found 36893488147419103232"},
      {AT_5NS R"("enter","th":4294967296,"id":5})",
       "loss 2:57 expected a number of at most 32 bits for \"th\""},
      {AT_5NS R"("enter","th":1})", "loss 2:1 expected a key \"id\""},
      {AT_5NS R"("jump","th":1})",
       "loss 2:44 expected a known kind of line for \"k\", found \"jump\""},
      {R"({"at":"yesterday","k":"enter","th":1,"id":5})",
       "loss 2:7 expected an instant such as 2026-11-23T12:34:01.927131000Z for \"at\", found "
       "\"yesterday\""},
      {AT_5NS R"("close","th":1,"id":5,"outcome":"gone"})",
       "loss 2:76 expected completed, cancelled or panicked for \"outcome\", found \"gone\""},
      {AT_5NS R"("event","th":1,"target":"x","level":"LOUD"})",
       "loss 2:80 expected TRACE, DEBUG, INFO, WARN or ERROR for \"level\", found \"LOUD\""},
      {AT_5NS R"("enter","th":1,"id":5,"id":6})", "loss 2:71 expected \"id\" once, found it again"},
      {AT_5NS R"("event","th":1,"target":"a)"
              "\x01"
              R"("})",
       "loss 2:70 expected control character 0x01 of a string to be escaped"},
      {AT_5NS R"("event","th":1,"target":"a\q"})",
       "loss 2:70 expected an escape sequence of JSON after '\\'"},
      {AT_5NS R"("event","th":1,"target":"\ud800"})",
       "loss 2:69 expected a surrogate to be half of a pair"},
      {AT_5NS R"("event","th":1,"target":"x","fields":{"a":[1]}})",
       "loss 2:86 expected a string, a number or a boolean for \"a\", found a list"},
      {AT_5NS "\"event\",\"th\":1,\"target\":\"\xff\"}",
       "info 2:69 expected UTF-8, found byte 0xff: kept as it is"},
      {AT_5NS R"("log","version":2,"program":"x"})",
       "error 2:0 expected version 1 of the log format, found 2: read as if it were 1, figures may "
       "be wrong"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.line);
    const ReadLog log = read_text(kHeader + c.line + "\n");
    EXPECT_EQ(test::show_briefly(log.coverage.problems), c.want);
    const bool read = log.coverage.lines_skipped == 0;
    EXPECT_EQ(read, log.coverage.problems[0].severity != Severity::kDataLoss && c.line[0] == '{');
  }
}

TEST(AriJsonl, ALastLineWithoutLineEndCountsIfItIsWhole) {
  const std::string enter = AT_5NS "\"enter\",\"th\":1,\"id\":5}";
  const ReadLog whole = read_text(kHeader + enter);
  EXPECT_FALSE(whole.coverage.torn);
  EXPECT_EQ(whole.coverage.events, 1U);
  const ReadLog torn = read_text(kHeader + enter.substr(0, enter.size() - 1));
  EXPECT_TRUE(torn.coverage.torn);
  EXPECT_EQ(torn.coverage.events, 0U);
  EXPECT_EQ(torn.coverage.bytes_skipped, enter.size() - 1);
}

// Whatever a converted log says was left out of it, sums do not overflow.
TEST(AriJsonl, CountsOfWhatWasLeftOutAreBounded) {
  const std::string line =
      R"({"at":"1970-01-01T00:00:01.000000000Z","k":"converted","fields":{"format":"fmt JSON",)"
      R"("lines_skipped":18446744073709551615,"bytes_skipped":18446744073709551615,)"
      R"("lines_other":18446744073709551615,"bytes_other":18446744073709551615}})"
      "\n";
  const Coverage coverage = test::read_text(line + line + line).coverage;
  EXPECT_GE(coverage.bytes_skipped, std::uint64_t{1} << 40);
  EXPECT_GE(coverage.lines, coverage.lines_skipped + coverage.lines_other);
  EXPECT_EQ(coverage.bytes_read,
            coverage.bytes_used + coverage.bytes_skipped + coverage.bytes_other);
  EXPECT_GT(coverage.bytes_read, coverage.bytes_skipped);
  EXPECT_LT(coverage.bytes_read, std::uint64_t{1} << 48);
}

}  // namespace
}  // namespace ari::replay

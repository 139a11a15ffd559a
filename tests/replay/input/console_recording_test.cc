#include "replay/input/console_recording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <random>
#include <string>

#include "tests/replay/input/reading.h"

namespace ari::replay {
namespace {

using test::read_text;
using test::ReadLog;
using testing::ElementsAre;

#define AT1 R"("at":{"secs_since_epoch":1,"nanos_since_epoch":5})"

const std::string kRecordingHeader = "{\"v\":1}\n";

TEST(ConsoleRecording, TellsEveryKindOfEntry) {
  const ReadLog log = read_text(
      kRecordingHeader +
      R"({"Spawn":{"id":274877906945,)" AT1
      R"(,"fields":[{"name":"kind","value":"task"},{"name":"task.name","value":"rx"},)"
      R"({"name":"task.id","value":18},{"name":"offset","value":-3},{"name":"quick","value":true},)"
      R"({"name":"who","value":"me"}]}})"
      "\n"
      R"({"Enter":{"id":274877906945,)" AT1
      "}}\n"
      R"({"Waker":{"id":274877906945,"op":"Clone",)" AT1
      "}}\n"
      R"({"Waker":{"id":274877906945,"op":{"WakeByRef":{"self_wake":true}},)" AT1
      "}}\n"
      R"({"Exit":{"id":274877906945,)" AT1
      "}}\n"
      R"({"Waker":{"id":274877906945,"op":{"Wake":{"self_wake":false}},)" AT1
      "}}\n"
      R"({"Waker":{"id":274877906945,"op":"Drop",)" AT1
      "}}\n"
      R"({"Close":{"id":274877906945,)" AT1 "}}\n");
  EXPECT_EQ(test::show(log.coverage.problems), "");
  EXPECT_THAT(
      log.records,
      ElementsAre("1000000005 header",
                  R"(1000000005 new 274877906945 "runtime.spawn" {kind=~task task.name=~rx )"
                  R"(task.id=18u offset=-3i quick=true who="me"})",
                  "1000000005 enter 274877906945",
                  R"(1000000005 waker.clone of 274877906945 target="tokio::task::waker")",
                  R"(1000000005 waker.wake_by_ref of 274877906945 target="tokio::task::waker" )"
                  "self-wake",
                  "1000000005 exit 274877906945",
                  R"(1000000005 waker.wake of 274877906945 target="tokio::task::waker" )"
                  "no self-wake",
                  R"(1000000005 waker.drop of 274877906945 target="tokio::task::waker")",
                  "1000000005 close 274877906945"));
  EXPECT_EQ(log.coverage.format, "console recording");
  EXPECT_EQ(log.coverage.events, 8U);
  EXPECT_EQ(log.coverage.first_unix_ns, 1'000'000'005);
  EXPECT_EQ(log.coverage.orderly_end, std::nullopt);
  EXPECT_TRUE(log.coverage.facts.nanoseconds);
  EXPECT_FALSE(log.coverage.facts.threads);
}

TEST(ConsoleRecording, IdsWithoutSpawnLineGetABeginningWhenTheyAreFirstSeen) {
  const ReadLog log =
      read_text(kRecordingHeader + R"({"Enter":{"id":2,)" AT1
                                   "}}\n"
                                   R"({"Exit":{"id":2,)" AT1
                                   "}}\n"
                                   R"({"Close":{"id":2,)" AT1
                                   "}}\n"
                                   R"({"Close":{"id":3,)" AT1
                                   "}}\n"
                                   // Closed: if the id comes back it is another span.
                                   R"({"Enter":{"id":2,)" AT1
                                   "}}\n"
                                   // Wakers outlive tasks: they begin nothing.
                                   R"({"Waker":{"id":3,"op":"Drop",)" AT1 "}}\n");
  EXPECT_THAT(log.records,
              ElementsAre("1000000005 header", "1000000005 implied new 2", "1000000005 enter 2",
                          "1000000005 exit 2", "1000000005 close 2", "1000000005 implied new 3",
                          "1000000005 close 3", "1000000005 implied new 2", "1000000005 enter 2",
                          R"(1000000005 waker.drop of 3 target="tokio::task::waker")"));
  EXPECT_EQ(log.coverage.events, 6U);
}

TEST(ConsoleRecording, KeysMayComeInAnyOrderWithBlanksAndUnknownOnesAmongThem) {
  const ReadLog log = read_text(
      kRecordingHeader +
      R"( { "Waker" : { "note" : [1, {"x": null}], )"
      R"("at":{"nanos_since_epoch":5,"extra":1e400,"secs_since_epoch":1},)"
      R"("op":{"Wake":{"since":0,"self_wake":true}}, "id" : 7 } } )"
      "\n"
      R"({"Spawn":{"fields":[{"value":"a\u00e9\n\"","name":"n\u0061me"}],"id":8,)" AT1 "}}\n");
  EXPECT_EQ(test::show(log.coverage.problems), "");
  EXPECT_THAT(log.records,
              ElementsAre("1000000005 header",
                          R"(1000000005 waker.wake of 7 target="tokio::task::waker" self-wake)",
                          "1000000005 new 8 \"runtime.spawn\" {name=\"aé\\n\\\"\"}"));
}

// A blank is all that keeps a line from being read the short way.
TEST(ConsoleRecording, TheShortWayComesToWhatTheLongOneDoes) {
  std::mt19937 random(1);
  const auto any = [&](std::initializer_list<const char*> texts) {
    return std::string(texts.begin()[random() % texts.size()]);
  };
  std::size_t told = 0;
  for (int i = 0; i < 8000; ++i) {
    std::string body =
        any({"Enter", "Exit", "Close", "Waker", "Waker", "Waker", "Enters"}) + "\":{\"id\":" +
        any({"1", "7", "0", "01", "274877906945", "18446744073709551615", "99999999999999999999",
             "-1"}) +
        any({",", ",", ",", ",\"op\":\"Clone\",", ",\"op\":\"Drop\",", ",\"op\":\"Drops\",",
             ",\"op\":{\"Wake\":{\"self_wake\":true}},",
             ",\"op\":{\"WakeByRef\":{\"self_wake\":false}},",
             ",\"op\":{\"WakeByRef\":{\"self_wake\":1}},"}) +
        "\"at\":{\"secs_since_epoch\":" +
        any({"0", "1", "1795772024", "9223372035", "9223372036", "1.5"}) +
        ",\"nanos_since_epoch\":" + any({"0", "5", "999999999", "1000000000", "07"}) +
        any({"}}}", "}}}", "}}", "}}}}"});
    if (random() % 4 == 0) body[random() % body.size()] = "\",}{0 x\x80"[random() % 8];
    const ReadLog plain = read_text(kRecordingHeader + "{\"" + body + "\n");
    const ReadLog blank = read_text(kRecordingHeader + "{ \"" + body + "\n");
    EXPECT_EQ(plain.records, blank.records) << body;
    EXPECT_EQ(plain.coverage.problems.size(), blank.coverage.problems.size()) << body;
    told += plain.records.size() > 1 ? 1 : 0;
  }
  EXPECT_GT(told, 300U);
}

TEST(ConsoleRecording, ASecondHeaderBeginsAnotherRecording) {
  const ReadLog log = read_text(kRecordingHeader + R"({"Enter":{"id":2,)" AT1 "}}\n" +
                                kRecordingHeader + R"({"Enter":{"id":2,)" AT1 "}}\n");
  EXPECT_THAT(log.records,
              ElementsAre("1000000005 header", "1000000005 implied new 2", "1000000005 enter 2",
                          "1000000005 header", "1000000005 implied new 2", "1000000005 enter 2"));
  EXPECT_EQ(log.coverage.recordings, 2U);
  // A recording whose own header was overwritten comes before the only one.
  EXPECT_EQ(read_text(R"({"Enter":{"id":2,)" AT1 "}}\n" + kRecordingHeader).coverage.recordings,
            2U);
  EXPECT_EQ(read_text(kRecordingHeader).coverage.recordings, 1U);
}

TEST(ConsoleRecording, NulsInFrontOfALineAreReportedAndTheLineIsRead) {
  const ReadLog log = read_text(kRecordingHeader + std::string(5, '\0') +
                                R"({"Enter":{"id":2,)" AT1 "}}\n" + std::string(3, '\0') + "\n");
  EXPECT_THAT(log.records,
              ElementsAre("1000000005 header", "1000000005 implied new 2", "1000000005 enter 2"));
  ASSERT_EQ(log.coverage.problems.size(), 2U);
  EXPECT_EQ(log.coverage.problems[0].message,
            "expected a recording's line, found 5 NUL bytes in front of it: the file was "
            "overwritten while it was being recorded");
  EXPECT_EQ(log.coverage.problems[0].severity, Severity::kDataLoss);
  EXPECT_EQ(log.coverage.bytes_skipped, 4U);
}

TEST(ConsoleRecording, SaysWhatIsWrongWithALineAndWhere) {
  const struct {
    const char* line;
    const char* want;
  } kCases[] = {
      {R"("id":7}})", "info 2:1 not a log line: expected an object, found a string"},
      {R"({"Enter":{"id":"7",)" AT1 "}}", "loss 2:16 expected a number for \"id\", found a string"},
      {R"({"Enter":{"id":18446744073709551616,)" AT1 "}}",
       "loss 2:16 expected a number of at most 64 bits for \"id\", found 18446744073709551616"},
      {R"({"Enter":{"id":1.5,)" AT1 "}}",
       "loss 2:16 expected a whole number from 0 for \"id\", found 1.5"},
      {R"({"Enter":{"id":0,)" AT1 "}}", "loss 2:16 expected a span id from 1, found 0"},
      {R"({"Enter":{"id":7}})", "loss 2:10 expected a key \"at\""},
      {R"({"Waker":{"id":7,)" AT1 "}}", "loss 2:10 expected a key \"op\""},
      {R"({"Waker":{"id":7,"op":"Sing",)" AT1 "}}",
       "loss 2:23 expected \"Clone\", \"Drop\", \"Wake\" or \"WakeByRef\" for \"op\", found "
       "\"Sing\""},
      {R"({"Enter":{"id":7,"at":{"secs_since_epoch":1,"nanos_since_epoch":1000000000}}})",
       "loss 2:65 expected less than 1000000000 for \"nanos_since_epoch\""},
      {R"({"Enter":{"id":7,"at":{"secs_since_epoch":1}}})",
       "loss 2:23 expected a key \"nanos_since_epoch\" in \"at\""},
      {R"({"Enter":{"id":7,"at":{"secs_since_epoch":99999999999,"nanos_since_epoch":0}}})",
       "loss 2:43 expected an instant before the year 2262"},
      {R"({"Enter":{"id":7,"at":{"secs_si)",
       "loss 2:32 the string that starts at column 24 has no end"},
      {R"({"Jump":{"id":7}})",
       "loss 2:1 expected a key \"v\", \"Spawn\", \"Enter\", \"Exit\", \"Close\" or \"Waker\""},
      {R"({"Spawn":{"id":7,)" AT1 R"(,"fields":[{"name":"a"}]}})",
       "loss 2:78 expected a key \"value\""},
      {R"({"v":2})",
       "error 2:0 expected version 1 of the recording format, found 2: read as if it were 1, "
       "figures may be wrong"},
      {R"({"v":1}{"v":1})", "loss 2:8 expected the end of the line, found an object"},
      {"{\"Spawn\":{\"id\":7," AT1 ",\"fields\":[{\"name\":\"a\",\"value\":\"\xc3(\"}]}}",
       "info 2:99 expected UTF-8, found byte 0xc3: kept as it is"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.line);
    const ReadLog log = read_text(kRecordingHeader + c.line + "\n");
    EXPECT_EQ(test::show_briefly(log.coverage.problems), c.want);
  }
}

}  // namespace
}  // namespace ari::replay

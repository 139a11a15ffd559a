#include "replay/input/fmt_json.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/replay/input/reading.h"

namespace ari::replay {
namespace {

using test::read_text;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kTask =
    R"({"kind":"task","loc.col":5,"loc.file":"a.rs","loc.line":10,"task.id":18,"task.name":"",)"
    R"("name":"runtime.spawn"})";
const std::string kStart = R"({"timestamp":"1970-01-01T00:00:01.000000Z","level":"TRACE",)";

// Members of a line, without a comma in front.
std::string fields(const std::string& members) { return "\"fields\":{" + members + "}"; }
std::string message(const std::string& text) { return fields("\"message\":\"" + text + "\""); }
std::string inside(const std::string& span, const std::string& around) {
  return fmt::format(R"(,"span":{},"spans":[{}])", span, around);
}
std::string thread(int number) { return fmt::format(R"j(,"threadId":"ThreadId({})")j", number); }

std::string line(const std::string& what, const std::string& target, const std::string& more) {
  return kStart + what + ",\"target\":\"" + target + "\"" + more + "}\n";
}

std::vector<std::string> records_of(const std::string& lines) {
  const test::ReadLog log = read_text(lines);
  EXPECT_EQ(log.error, "");
  EXPECT_EQ(log.coverage.format, "fmt JSON");
  EXPECT_EQ(test::show(log.coverage.problems), "");
  return log.records;
}

TEST(FmtJson, TellsEveryKindOfLine) {
  const std::string log =
      line(message("new"), "tokio::task", inside(kTask, "") + thread(3)) +
      line(message("enter"), "tokio::task", inside(kTask, kTask) + thread(3)) +
      line(fields(R"("message":"hi","n":-1,"s":"x","ok":true,"raw":[1,2])"), "app",
           inside(kTask, kTask) + R"(,"threadName":"w")" + thread(3)) +
      line(fields(R"("op":"waker.clone","task.id":1)"), "tokio::task::waker",
           inside(kTask, kTask) + thread(3)) +
      line(message("exit"), "tokio::task", inside(kTask, "") + thread(3)) +
      line(fields(R"("op":"waker.wake","task.id":1)"), "tokio::task::waker", thread(1)) +
      line(fields(R"("message":"close","time.busy":"1µs","time.idle":"2µs")"), "tokio::task",
           inside(kTask, "") + thread(1));
  EXPECT_THAT(
      records_of(log),
      ElementsAre(
          R"(1000000000 th3 new 18 "runtime.spawn" target="tokio::task" {kind=~task loc.col=5u )"
          R"(loc.file="a.rs" loc.line=10u task.id=18u task.name=~})",
          "1000000000 th3 enter 18", R"(1000000000 th3 thread "w")",
          R"(1000000000 th3 event in 18 target="app" {message=~hi n=-1i s="x" ok=true )"
          R"(raw=~[1,2]})",
          R"(1000000000 th3 waker.clone of 18 in 18 target="tokio::task::waker")",
          "1000000000 th3 exit 18",
          R"(1000000000 th1 waker.wake of 18 target="tokio::task::waker")",
          "1000000000 th1 close 18"));
}

TEST(FmtJson, WithoutTargetsTellsTokiosEventsByTheirFields) {
  const auto at = [&](const std::string& what, const std::string& more) {
    return kStart + what + more + "}\n";
  };
  const std::vector<std::string> records = records_of(
      at(message("new"), inside(kTask, "")) + at(message("enter"), inside(kTask, kTask)) +
      at(fields(R"("op":"waker.clone","task.id":1)"), inside(kTask, kTask)));
  ASSERT_EQ(records.size(), 3U);
  EXPECT_THAT(records[2], testing::HasSubstr("waker.clone of 18 in 18"));
}

// Spans that look alike are made in two tasks and entered in a third, as .instrument() does
// in front of a spawn: the lines list the tasks in which they were made.
TEST(FmtJson, TheListOfSpansTellsSpansThatLookAlike) {
  const auto task = [](int id) {
    return fmt::format(R"({{"kind":"task","task.id":{},"task.name":"","name":"runtime.spawn"}})",
                       id);
  };
  const std::string job = R"({"name":"job"})";
  for (const std::string& th : {std::string(), thread(3)}) {  // without threads, too
    SCOPED_TRACE(th);
    std::string log;
    for (const int id : {18, 19}) {
      log += line(message("new"), "tokio::task", inside(task(id), "") + th) +
             line(message("enter"), "tokio::task", inside(task(id), task(id)) + th) +
             line(message("new"), "app", inside(job, task(id)) + th) +
             line(message("exit"), "tokio::task", inside(task(id), "") + th);
    }
    const std::string in_job = inside(job, task(19) + "," + job) + th;
    log += line(message("new"), "tokio::task", inside(task(20), "") + th) +
           line(message("enter"), "tokio::task", inside(task(20), task(20)) + th) +
           line(message("enter"), "app", in_job) + line(message("hi"), "app", in_job);
    const std::vector<std::string> records = records_of(log);
    ASSERT_EQ(records.size(), 12U);
    EXPECT_THAT(records[2], HasSubstr(R"(new 1000000001 in 18 "job")"));
    EXPECT_THAT(records[6], HasSubstr(R"(new 1000000002 in 19 "job")"));
    EXPECT_THAT(records[10], HasSubstr("enter 1000000002"));
    EXPECT_THAT(records[11], HasSubstr("event in 1000000002"));
  }
}

std::string task_of(int id) {
  return fmt::format(R"({{"kind":"task","task.id":{},"task.name":"","name":"runtime.spawn"}})", id);
}

// Two tasks that are polled at once, in a log without threads.
std::string two_tasks_polled() {
  std::string log;
  for (const int id : {18, 19}) {
    log += line(message("new"), "tokio::task", inside(task_of(id), "")) +
           line(message("enter"), "tokio::task", inside(task_of(id), task_of(id)));
  }
  return log;
}

// A timer's poll and a channel's differ in nothing else.
TEST(FmtJson, AnExitIsOfTheSpanThatHasItsTarget) {
  const std::string poll = R"({"name":"runtime.resource.async_op.poll"})";
  std::string log = two_tasks_polled();
  for (const char* word : {"new", "enter"}) {
    log += line(message(word), "tokio::time::sleep", inside(poll, task_of(18))) +
           line(message(word), "tokio::sync::mpsc", inside(poll, task_of(19)));
  }
  log += line(message("exit"), "tokio::time::sleep", inside(poll, task_of(18))) +
         line(message("exit"), "tokio::sync::mpsc", inside(poll, task_of(19)));
  const std::vector<std::string> records = records_of(log);
  ASSERT_EQ(records.size(), 10U);
  EXPECT_EQ(records[6], "1000000000 enter 1000000001");
  EXPECT_EQ(records[8], "1000000000 exit 1000000001");
  EXPECT_EQ(records[9], "1000000000 exit 1000000002");
}

// `new` of a task's span is no event in the span of another task.
TEST(FmtJson, WhileSeveralTasksArePolledAWordIsAboutASpan) {
  const std::string apply = R"({"name":"apply"})";
  const std::vector<std::string> records =
      records_of(two_tasks_polled() + line(message("new"), "app::set", inside(apply, task_of(18))) +
                 line(message("enter"), "app::set", inside(apply, task_of(18) + "," + apply)) +
                 line(message("new"), "app::get", inside(apply, task_of(19))) +
                 line(message("enter"), "app::get", inside(apply, task_of(19) + "," + apply)));
  EXPECT_THAT(records, testing::Contains(HasSubstr("0 new 1000000002 ")));
  EXPECT_EQ(records.back(), "1000000000 enter 1000000002");
}

// It was taken for one that looks alike, or its registry closes spans before they are left.
TEST(FmtJson, WithoutThreadsAnExitBehindTheCloseIsNoExitWithoutEnter) {
  const std::string job = R"({"name":"job"})";
  const std::string times = fields(R"("message":"close","time.busy":"1.0µs","time.idle":"1.0µs")");
  const std::string log = line(message("new"), "app", inside(job, "")) +
                          line(message("enter"), "app", inside(job, job)) +
                          line(times, "app", inside(job, job)) +
                          line(message("exit"), "app", inside(job, ""));
  const test::ReadLog read = read_text(log);
  EXPECT_THAT(read.records, ElementsAre(HasSubstr("new"), HasSubstr("enter"), HasSubstr("close")));
  EXPECT_EQ(read.coverage.events, 4U);
}

// A user's fields may be called like the format's own keys.
TEST(FmtJson, FlattenedFieldsMayClashWithKeys) {
  EXPECT_THAT(
      records_of(kStart + R"("message":"clash","name":"n","level":"L","target":"T","span":3,)" +
                 R"("target":"app","span":{"i":1,"name":"step"}})" + "\n"),
      ElementsAre(R"(1000000000 implied new 1000000001 "step" {i=1u})",
                  R"(1000000000 event in 1000000001 target="app" {message=~clash name="n" )"
                  R"(level="L" span=3u target="T"})"));
}

TEST(FmtJson, WithoutTheLinesOwnSpanShowsSpansWhenTheyAreEntered) {
  const test::ReadLog log =
      read_text(line(message("new"), "tokio::task", R"(,"spans":[])" + thread(1)) +
                line(message("enter"), "tokio::task", ",\"spans\":[" + kTask + "]" + thread(1)) +
                line(message("exit"), "tokio::task", R"(,"spans":[])" + thread(1)));
  EXPECT_THAT(log.records, ElementsAre(HasSubstr("th1 implied new 18 \"runtime.spawn\""),
                                       "1000000000 th1 enter 18", "1000000000 th1 exit 18"));
  EXPECT_EQ(log.coverage.events, 3U);
  EXPECT_FALSE(log.coverage.facts.lifetimes);
  EXPECT_TRUE(log.coverage.facts.polls);
}

// A timer's op begins behind its resource, not inside of it.
TEST(FmtJson, ParentsAreWorkedOutWhereSpansBegin) {
  const std::string timer = R"({"concrete_type":"Sleep","name":"runtime.resource"})";
  const std::string op = R"({"source":"Sleep::new_timeout","name":"runtime.resource.async_op"})";
  const std::string log = line(message("new"), "t", inside(timer, "") + thread(1)) +
                          line(message("new"), "t", inside(op, "") + thread(1)) +
                          line(message("enter"), "t", inside(timer, timer) + thread(1)) +
                          line(message("enter"), "t", inside(op, timer + "," + op) + thread(1)) +
                          line(message("new"), "t", inside(R"({"name":"a"})", op) + thread(1));
  EXPECT_THAT(
      records_of(log),
      ElementsAre(
          R"(1000000000 th1 new 1000000001 "runtime.resource" target="t" {concrete_type="Sleep"})",
          R"(1000000000 th1 new 1000000002 in 1000000001 "runtime.resource.async_op" target="t" )"
          R"({source="Sleep::new_timeout"})",
          "1000000000 th1 enter 1000000001", "1000000000 th1 enter 1000000002",
          R"(1000000000 th1 new 1000000003 in 1000000002 "a" target="t")"));
}

// Before Tokio 1.40 a timer was inside of the task that made it.
TEST(FmtJson, ParentsArePutRightWhenSpansAreEntered) {
  const std::string timer = R"({"concrete_type":"Sleep","name":"runtime.resource"})";
  const std::string later = R"({"concrete_type":"Sleep","loc.line":2,"name":"runtime.resource"})";
  const std::vector<std::string> records =
      records_of(line(message("new"), "t", inside(kTask, "") + thread(1)) +
                 line(message("enter"), "t", inside(kTask, kTask) + thread(1)) +
                 line(message("new"), "t", inside(timer, kTask) + thread(1)) +
                 line(message("enter"), "t", inside(timer, kTask + "," + timer) + thread(1)) +
                 line(message("exit"), "t", inside(timer, kTask) + thread(1)) +
                 line(message("new"), "t", inside(later, kTask) + thread(1)));
  ASSERT_EQ(records.size(), 7U);
  EXPECT_THAT(records[2], HasSubstr("new 1000000001 \"runtime.resource\""));
  EXPECT_THAT(records[3], HasSubstr("implied new 1000000001 in 18 \"runtime.resource\""));
  EXPECT_THAT(records[6], HasSubstr("new 1000000002 in 18 \"runtime.resource\""));
}

struct Broken {
  const char* line;
  const char* want;  // severity, place, message
};
constexpr Broken kBroken[] = {
    {R"({"timestamp":"1970-01-01T00:00:01Z","level":"TRACE","fields":{"a":1},"target":"x")",
     "loss 2:82 expected ',' or '}', found the end of the line"},
    {R"({"timestamp":"yesterday","level":"TRACE","fields":{},"target":"x"})",
     R"(loss 2:14 expected an instant such as 2026-11-23T12:34:01.927131Z for "timestamp", found )"
     R"("yesterday")"},
    {R"({"timestamp":"1970-01-01T00:00:01Z","level":"LOUD","fields":{},"target":"x"})",
     R"(loss 2:45 expected TRACE, DEBUG, INFO, WARN or ERROR for "level", found "LOUD")"},
    {R"({"level":"TRACE","fields":{},"target":"x"})", R"(loss 2:1 expected a key "timestamp")"},
    {R"({"timestamp":"1970-01-01T00:00:01Z","level":"TRACE","spans":[3]})",
     R"(loss 2:62 expected an object for "spans", found a number)"},
    {"listening\"}", "info 2:1 not a log line: expected an object, found 'l'"},
};

TEST(FmtJson, ABrokenLineCostsThatLineAndIsLocated) {
  const std::string good = line(message("hi"), "app", "");
  for (const Broken& broken : kBroken) {
    SCOPED_TRACE(broken.line);
    const test::ReadLog log = read_text(good + broken.line + "\n" + good);
    EXPECT_EQ(log.records.size(), 2U);
    EXPECT_EQ(test::show_briefly(log.coverage.problems), broken.want);
    EXPECT_EQ(log.coverage.lines_skipped, 1U);
  }
}

// A made-up log can say that a span is inside of what began inside of it.
TEST(FmtJson, ASpanIsNeverItsOwnAncestor) {
  const std::string resource =
      R"({"concrete_type":"Mutex","kind":"Sync","name":"runtime.resource"})";
  const std::string op = R"({"source":"Mutex::lock","name":"runtime.resource.async_op"})";
  const std::string poll = R"({"poll_op_name":"p","name":"runtime.resource.async_op.poll"})";
  const std::vector<std::string> records = records_of(
      line(message("new"), "tokio::time", inside(resource, "")) +
      line(message("new"), "tokio::time", inside(op, "")) +
      line(message("new"), "tokio::time", inside(poll, "")) +
      line(message("enter"), "tokio::time", inside(op, poll + "," + op)) +
      line(fields(R"("op":"waker.clone","task.id":5)"), "tokio::task::waker", inside(poll, op)));
  ASSERT_EQ(records.size(), 5U);
  EXPECT_THAT(records[3], HasSubstr(" enter "));
}

}  // namespace
}  // namespace ari::replay

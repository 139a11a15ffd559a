// fmt's Full, Compact and Pretty: what each of them alone has to get right. That they tell
// the same run alike is tested in fmt_captures_test.cc and fmt_properties_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/replay/input/reading.h"

namespace ari::replay {
namespace {

using test::read_text;
using testing::ElementsAre;

#define AT "1970-01-01T00:00:01.000000Z TRACE "
#define TASK \
  "runtime.spawn{kind=task task.name=a}: b task.id=4 loc.file=\"a.rs\" loc.line=6 loc.col=37}:"
#define TASK_SHOWN \
  "kind=~task task.name=~a}: b task.id=4u loc.file=\"a.rs\" loc.line=6u loc.col=37u"

std::vector<std::string> records_of(const std::string& lines, const std::string& format) {
  const test::ReadLog log = read_text(lines);
  EXPECT_EQ(log.error, "");
  EXPECT_EQ(log.coverage.format, format);
  EXPECT_EQ(test::show(log.coverage.problems), "");
  return log.records;
}

TEST(FmtFull, TellsEveryKindOfLine) {
  EXPECT_THAT(
      records_of(AT
                 "ThreadId(02) " TASK " tokio::task: new\n" AT "ThreadId(02) " TASK
                 " tokio::task: enter\n" AT "ThreadId(02) " TASK "run: app: new\n" AT
                 "ThreadId(02) " TASK "run: app: enter\n" AT "ThreadId(02) " TASK
                 "run: app: got: {it} n=3 list=[\"x\", \"y\"] t=\"a b\"\n" AT "ThreadId(02) " TASK
                 "run: tokio::task::waker: op=\"waker.clone\" task.id=1\n" AT "ThreadId(02) " TASK
                 "run: app: exit\n" AT "ThreadId(02) " TASK
                 "run: app: close time.busy=39.7µs time.idle=1.20ms\n" AT "ThreadId(02) " TASK
                 " tokio::task: exit\n" AT
                 "ThreadId(02) tokio::task::waker: op=\"waker.wake\" task.id=1\n",
                 "fmt Full"),
      ElementsAre("1000000000 th2 new 4 \"runtime.spawn\" target=\"tokio::task\" {" TASK_SHOWN "}",
                  "1000000000 th2 enter 4",
                  R"(1000000000 th2 new 1000000001 in 4 "run" target="app")",
                  "1000000000 th2 enter 1000000001",
                  R"(1000000000 th2 event in 1000000001 target="app" {n=3u list=~["x", "y"] )"
                  R"(t="a b" message=~got: {it}})",
                  R"(1000000000 th2 waker.clone of 4 in 1000000001 target="tokio::task::waker")",
                  "1000000000 th2 exit 1000000001", "1000000000 th2 close 1000000001",
                  "1000000000 th2 exit 4",
                  R"(1000000000 th2 waker.wake of 4 target="tokio::task::waker")"));
}

// Each begins with a thread's name, padded to the longest so far, or does not.
TEST(FmtFull, KnowsThreadsNamesFromSpans) {
  const std::vector<std::string> with = records_of(
      AT "tokio-rt-worker runtime.spawn{kind=task task.id=4}: tokio::task: new\n" AT
         "           main app: hello\n" AT "tokio-rt-worker HTTP request{a=1}: app: new\n",
      "fmt Full");
  ASSERT_EQ(with.size(), 3U);
  EXPECT_EQ(with[1], R"(1000000000 event target="app" {message=~hello})");
  EXPECT_EQ(with[2], R"(1000000000 new 1000000001 "HTTP request" target="app" {a=1u})");
  const std::vector<std::string> without =
      records_of(AT "runtime.spawn{kind=task task.id=4}: tokio::task: new\n" AT
                    "HTTP request{a=1}: app: new\n",
                 "fmt Full");
  ASSERT_EQ(without.size(), 2U);
  EXPECT_EQ(without[1], R"(1000000000 new 1000000001 "HTTP request" target="app" {a=1u})");
}

// A thread may be called anything: actix-rt's are called like the first of these.
TEST(FmtTexts, ThreadsNamesMayHoldAnythingInFrontOfAnId) {
  for (const std::string name :
       {"actix-rt|system:0|arbiter:0", "grpc:", "a: b", "w{1}", "pool{a}", "db=1", "two words"}) {
    SCOPED_TRACE(name);
    const std::string at = AT + name + " ThreadId(06) ";
    const auto all = ElementsAre(
        R"(1000000000 th6 thread ")" + name + '"',
        R"(1000000000 th6 new 4 "runtime.spawn" target="tokio::task" {kind=~task task.id=4u})",
        R"(1000000000 th6 event target="app" {message=~hi})",
        R"(1000000000 th6 new 1000000001 "req" target="app" {a=1u})");
    EXPECT_THAT(records_of(at + "runtime.spawn{kind=task task.id=4}: tokio::task: new\n" + at +
                               "app: hi\n" + at + "req{a=1}: app: new\n",
                           "fmt Full"),
                all);
    EXPECT_THAT(records_of(at + "runtime.spawn: tokio::task: new kind=task task.id=4\n" + at +
                               "app: hi\n" + at + "req: app: new a=1\n",
                           "fmt Compact"),
                all);
  }
}

// Of a log without ids, a message may tell one.
TEST(FmtFull, AnIdInAMessageIsNotTheThreads) {
  EXPECT_THAT(records_of(AT "runtime.spawn{kind=task task.id=4}: tokio::task: new\n" AT
                            "app: joined ThreadId(3) and more\n" AT
                            "app: saw \"x ThreadId(3) tokio::task\"\n",
                         "fmt Full"),
              ElementsAre(testing::_,
                          R"(1000000000 event target="app" {message=~joined ThreadId(3) and more})",
                          R"(1000000000 event target="app" )"
                          R"({message=~saw "x ThreadId(3) tokio::task"})"));
}

// Two tasks are polled at once: whose mutex it is, of two that look alike, only threads would tell.
TEST(FmtFull, CountsLinesThatAreGuessedAndSinceWhenTheyMayBeAboutLocks) {
  const auto line = [](int at, const std::string& thread, const std::string& rest) {
    return "1970-01-01T00:00:01.00000" + std::to_string(at) + "Z TRACE " + thread + rest + "\n";
  };
  const auto task = [](int id) {
    return "runtime.spawn{kind=task task.name= task.id=" + std::to_string(id) + "}: tokio::task: ";
  };
  for (const bool threads : {false, true}) {
    SCOPED_TRACE(threads);
    const std::string one = threads ? "ThreadId(01) " : "", two = threads ? "ThreadId(02) " : "";
    std::string log;
    for (const char* resource : {"Sleep", "Mutex"}) {
      const bool is_lock = resource == std::string("Mutex");
      const std::string span = "runtime.resource{concrete_type=\"" + std::string(resource) +
                               "\" kind=\"" + (is_lock ? "Sync" : "timer") +
                               "\" loc.line=7}: tokio: ";
      const int at = is_lock ? 5 : 0;
      for (const auto& [thread, id] : {std::pair(one, 4), std::pair(two, 5)}) {
        if (!is_lock) log += line(at, thread, task(id) + "new");
        log += line(at, thread, task(id) + "enter") + line(at, thread, span + "new");
      }
      log += line(at + 1, one, span + "enter") + line(at + 2, one, span + "exit");
      for (const auto& [thread, id] : {std::pair(two, 5), std::pair(one, 4)}) {
        log += line(at + 3, thread, task(id) + "exit");
      }
    }
    const test::ReadLog read = read_text(log);
    EXPECT_EQ(test::show(read.coverage.problems), "");
    ASSERT_TRUE(read.coverage.inferred.has_value());
    const Inferred& inferred = *read.coverage.inferred;
    EXPECT_EQ(inferred.lines_guessed, threads ? 0U : 4U);
    EXPECT_EQ(inferred.locks_guessed_since_unix_ns,
              threads ? std::nullopt : std::optional<std::int64_t>(1'000'006'000));
  }
}

// What is recorded later is added to the text of the span that the thread is in.
TEST(FmtFull, FieldsMayBeRecordedLater) {
  EXPECT_THAT(
      records_of(AT "ThreadId(02) req{a=1}: app: new\n" AT "ThreadId(02) req{a=1}: app: enter\n" AT
                    "ThreadId(02) req{a=1 status=200}: app: exit\n" AT
                    "ThreadId(02) req{a=1 status=200}: app: close time.busy=1ns time.idle=1s\n",
                 "fmt Full"),
      ElementsAre(R"(1000000000 th2 new 1000000001 "req" target="app" {a=1u})",
                  "1000000000 th2 enter 1000000001",
                  R"(1000000000 th2 implied new 1000000001 "req" target="app" )"
                  R"({a=1u status=200u})",
                  "1000000000 th2 exit 1000000001", "1000000000 th2 close 1000000001"));
}

#define IS "\x1b[0m\x1b[2m=\x1b[0m"

// A terminal's layer wrote the fields; the file's layer prints them as they are.
TEST(FmtTexts, FieldsOfSpansMayBeInColourWhereNothingElseIs) {
  const std::string fields = "\x1b[3mkind" IS "task \x1b[3mtask.name" IS "rx \x1b[3mtask.id" IS "4";
  const auto all = ElementsAre(
      R"(1000000000 new 4 "runtime.spawn" target="tokio::task" {kind=~task task.name=~rx )"
      R"(task.id=4u})",
      "1000000000 enter 4", R"(1000000000 event in 4 target="app" {a=1u message=~hi})",
      "1000000000 exit 4", "1000000000 close 4");
  std::string full, compact;
  for (const char* what :
       {"tokio::task: new", "tokio::task: enter", "app: hi a=1", "tokio::task: exit",
        "tokio::task: close time.busy=1.0µs time.idle=2ns"}) {
    full += AT "runtime.spawn{" + fields + "}: " + what + "\n";
    compact += std::string(AT "runtime.spawn: ") + what + " " + fields + "\n";
  }
  EXPECT_THAT(records_of(full, "fmt Full"), all);
  EXPECT_THAT(records_of(compact, "fmt Compact"), all);
}

TEST(FmtFull, KeepsEscapeSequencesThatAPlainLineHolds) {
  EXPECT_THAT(records_of(AT TASK " app: \x1b[31mred\x1b[0m a=1\n", "fmt Full"),
              ElementsAre(testing::_, R"(1000000000 event in 4 target="app" )"
                                      "{a=1u message=~\x1b[31mred\x1b[0m}"));
}

// Without them it is not even known whether it is a task.
TEST(FmtTexts, ARuntimeSpawnWhoseFieldsCannotBeReadIsReported) {
  const std::string task = "runtime.spawn{KIND:task;TASK.ID:4}: tokio::task: ";
  for (const std::string& log :
       {AT + task + "new\n" AT + task + "enter\n",
        std::string("  " AT "tokio::task: new\n    in tokio::task::runtime.spawn with "
                    "KIND~task\n\n")}) {
    SCOPED_TRACE(log);
    EXPECT_EQ(test::show_briefly(read_text(log).coverage.problems),
              "loss 1:0 expected the fields of runtime.spawn, kind= first, found none that can be "
              "read: what it runs is unknown");
  }
}

TEST(FmtFull, WordsAboutSpansMayBeMessages) {
  EXPECT_THAT(
      records_of(
          AT "ThreadId(02) req{a=1}: app: new\n" AT "ThreadId(02) req{a=1}: app: enter\n" AT
             "ThreadId(02) req{a=1}: app: new\n" AT "ThreadId(02) req{a=1}: app::other: enter\n" AT
             "ThreadId(02) req{a=1}: app: close\n" AT "ThreadId(02) req{a=1}: app: created: new\n",
          "fmt Full"),
      ElementsAre(testing::HasSubstr(" new 1000000001"), testing::HasSubstr(" enter "),
                  R"(1000000000 th2 event in 1000000001 target="app" {message=~new})",
                  R"(1000000000 th2 event in 1000000001 target="app::other" )"
                  R"({message=~enter})",
                  R"(1000000000 th2 event in 1000000001 target="app" {message=~close})",
                  R"(1000000000 th2 event in 1000000001 target="app" )"
                  R"({message=~created: new})"));
}

// Former bug: from such a line on, the log's instants counted as exact to the microsecond.
TEST(FmtFull, AMessageThatEndsLikeALineAboutASpanLeavesTheInstantsAsCoarseAsTheyAre) {
  const test::ReadLog log = read_text(
      "2026-11-23T12:34:01.500Z TRACE req{a=1}: app: new\n"
      "2026-11-23T12:34:01.500Z TRACE req{a=1}: app: enter\n"
      "2026-11-23T12:34:01.500Z TRACE req{a=1}: app: created: new\n");
  EXPECT_EQ(log.records.size(), 3U);
  EXPECT_EQ(log.coverage.resolution_ns(), 1'000'000);
}

TEST(FmtFull, WithoutTargetsTellsTokiosEventsByTheirFields) {
  const test::ReadLog log = read_text(
      AT "ThreadId(02) " TASK " new\n" AT "ThreadId(02) " TASK " enter\n" AT "ThreadId(02) " TASK
         " op=\"waker.clone\" task.id=1\n" AT "ThreadId(02) " TASK " some text: here\n");
  EXPECT_THAT(log.records,
              ElementsAre(testing::StartsWith("1000000000 th2 new 4 \"runtime.spawn\" {"),
                          "1000000000 th2 enter 4",
                          R"(1000000000 th2 waker.clone of 4 in 4 target="tokio::task::waker")",
                          R"(1000000000 th2 event in 4 {message=~some text: here})"));
  EXPECT_FALSE(log.coverage.facts.targets);
}

// Nothing but Tokio speaks inside of its resources; a waker may be used outside of all spans.
TEST(FmtFull, WithoutTargetsTellsStateUpdatesAndEventsInNoSpan) {
#define RESOURCE "runtime.resource{concrete_type=\"Semaphore\" kind=\"Sync\"}:"
  const test::ReadLog log =
      read_text(AT RESOURCE " new\n" AT RESOURCE " enter\n" AT RESOURCE
                            " permits=1 permits.op=\"sub\"\n" AT RESOURCE
                            " op_name=\"poll_acquire\" is_ready=true\n" AT RESOURCE
                            " permits_obtained=1 permits.op=\"add\"\n" AT RESOURCE " exit\n" AT
                            "op=\"waker.wake\" task.id=1\n" AT "hello there\n");
  EXPECT_EQ(test::show(log.coverage.problems), "");
  ASSERT_EQ(log.records.size(), 8U);
  EXPECT_EQ(log.records[2], R"(1000000000 event in 1000000001 target="runtime::resource::)"
                            R"(state_update" {permits=1u permits.op="sub"})");
  EXPECT_THAT(log.records[3], testing::HasSubstr(R"(target="runtime::resource::poll_op")"));
  EXPECT_THAT(log.records[4],
              testing::HasSubstr(R"(target="runtime::resource::async_op::state_update")"));
  EXPECT_EQ(log.records[7], "1000000000 event {message=~hello there}");
}

TEST(FmtFull, AValueMayHoldWhatLooksLikeTheEndOfItsSpan) {
  const std::string known = AT "runtime.spawn{kind=task task.id=4 loc.col=1}: tokio::task: new\n";
  const std::string span = "req{path=a}: b n=2}: ";
  const test::ReadLog log =
      read_text(known + AT + span + "app: new\n" + AT + span + "app: enter\n" + AT + span +
                "app: hello\n" AT + span + "app: exit\n" AT "req{path=a}: app: created: new\n");
  EXPECT_EQ(test::show(log.coverage.problems), "");
  ASSERT_EQ(log.records.size(), 7U);
  EXPECT_THAT(log.records[1], testing::HasSubstr("new 1000000001 \"req\" target=\"app\""));
  EXPECT_EQ(log.records[2], "1000000000 enter 1000000001");
  EXPECT_THAT(log.records[3], testing::HasSubstr("event in 1000000001 target=\"app\""));
  EXPECT_EQ(log.records[4], "1000000000 exit 1000000001");
  EXPECT_THAT(log.records[6], testing::HasSubstr("message=~created: new"));
}

TEST(FmtFull, SaysWhatTimesOfItsOwnFormLeaveOpen) {
  const test::ReadLog no_zone = read_text(
      "2026-11-23 12:34:01.5 TRACE req{a=1}: app: new\n"
      "2026-11-23 12:34:01.5 TRACE req{a=1}: app: enter\n");
  EXPECT_EQ(no_zone.records.size(), 2U);
  EXPECT_EQ(test::show_briefly(no_zone.coverage.problems),
            "info 1:0 times tell no offset from UTC: they are taken for UTC");
  const test::ReadLog no_day = read_text("12:34:01.5 TRACE req{a=1}: app: new\n");
  EXPECT_EQ(test::show_briefly(no_day.coverage.problems),
            "info 1:0 times tell no day: they are shown as of 1970-01-01 UTC");
}

TEST(FmtFull, AnUptimeCountsFrom1970) {
  EXPECT_THAT(records_of("   1.500000001s TRACE req{a=1}: app: new\n", "fmt Full"),
              ElementsAre(R"(1500000001 new 1000000001 "req" target="app" {a=1u})"));
}

// What is cut off from its line is reported, whatever became of that line.
TEST(FmtTexts, ALineEndInAValueTearsTheLineAndWhatIsTornOffIsReported) {
  const std::string full =
      AT "runtime.spawn{kind=task task.name=a\nb task.id=4}: tokio::task: new\n";
  const std::string compact =
      AT "runtime.spawn: tokio::task: new kind=task task.name=a\nb task.id=4\n";
  const std::string message = "x\n" AT "req{a=two\n}: app: lines\n";
  const std::string whole[] = {AT "req{a=1}: app: new\n", AT "req: app: new a=1\n"};
  for (const auto& [text, torn_off] :
       {std::pair(whole[0] + full, std::string("b task.id=4}")),
        std::pair(whole[1] + compact, std::string("b task.id=4")),
        std::pair(whole[0] + message, std::string("}: app: lines"))}) {
    SCOPED_TRACE(text);
    const test::ReadLog log = read_text(text);
    const Coverage& c = log.coverage;
    EXPECT_EQ(c.bytes_read, text.size());
    EXPECT_EQ(c.bytes_read, c.bytes_used + c.bytes_skipped + c.bytes_other);
    EXPECT_GE(c.bytes_skipped, torn_off.size() + 1);
    ASSERT_FALSE(c.problems.empty());
    EXPECT_THAT(c.problems.back().message,
                testing::StartsWith("not a log line, or the rest of one in which a value holds a "
                                    "line end: expected a timestamp such as "));
    EXPECT_THAT(c.problems.back().excerpt, testing::HasSubstr(torn_off));
  }
}

TEST(FmtFull, ABrokenLineCostsThatLineAndIsLocated) {
  struct Case {
    const char* line;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"1970-01-01T00:00:01Z LOUD app: hello",
       "loss 2:21 expected a blank and a level (TRACE, DEBUG, INFO, WARN, ERROR), found a blank"},
      {AT "what",
       "loss 2:35 expected spans as NAME{FIELDS}: or an event as TARGET: MESSAGE FIELDS, found "
       "'w'"},
      {"  rest}: of it",
       "info 2:1 not a log line, or the rest of one in which a value holds a line end: expected a "
       "timestamp such as 2026-11-23T12:34:01.927131Z, found a "
       "blank"},
  };
  const std::string good = AT "ThreadId(02) req{a=1}: app: hi\n";
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.line);
    const test::ReadLog log = read_text(good + c.line + "\n" + good);
    EXPECT_EQ(log.records.size(), 3U);
    EXPECT_EQ(test::show_briefly(log.coverage.problems), c.want);
  }
  const test::ReadLog cut = read_text(good + AT "ThreadId(02) req{a=1}: app: hel");
  EXPECT_EQ(test::show_briefly(cut.coverage.problems),
            "loss 2:66 expected a line end, found the end of the input: the line may be cut");
  EXPECT_TRUE(cut.coverage.torn);
}

TEST(FmtCompact, TakesTheFieldsAtTheEndApart) {
  EXPECT_THAT(
      records_of(
          AT "ThreadId(02) runtime.spawn: tokio::task: new kind=task task.name=a b task.id=4\n" AT
             "ThreadId(02) runtime.spawn: tokio::task: enter kind=task task.name=a b "
             "task.id=4\n" AT
             "ThreadId(02) runtime.spawn:run: app: new kind=task task.name=a b task.id=4 i=1\n" AT
             "ThreadId(02) runtime.spawn:run: app: enter kind=task task.name=a b task.id=4 "
             "i=1\n" AT
             "ThreadId(02) runtime.spawn:run: tokio::task::waker: op=\"waker.clone\" task.id=1 "
             "kind=task task.name=a b task.id=4 i=1\n" AT
             "ThreadId(02) runtime.spawn:run: app: new client n=2 kind=task task.name=a b "
             "task.id=4 i=1\n",
          "fmt Compact"),
      ElementsAre(R"(1000000000 th2 new 4 "runtime.spawn" target="tokio::task" {kind=~task )"
                  R"(task.name=~a b task.id=4u})",
                  "1000000000 th2 enter 4",
                  R"(1000000000 th2 new 1000000001 in 4 "run" target="app" {i=1u})",
                  "1000000000 th2 enter 1000000001",
                  R"(1000000000 th2 waker.clone of 4 in 1000000001 target="tokio::task::waker")",
                  R"(1000000000 th2 event in 1000000001 target="app" {n=2u message=~new client})"));
}

TEST(FmtCompact, WithoutTargetsKnowsSpansWithoutFields) {
  const test::ReadLog log =
      read_text(AT "runtime.spawn: new kind=task task.name= task.id=4\n" AT "job: new\n" AT
                   "job: enter\n" AT "job: op=\"waker.wake\" task.id=1\n" AT "job: exit\n");
  EXPECT_EQ(test::show(log.coverage.problems), "");
  ASSERT_EQ(log.records.size(), 5U);
  EXPECT_EQ(log.records[1], R"(1000000000 new 1000000001 "job")");
  EXPECT_EQ(log.records[2], "1000000000 enter 1000000001");
  EXPECT_THAT(log.records[3], testing::HasSubstr(" in 1000000001 "));
}

#define PRETTY_TASK \
  "    in tokio::task::runtime.spawn with kind: task, task.name: a, b, task.id: 4\n"
const std::string kPrettyNew =
    "  " AT "tokio::task: new\n    at a.rs:69 on w ThreadId(3)\n" PRETTY_TASK "\n";

TEST(FmtPretty, ReadsBlocks) {
  EXPECT_THAT(
      records_of(kPrettyNew + "  " AT "tokio::task: enter\n    on w ThreadId(3)\n" PRETTY_TASK "\n"
                              "  " AT
                              "app: hello 3, a: 1, b: \"x\"\n    at a.rs:30 on w ThreadId(3)\n"
                              "    in app::req with id: 7\n" PRETTY_TASK "\n",
                 "fmt Pretty"),
      ElementsAre(R"(1000000000 th3 thread "w")",
                  R"(1000000000 th3 new 4 "runtime.spawn" target="tokio::task" )"
                  R"({kind=~task task.name=~a, b task.id=4u})",
                  "1000000000 th3 enter 4",
                  R"(1000000000 th3 implied new 1000000001 in 4 "req" target="app" )"
                  R"({id=7u})",
                  R"(1000000000 th3 event in 1000000001 target="app" {a=1u b="x" )"
                  R"(message=~hello 3})"));
}

// As `.event_format(fmt::format().pretty())` prints them.
TEST(FmtPretty, FieldsOfSpansMayBeThoseOfTheOtherTexts) {
  const std::string in =
      "    in app::req with id=7 who=\"a, b: c\"\n"
      "    in tokio::task::runtime.spawn with kind=task task.name=a b task.id=4\n\n";
  EXPECT_THAT(records_of("  " AT "app: hello, a: 1\n" + in, "fmt Pretty"),
              ElementsAre(R"(1000000000 implied new 4 "runtime.spawn" target="tokio::task" )"
                          R"({kind=~task task.name=~a b task.id=4u})",
                          R"(1000000000 implied new 1000000001 in 4 "req" target="app" )"
                          R"({id=7u who="a, b: c"})",
                          R"(1000000000 event in 1000000001 target="app" {a=1u message=~hello})"));
}

// There are two blanks in front of what happened.
TEST(FmtPretty, WithoutTargetsTellsTheSame) {
  const std::string in =
      "    at a.rs:69 on ThreadId(3)\n    in runtime.spawn with kind: task, task.id: 4\n\n";
  EXPECT_THAT(records_of("  " AT " new\n" + in + "  " AT " enter\n" + in +
                             "  " AT " op: \"waker.clone\", task.id: 1\n" + in +
                             "  " AT " some: text\n" + in,
                         "fmt Pretty"),
              ElementsAre(R"(1000000000 th3 new 4 "runtime.spawn" {kind=~task task.id=4u})",
                          "1000000000 th3 enter 4",
                          R"(1000000000 th3 waker.clone of 4 in 4 target="tokio::task::waker")",
                          testing::HasSubstr("event in 4 ")));
}

TEST(FmtPretty, ABlockWithoutItsEndIsLeftOutAndReported) {
  const test::ReadLog log =
      read_text(kPrettyNew + "  " AT "tokio::task: close, time.busy: 1µs, time.idle: 2µs\n");
  EXPECT_EQ(log.records.size(), 2U);
  EXPECT_TRUE(log.coverage.torn);
  EXPECT_EQ(
      test::show_briefly(log.coverage.problems),
      "loss 5:0 expected a blank line behind what begins here, found the end of the input: it "
      "is left out");
}

TEST(FmtPretty, APieceOfABlockBetweenBlocksIsReported) {
  const test::ReadLog log = read_text(kPrettyNew + "listening, task.id: 4\n" + kPrettyNew);
  EXPECT_EQ(log.coverage.lines_skipped, 1U);
  EXPECT_EQ(
      test::show_briefly(log.coverage.problems),
      "info 5:1 not a log line, or the rest of one in which a value holds a line end: expected two "
      "blanks and a timestamp such as "
      "2026-11-23T12:34:01.927131Z, found 'l'");
}

// Each of many spans that may end anywhere was looked for to the end of the line.
TEST(FmtTexts, ALineOfVeryManySpansIsReadInTimeLikeItsLength) {
  std::string scope;
  for (int n = 0; n < 30'000; ++n) scope += "runtime.spawn{}:";
  const test::ReadLog log = read_text(AT TASK " tokio::task: new\n" AT + scope + " app: hi\n");
  EXPECT_EQ(log.error, "");
  EXPECT_EQ(log.coverage.lines, 2U);
}

}  // namespace
}  // namespace ari::replay

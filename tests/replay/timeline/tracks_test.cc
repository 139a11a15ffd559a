#include "replay/timeline/tracks.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/input/log.h"
#include "replay/model/model.h"
#include "replay/report/words.h"
#include "tests/replay/timeline/trace_log.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using subscriber::Field;
using subscriber::Record;
using subscriber::RecordKind;
using subscriber::Value;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::StartsWith;

// Plays records, a nanosecond from one to the next.
class Player {
 public:
  explicit Player(std::uint32_t thread, Foresight foresight = Foresight::kNone)
      : thread_(thread), tracks_(log_, foresight) {}

  void play(Record record) {
    if (record.at_unix_ns == 0) record.at_unix_ns = ++now_;
    if (record.thread == 0) record.thread = thread_;
    tracks_.record(record, {});
  }
  void task(trace::SpanId id, const char* name) {
    const Field fields[] = {{"task.name", Value::display(name)}};
    play({.kind = RecordKind::kNew, .span = id, .name = "runtime.spawn", .fields = fields});
  }
  void enter(trace::SpanId id) { play({.kind = RecordKind::kEnter, .span = id}); }
  void exit(trace::SpanId id) { play({.kind = RecordKind::kExit, .span = id}); }
  void wake(trace::SpanId task, trace::SpanId in = 0) {
    play({.kind = RecordKind::kWaker, .span = in, .op = trace::WakerOp::kWake, .task = task});
  }
  const timeline_test::TraceLog& finish() {
    tracks_.finish();
    return log_;
  }
  const timeline_test::TraceLog& log() const { return log_; }

 private:
  std::uint32_t thread_;
  std::int64_t now_ = 0;
  timeline_test::TraceLog log_;
  Tracks tracks_;
};

TEST(Tracks, ATaskIsScheduledPolledIdleAndWokenBySomebody) {
  Player run(0);  // as in a text log, which tells no threads
  run.task(1, "a");
  run.task(2, "b");
  run.enter(1);
  run.play({.kind = RecordKind::kExit,
            .span = 1,
            .parked_at = {.file = "a.cc", .line = 7, .column = 3, .function = "f"}});
  run.enter(2);
  run.wake(1, 2);
  run.wake(1, 2);  // the second finds it woken: no arrow, and its wait has begun
  run.exit(2);
  run.enter(1);
  EXPECT_THAT(
      run.finish().calls_of(1),
      ElementsAre("track 1 tasks a [1]", "begin 1 @1 scheduled {task.name=a}", "end 1 @3",
                  "begin 1 @3 poll {}", "end 1 @4",
                  "begin 1 @4 idle {parked_at=\"a.cc:7:3\", function=\"f\"}", "end 1 @6",
                  "begin 1 @6 scheduled {}", "end 1 @9", "begin 1 @9 poll {} <-1", "end 1 @9"));
  EXPECT_THAT(run.log().calls_of(2),
              ElementsAre("track 2 tasks b [2]", "instant 2 @6 wakes a [1] {} ->1",
                          "begin 2 @2 scheduled {task.name=b}", "end 2 @5", "begin 2 @5 poll {}",
                          "end 2 @8", "begin 2 @8 idle {}", "end 2 @9"));
}

// Former bug: such a task had no row.
TEST(Tracks, ATaskWhoseBeginningIsMissingHasARowOnceALineTellsWhatItIs) {
  Player run(0);
  run.enter(1);
  run.exit(1);
  const Field fields[] = {{"task.name", Value::display("a")}};
  run.play({.kind = RecordKind::kNew,
            .span = 1,
            .name = "runtime.spawn",
            .fields = fields,
            .implied = true});
  run.enter(1);
  EXPECT_THAT(run.finish().calls,
              ElementsAre("process ", "track 1 tasks a [1]", "begin 1 @3 idle {}", "end 1 @4",
                          "begin 1 @4 poll {}", "end 1 @4", "finish"));
}

// Former bug: it was idle.
TEST(Tracks, ATaskThatALaterPartTellsAgainAndThatWasNeverPolledIsScheduled) {
  Player run(1);
  run.play({.kind = RecordKind::kNew,
            .span = 1,
            .name = "runtime.spawn",
            .implied = true,
            .retold = true});
  run.enter(2);
  run.enter(1);
  EXPECT_THAT(run.finish().calls_of(1), Contains("begin 1 @1 scheduled {}"));
}

TEST(Tracks, ATaskWokenInItsOwnPollIsScheduledFromItsEnd) {
  Player run(1);
  run.task(1, "a");
  run.enter(1);
  run.wake(1);
  run.exit(1);
  EXPECT_THAT(run.finish().calls, IsSupersetOf({"instant 1 @3 wakes a [1] {} ->1", "end 1 @4",
                                                "begin 1 @4 scheduled {}"}));
}

TEST(Tracks, ADestructionIsNoPollWhereTheLogTells) {
  Player run(1);
  run.task(1, "a");
  run.play({.kind = RecordKind::kEnter, .span = 1, .destroy = true});
  run.exit(1);
  run.play({.kind = RecordKind::kClose, .span = 1, .outcome = trace::Outcome::kCancelled});
  EXPECT_THAT(run.finish().calls,
              IsSupersetOf({"begin 1 @2 destroy {thread=1}", "instant 1 @4 cancelled {}"}));
}

TEST(Tracks, SlicesOfAThreadLieInsideEachOtherInWhateverOrderSpansAreLeft) {
  Player run(4);
  run.play({.kind = RecordKind::kThread, .name = "worker"});
  for (const trace::SpanId id : {1, 2, 3}) {
    run.play({.kind = RecordKind::kNew, .span = id, .name = "app"});
    run.enter(id);
  }
  run.exit(2);  // takes 3 along
  run.exit(3);
  run.exit(1);
  const auto& log = run.finish();
  EXPECT_THAT(log.faults, IsEmpty());
  EXPECT_THAT(log.calls, ElementsAre("process ", "track 1 threads worker [4]", "begin 1 @3 app {}",
                                     "begin 1 @5 app {}", "begin 1 @7 app {}", "end 1 @8",
                                     "end 1 @8", "end 1 @10", "finish"));
}

TEST(Tracks, OfADestructionNothingIsScheduled) {
  Player run(0);
  run.task(1, "aborted before it was polled");
  run.play({.kind = RecordKind::kEnter, .span = 1, .destroy = true});
  run.exit(1);
  run.play({.kind = RecordKind::kClose, .span = 1, .outcome = trace::Outcome::kCancelled});
  const auto& log = run.finish();
  EXPECT_THAT(log.calls, Contains(StartsWith("begin 1 @1 idle")));
  EXPECT_THAT(log.calls, Not(Contains(HasSubstr("scheduled"))));
}

TEST(Tracks, ADestructionThatTheLogDoesNotTellShowsInTheTaskThatWasNotWoken) {
  for (const Foresight foresight : {Foresight::kNone, Foresight::kUsed}) {
    Player run(0, foresight);
    run.task(1, "a");
    run.enter(1);
    run.exit(1);
    run.enter(1);
    run.exit(1);
    run.play({.kind = RecordKind::kClose, .span = 1});
    EXPECT_THAT(run.finish().calls_of(1),
                ElementsAre("track 1 tasks a [1]", "begin 1 @1 scheduled {task.name=a}", "end 1 @2",
                            "begin 1 @2 poll {}", "end 1 @3", "begin 1 @3 idle {}", "end 1 @4",
                            "begin 1 @4 destroy {}", "end 1 @5", "begin 1 @5 idle {}", "end 1 @6"));
  }
}

TEST(Tracks, OnceEnoughTasksHaveShownItATaskThatClosesIsDrawnAtOnce) {
  Player run(0, Foresight::kUsed);
  for (trace::SpanId id = 1; id <= 16; ++id) {
    EXPECT_THAT(run.log().calls, Not(Contains(HasSubstr("destroy"))));
    run.task(id, "a");
    run.enter(id);
    run.exit(id);
    run.enter(id);
    run.exit(id);
    run.play({.kind = RecordKind::kClose, .span = id});
  }
  EXPECT_THAT(run.log().calls, Contains(HasSubstr("destroy")).Times(16));
}

TEST(Tracks, ATaskWhoseBeginningIsNotInTheLogHasARow) {
  Player run(0);
  run.enter(1);
  run.exit(1);
  run.wake(1);
  run.enter(1);
  run.exit(1);
  run.play({.kind = RecordKind::kClose, .span = 1});
  run.wake(1);  // by a waker that outlived it
  EXPECT_THAT(run.finish().calls_of(1),
              ElementsAre("track 1 tasks task [1]", "begin 1 @3 scheduled {}", "end 1 @4",
                          "begin 1 @4 poll {}", "end 1 @5", "begin 1 @5 idle {}", "end 1 @6"));
}

TEST(Tracks, ATaskThatIsKnownLateIsLeftAsOftenAsItWasEntered) {
  Player run(0);
  run.enter(3);
  run.enter(3);
  run.wake(3);
  run.exit(3);
  run.exit(3);
  EXPECT_THAT(run.finish().calls_of(1),
              ElementsAre("track 1 tasks task [3]", "begin 1 @1 poll {}", "end 1 @5",
                          "begin 1 @5 scheduled {}", "end 1 @5"));
}

TEST(Tracks, AWorkerIsCalledOne) {
  const std::string path = ARI_TESTDATA "/captures/deadlock/console-record.jsonl";
  timeline_test::TraceLog log;
  Tracks tracks(log, Foresight::kNone);
  ASSERT_TRUE(read_log(path, tracks).has_value());
  EXPECT_THAT(log.calls, Contains("track 1 tasks worker [4]"));
}

// One stamp that is far ahead used to leave everything behind it without length.
TEST(Tracks, AnInstantThatIsAheadHoldsUpNobodyElse) {
  Player run(1);
  run.task(1, "a");
  run.task(2, "b");
  run.enter(1);
  run.play({.kind = RecordKind::kWaker,
            .at_unix_ns = 1000,
            .thread = 2,
            .op = trace::WakerOp::kWake,
            .task = 1});
  run.exit(1);
  run.enter(2);
  run.exit(2);
  run.enter(1);
  run.exit(1);
  const auto& log = run.finish();
  EXPECT_THAT(log.faults, IsEmpty());
  EXPECT_THAT(
      log.calls,
      IsSupersetOf({"begin 1 @3 poll {thread=1}", "end 1 @4", "begin 2 @5 poll {thread=1}",
                    "end 2 @6", "begin 1 @4 idle {}", "begin 1 @7 poll {thread=1}", "end 1 @8"}));
  const TrackId thread = 3;
  EXPECT_THAT(log.calls_of(thread), IsSupersetOf({"begin 3 @5 b [2] {}", "end 3 @6"}));
}

TEST(Tracks, ARowNeverGoesBack) {
  timeline_test::TraceLog log;
  Tracks tracks(log, Foresight::kNone);
  tracks.record({.kind = RecordKind::kNew, .at_unix_ns = 50, .span = 1, .name = "runtime.spawn"},
                {});
  tracks.record({.kind = RecordKind::kEnter, .at_unix_ns = 40, .span = 1}, {});
  tracks.finish();
  EXPECT_THAT(log.faults, IsEmpty());
}

// The captures in every format, and logs of our own.
std::vector<std::string> logs() {
  std::vector<std::string> out{ARI_TESTDATA "/workshop.jsonl", ARI_TESTDATA "/joins.jsonl",
                               ARI_TESTDATA "/odd/id-used-again.jsonl"};
  for (const std::string& folder : test::capture_folders()) {
    for (const char* name :
         {"ari-subscriber.log", "console-record.jsonl", "fmt-full.log", "fmt-json.jsonl"}) {
      out.push_back(test::capture_file(folder, name));
      if (out.back().empty()) out.pop_back();
    }
  }
  return out;
}

TEST(Tracks, EveryLogMakesASoundTraceThatAddsUpToItsModel) {
  for (const std::string& path : logs()) {
    SCOPED_TRACE(path);
    timeline_test::TraceLog log;
    Tracks tracks(log, Foresight::kNone);
    ASSERT_TRUE(read_log(path, tracks).has_value());
    tracks.finish();
    EXPECT_THAT(log.faults, IsEmpty());
    EXPECT_GT(log.calls.size(), 10u);
    const auto model = fold(path, {});
    ASSERT_TRUE(model.has_value());
    ASSERT_FALSE(model.value().tasks.empty());
    std::map<std::string, std::int64_t> busy, scheduled;
    for (const Task& task : model.value().tasks) {
      busy[task_label(task)] += task.busy_ns;
      scheduled[task_label(task)] += task.scheduled_ns;
    }
    EXPECT_EQ(log.total_ns("poll"), busy);
    EXPECT_EQ(log.total_ns("scheduled"), scheduled);
  }
}

}  // namespace
}  // namespace ari::replay

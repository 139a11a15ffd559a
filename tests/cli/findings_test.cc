// A finding is told wherever the tasks that it is about are shown, and all of it to programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kDeadlock = "deadlock/ari-subscriber.log";

// Former bug: only the task that closed the circle was marked, and the other passed for sound.
TEST(Findings, OfADeadlockAreThoseOfEachTaskInIt) {
  EXPECT_THAT(run_replay("tasks " + kDeadlock).out,
              AllOf(HasSubstr("!  ■    11  left"), HasSubstr("!  ■    12  right"),
                    HasSubstr("! 2 tasks with findings")));
  EXPECT_THAT(run_replay("tasks --where warning=deadlock " + kDeadlock).out,
              HasSubstr("2 of them listed"));
  EXPECT_THAT(run_replay("tasks --format json " + kDeadlock).out,
              testing::ContainsRegex("\"span\":11,[^\n]*\"warnings\":\\[\"deadlock\"\\]"));
  EXPECT_THAT(run_replay("summary " + kDeadlock).out,
              HasSubstr("deadlock  1 definite  right [12], left [11]\n"));
  // Its sentence ends with "this task", so it says whose it is.
  EXPECT_THAT(run_replay("task " + kDeadlock + " left").out,
              HasSubstr("\nFindings\n  deadlock (definite)  right [12]\n    waits for Mutex [7]"));
  EXPECT_THAT(run_replay("task " + kDeadlock + " right").out,
              HasSubstr("\nFindings\n  deadlock (definite)\n    waits for Mutex [7]"));
  const std::string json = run_replay("lint --format json " + kDeadlock).out;
  EXPECT_THAT(json, HasSubstr("\"tasks\":[12,11]}]}\n"));
}

// Former bug: dump, tree and waits called the task idle, or what it waits for not told, and no
// more.
TEST(Findings, AreToldWhereTheirTasksWait) {
  const std::string then = " --at 200ms " + kFaultyLog;
  EXPECT_THAT(run_replay("dump" + then).out,
              AllOf(HasSubstr("sleep once [7]  idle for 199ms  ! lost-waker"),
                    HasSubstr("\n\n! 1 task with findings: see ari-replay lint\n")));
  EXPECT_THAT(run_replay("waits" + then).out,
              AllOf(HasSubstr("\n!  sleep on… [7]  199ms"),
                    HasSubstr("\n\n! 1 task with findings: see ari-replay lint\n")));
  EXPECT_THAT(run_replay("tree --at 150ms " + kDeadlock).out,
              AllOf(HasSubstr("left [11]  idle for 125ms  ! deadlock"),
                    HasSubstr("itself idle for 125ms  ! deadlock"),
                    HasSubstr("! 2 tasks with findings: see ari-replay lint\n")));
  EXPECT_THAT(run_replay("dump --format json" + then).out,
              HasSubstr("\"joins\":null,\"warnings\":[\"lost-waker\"]}"));
  EXPECT_THAT(run_replay("dump " + kSoundLog).out, Not(HasSubstr("finding")));
}

// Former bug: programs had to take figures out of sentences, and were told less than people.
TEST(Findings, AreToldToProgramsInFull) {
  EXPECT_THAT(run_replay("lint --format json " + kFaultyLog).out,
              AllOf(HasSubstr("\"span\":7,\"name\":\"sleep once\",\"kind\":\"task\","),
                    HasSubstr("\"figure\":353623000,\"limit\":100000000,\"unit\":\"ns\",")));
  EXPECT_THAT(
      run_replay("lint --format json --only self-wakes self-wake-small/ari-subscriber.log.zst").out,
      HasSubstr("\"figure\":100,\"limit\":50,\"unit\":\"percent\","));
  EXPECT_THAT(run_replay("waits --format json " + kDeadlock).out,
              HasSubstr("\"deadlocks_undone\":[\n{\"since_at\":\"2026-11-23T12:34:27.824064000Z\","
                        "\"until_at\":\"2026-11-23T12:34:28.002"));
  const std::string summary = run_replay("summary --format json " + kFaultyLog).out;
  EXPECT_THAT(summary, HasSubstr("\"name\":null,\"kind\":\"block_on\","));
  const std::string tasks = run_replay("tasks --format json ../workshop.jsonl").out;
  EXPECT_THAT(tasks,
              AllOf(HasSubstr("\"outcome\":\"completed\","), HasSubstr("\"parked_at\":\""),
                    HasSubstr("\"longest_poll_ns\":"), HasSubstr("\"longest_scheduled_ns\":")));
}

// Former bug: the summary had it 451µs late.
TEST(Findings, ATimerIsInTimeForTheSummaryAndForWhy) {
  EXPECT_THAT(run_replay("summary " + kFaultyLog).out,
              AllOf(HasSubstr("\n  the timer that fired did so in time\n"),
                    Not(HasSubstr("timer: due to wake"))));
  EXPECT_THAT(run_replay("summary --format json " + kFaultyLog).out,
              HasSubstr("\"p99_ns\":0},\"worst\":null}"));
  EXPECT_THAT(run_replay("why " + kFaultyLog + " healthy").out, HasSubstr("and fired in time"));
  EXPECT_THAT(run_replay("why --format json " + kFaultyLog + " healthy").out,
              HasSubstr("\"late_ns\":0,"));
}

}  // namespace
}  // namespace ari::replay

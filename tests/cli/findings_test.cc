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

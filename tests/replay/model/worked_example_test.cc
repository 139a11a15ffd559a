// One life worked out by hand in both semantics, and variants of it in which they part.
#include <gtest/gtest.h>

#include <string>

#include "tests/replay/model/step.h"

namespace ari::test {
namespace {

using replay::Semantics;
using replay::State;
using replay::Task;

Task only_task(const Steps& steps, Semantics semantics) {
  replay::Model model = fold_steps(steps, semantics);
  EXPECT_EQ(model.tasks.size(), 1U);
  EXPECT_EQ(model.coverage.clock_steps, 0U);
  return std::move(model.tasks.front());
}

// Spawned, polled, woken by another, woken by itself, done, destroyed.
const Steps kExample = {
    spawn(0),     enter(1000),  clone(1500),  exit(2000),
    wake(10000),  enter(13000), clone(13200), wake_by_ref(13500, 1, /*thread=*/1),
    exit(14000),  enter(14600), drop(14700),  exit(15000),
    enter(15010),  // the future is dropped
    exit(15020),  close(15030),
};

TEST(WorkedExample, InConsoleSemanticsCountsTheDestructionAndNotTheFirstWait) {
  EXPECT_EQ(show(only_task(kExample, Semantics::kConsole)),
            "span=1\nstate=completed\npolls=4\nbusy=2410\nscheduled=3610\nidle=9010\n"
            "total=15030\nwakes=2\nself_wakes=1\nclones=2\ndrops=2\ncreated=0\ndropped=15030\n"
            "first_poll=1000\nlast_wake=13500\n"
            // 10, 400, 1000, 1000 in the histogram's cells
            "poll_times: count=4 min=10 max=1003 p10=10 p25=10 p50=401 p75=1003 p90=1003 "
            "p95=1003 p99=1003\n"
            // 10, 600, 3000
            "scheduled_times: count=3 min=10 max=3007 p10=10 p25=10 p50=603 p75=3007 p90=3007 "
            "p95=3007 p99=3007\n");
}

TEST(WorkedExample, InCorrectedSemanticsIsWhatHappened) {
  EXPECT_EQ(show(only_task(kExample, Semantics::kCorrected)),
            "span=1\nstate=completed\npolls=3\nbusy=2400\nscheduled=4600\nidle=8030\n"
            "total=15030\nwakes=2\nself_wakes=1\nclones=2\ndrops=2\ncreated=0\ndropped=15030\n"
            "first_poll=1000\nlast_wake=13500\n"
            "poll_times: count=3 min=400 max=1000 p10=400 p25=400 p50=1000 p75=1000 p90=1000 "
            "p95=1000 p99=1000\n"
            "scheduled_times: count=3 min=600 max=3000 p10=600 p25=600 p50=1000 p75=3000 "
            "p90=3000 p95=3000 p99=3000\n");
}

TEST(WorkedExample, OfSeveralWakesTheConsoleTakesTheLastAndWeTheFirst) {
  const Steps steps = {spawn(0),          enter(1000),       clone(1500), exit(2000),
                       wake_by_ref(3000), wake_by_ref(9000), enter(10000)};
  EXPECT_EQ(only_task(steps, Semantics::kConsole).scheduled_ns, 1000);
  EXPECT_EQ(only_task(steps, Semantics::kCorrected).scheduled_ns, 1000 + 7000);
}

TEST(WorkedExample, AnAbortedTaskWasAsleepAndNotScheduled) {
  // Another task closes first: it shows that this log's `tracing` makes destroy pairs.
  const Steps steps = {spawn(0, 2),
                       enter(100, 2),
                       exit(200, 2),
                       enter(210, 2),
                       exit(220, 2),
                       close(230, 2),
                       spawn(0),
                       enter(1000),
                       clone(1500),
                       exit(2000),
                       enter(1'000'000'000),
                       exit(1'000'000'010),
                       drop(1'000'000'015),
                       close(1'000'000'020)};
  const Task console = fold_steps(steps, Semantics::kConsole).tasks.back();
  EXPECT_EQ(console.scheduled_ns, 999'998'000);
  EXPECT_EQ(console.polls, 2U);
  const Task corrected = fold_steps(steps, Semantics::kCorrected).tasks.back();
  EXPECT_EQ(corrected.scheduled_ns, 1000);  // until its first poll
  EXPECT_EQ(corrected.idle_ns, 1'000'000'020 - 1000 - 1000);
  EXPECT_EQ(corrected.polls, 1U);
}

TEST(WorkedExample, WokenByValueInItsPollIsScheduledWithoutAnyWaker) {
  const Steps steps = {spawn(0), enter(1000), clone(1100), wake(1500), exit(2000)};
  for (const Semantics semantics : {Semantics::kConsole, Semantics::kCorrected}) {
    const Task task = only_task(steps, semantics);
    EXPECT_EQ(task.waker_count(), 0U);
    EXPECT_EQ(task.state, State::kScheduled);
    EXPECT_TRUE(task.lost_waker_spells.empty());
  }
}

}  // namespace
}  // namespace ari::test

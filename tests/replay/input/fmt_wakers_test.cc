#include "replay/input/fmt_wakers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "replay/input/coverage.h"

namespace ari::replay {
namespace {

using subscriber::SpanId;
using subscriber::WakerOp;

constexpr SpanId kNone = trace::kNoSpan;

// Steps of one log: a waker event, and whose task it must be taken to be about.
class FmtWakersTest : public testing::Test {
 protected:
  SpanId use(WakerOp op, SpanId named, SpanId polled) {
    return wakers_.task_of(named, op, polled, is_whole_, inferred_);
  }
  FmtWakers wakers_;
  Inferred inferred_;
  bool is_whole_ = true;
};

TEST_F(FmtWakersTest, TheFirstCloneInAPollNamesTheTask) {
  EXPECT_EQ(use(WakerOp::kWake, 100, kNone), kNone);  // nobody can tell yet
  EXPECT_EQ(use(WakerOp::kClone, 100, 7), 7U);
  EXPECT_EQ(use(WakerOp::kWake, 100, kNone), 7U);
  EXPECT_EQ(use(WakerOp::kClone, 100, 7), 7U);
  EXPECT_EQ(inferred_.tasks_learnt, 1U);
  EXPECT_EQ(inferred_.wakers_joined, 3U);
  EXPECT_EQ(inferred_.wakers_left_out, 1U);
  EXPECT_EQ(inferred_.clones_agreeing, 1U);
}

TEST_F(FmtWakersTest, ACloneOfAnothersWakerDoesNotMislead) {
  use(WakerOp::kClone, 100, 7);
  EXPECT_EQ(use(WakerOp::kClone, 100, 8), 7U);  // before 8 cloned its own
  EXPECT_EQ(use(WakerOp::kClone, 200, 8), 8U);
  EXPECT_EQ(use(WakerOp::kClone, 100, 8), 7U);
  EXPECT_EQ(inferred_.clones_of_others, 1U);
  EXPECT_EQ(use(WakerOp::kClone, 300, 8), kNone);  // whose it is, is not in the log
}

TEST_F(FmtWakersTest, WakesAndDropsTeachNothing) {
  EXPECT_EQ(use(WakerOp::kWake, 100, 7), kNone);
  EXPECT_EQ(use(WakerOp::kDrop, 100, 7), kNone);
  EXPECT_EQ(use(WakerOp::kClone, 200, 7), 7U);
}

TEST_F(FmtWakersTest, ASelfWakeNamesTheTaskUnlessTheLogBeganLate) {
  EXPECT_EQ(use(WakerOp::kWakeByRef, 100, 7), 7U);
  is_whole_ = false;
  EXPECT_EQ(use(WakerOp::kWakeByRef, 200, 8), kNone);
}

TEST_F(FmtWakersTest, AnIdComesBackAfterItsTaskClosed) {
  use(WakerOp::kClone, 100, 7);
  wakers_.closed(7);
  EXPECT_EQ(use(WakerOp::kDrop, 100, kNone), 7U);  // wakers outlive their tasks
  EXPECT_EQ(use(WakerOp::kClone, 100, 9), 9U);
  EXPECT_EQ(use(WakerOp::kDrop, 100, kNone), 9U);
}

// Former bug: memory grew with the log.
TEST_F(FmtWakersTest, OfTasksThatClosedLongAgoNothingIsKept) {
  use(WakerOp::kClone, 1, 1);
  use(WakerOp::kClone, 2, 2);
  wakers_.closed(2);
  for (SpanId task = 10; task < 10 + FmtWakers::kFreeKept - 1; ++task) {
    use(WakerOp::kClone, task, task);
    wakers_.closed(task);
  }
  EXPECT_EQ(use(WakerOp::kDrop, 2, kNone), 2U);
  EXPECT_EQ(inferred_.wakers_left_out, 0U);
  EXPECT_EQ(use(WakerOp::kDrop, 5, kNone), kNone);  // one more, of whom nobody knows
  EXPECT_EQ(use(WakerOp::kDrop, 2, kNone), kNone);
  EXPECT_EQ(inferred_.wakers_left_out, 2U);
  EXPECT_EQ(use(WakerOp::kDrop, 1, kNone), 1U);  // its task is open
  // That nobody has seen it is not certain any more.
  EXPECT_EQ(use(WakerOp::kWakeByRef, 2, 3), kNone);
  EXPECT_EQ(use(WakerOp::kClone, 2, 3), 3U);
}

TEST_F(FmtWakersTest, ACloneWhileSeveralArePolledNarrowsDown) {
  wakers_.narrow(100, {7, 8}, inferred_);
  EXPECT_EQ(use(WakerOp::kClone, 100, kNone), kNone);
  wakers_.narrow(200, {8, 9}, inferred_);
  wakers_.narrow(100, {8, 9}, inferred_);
  EXPECT_EQ(use(WakerOp::kClone, 100, kNone), 8U);
  EXPECT_EQ(use(WakerOp::kWake, 200, kNone), 9U);  // since 8 is taken
  EXPECT_EQ(inferred_.tasks_learnt, 2U);
}

TEST_F(FmtWakersTest, NarrowsDownAgainAfterACloneInAnothersPoll) {
  wakers_.narrow(100, {7, 8}, inferred_);
  wakers_.narrow(100, {5, 6}, inferred_);
  EXPECT_EQ(use(WakerOp::kWake, 100, kNone), kNone);
  wakers_.narrow(100, {7, 8}, inferred_);
  wakers_.narrow(100, {7, 9}, inferred_);
  EXPECT_EQ(use(WakerOp::kWake, 100, kNone), 7U);
}

// Workers poll tasks at random, and each clones its own waker: none is ever taken for
// another's, and in the end all are known.
TEST_F(FmtWakersTest, NarrowingDownIsNeverWrong) {
  constexpr SpanId kTasks = 40;
  constexpr SpanId kNames = 1000;  // of a task's waker, less its number
  std::mt19937 random(1);
  std::vector<SpanId> tasks(kTasks);
  std::iota(tasks.begin(), tasks.end(), 1);
  for (int n = 0; n < 2000; ++n) {
    std::shuffle(tasks.begin(), tasks.end(), random);
    const std::vector<SpanId> polled(tasks.begin(), tasks.begin() + 2 + random() % 4);
    const SpanId task = polled[random() % polled.size()];
    wakers_.narrow(kNames + task, polled, inferred_);
    const SpanId said = use(WakerOp::kClone, kNames + task, kNone);
    ASSERT_TRUE(said == kNone || said == task) << said << " for " << task;
  }
  EXPECT_EQ(inferred_.tasks_learnt, kTasks);
}

}  // namespace
}  // namespace ari::replay

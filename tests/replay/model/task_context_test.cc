// Lines of several threads, mixed and without their thread's name: who is meant?
#include "replay/model/task_context.h"

#include <gtest/gtest.h>

namespace ari::replay {
namespace {

// A mutex M with one op each for two tasks; its polls are the spans that lines stand in.
class TaskContextTest : public testing::Test {
 protected:
  static constexpr SpanId kTask1 = 1, kTask2 = 2, kMutex = 3;
  static constexpr SpanId kOp1 = 4, kPoll1 = 5, kOp2 = 6, kPoll2 = 7, kUser = 8;

  TaskContextTest() {
    add(kTask1, 0, SpanClass::kTask);
    add(kTask2, 0, SpanClass::kTask);
    add(kMutex, 0, SpanClass::kResource);
    add(kOp1, kMutex, SpanClass::kAsyncOp);
    add(kPoll1, kOp1, SpanClass::kAsyncOpPoll);
    add(kOp2, kMutex, SpanClass::kAsyncOp);
    add(kPoll2, kOp2, SpanClass::kAsyncOpPoll);
    add(kUser, kTask1, SpanClass::kUnknown);  // a child of task 1, wherever it is entered
  }

  void add(SpanId id, SpanId parent, SpanClass kind) {
    Span& span = spans_.add(id);
    span.parent = parent;
    span.kind = kind;
  }
  void enter(std::initializer_list<SpanId> ids) {
    for (const SpanId id : ids) {
      ++spans_.find(id)->entered;
      context_.entered(*spans_.find(id));
    }
  }
  void exit(std::initializer_list<SpanId> ids) {
    for (const SpanId id : ids) {
      --spans_.find(id)->entered;
      context_.exited(*spans_.find(id));
    }
  }
  void cloned(SpanId in, SpanId task) { context_.cloned(in, *spans_.find(task)); }

  SpanTable spans_;
  TaskContext context_{spans_};
};

TEST_F(TaskContextTest, ATaskIsItsOwnPlaceAndNoSpanIsNone) {
  enter({kTask1});
  EXPECT_EQ(context_.at(kTask1), kTask1);
  EXPECT_EQ(context_.at(0), 0U);
}

TEST_F(TaskContextTest, AnOpThatIsEnteredRightAfterTheTaskRunsInIt) {
  enter({kTask1, kMutex, kOp1, kPoll1});
  EXPECT_EQ(context_.at(kPoll1), kTask1);
}

TEST_F(TaskContextTest, AnOpIsTraceableThroughItsResourceWhenAnotherThreadCutsIn) {
  enter({kTask1, kMutex, kTask2, kOp1, kPoll1});
  EXPECT_EQ(context_.at(kPoll1), kTask1);
}

TEST_F(TaskContextTest, ACloneInsideAPollCorrectsAWrongGuessForGood) {
  enter({kTask1, kTask2, kMutex, kOp1, kPoll1});
  EXPECT_EQ(context_.at(kPoll1), kTask2);  // the guess
  cloned(kPoll1, kTask1);
  EXPECT_EQ(context_.at(kPoll1), kTask1);
  exit({kPoll1, kOp1, kMutex, kTask1});
  enter({kTask1, kTask2, kMutex, kOp1, kPoll1});  // the same again
  EXPECT_EQ(context_.at(kPoll1), kTask1);
}

TEST_F(TaskContextTest, AnOwnerThatIsNotBeingPolledIsNotThere) {
  enter({kTask1, kMutex, kOp1, kPoll1});
  cloned(kPoll1, kTask1);
  exit({kPoll1, kOp1, kMutex, kTask1});
  enter({kTask2, kMutex, kOp1, kPoll1});
  EXPECT_EQ(context_.at(kPoll1), kTask2);
}

// Releasing a lock enters the waiter's op on the releasing thread, without its poll span.
TEST_F(TaskContextTest, AnOpEnteredWithoutItsPollMayRunInAnyTask) {
  enter({kTask1, kMutex, kOp1, kPoll1});
  cloned(kPoll1, kTask1);
  exit({kPoll1, kOp1, kMutex, kTask1});
  enter({kTask2, kOp1});
  EXPECT_EQ(context_.at(kOp1), kTask2);
}

// A future that carries a span made by another task.
TEST_F(TaskContextTest, ASpanOfTheProgramsOwnRunsWhereItIsEnteredNotWhereItWasMade) {
  enter({kTask1});
  exit({kTask1});
  enter({kTask2, kUser});
  EXPECT_EQ(context_.at(kUser), kTask2);
}

TEST_F(TaskContextTest, AfterATasksPollTheLineBelongsToWhatWasAroundIt) {
  enter({kTask1, kTask2});
  exit({kTask2});
  enter({kMutex});
  EXPECT_EQ(context_.at(kMutex), kTask1);
}

}  // namespace
}  // namespace ari::replay

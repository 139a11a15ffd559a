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
  SpanId at(SpanId in) { return context_.at(in).task; }
  bool is_guess(SpanId in) { return context_.at(in).guessed; }

  SpanTable spans_;
  TaskContext context_{spans_};
};

TEST_F(TaskContextTest, ATaskIsItsOwnPlaceAndNoSpanIsNone) {
  enter({kTask1});
  EXPECT_EQ(at(kTask1), kTask1);
  EXPECT_EQ(at(0), 0U);
}

TEST_F(TaskContextTest, AnOpThatIsEnteredRightAfterTheTaskRunsInIt) {
  enter({kTask1, kMutex, kOp1, kPoll1});
  EXPECT_EQ(at(kPoll1), kTask1);
}

TEST_F(TaskContextTest, AnOpIsTraceableThroughItsResourceWhenAnotherThreadCutsIn) {
  enter({kTask1, kMutex, kTask2, kOp1, kPoll1});
  EXPECT_EQ(at(kPoll1), kTask1);
}

TEST_F(TaskContextTest, ACloneInsideAPollCorrectsAWrongGuessForGood) {
  enter({kTask1, kTask2, kMutex, kOp1, kPoll1});
  EXPECT_EQ(at(kPoll1), kTask2);
  EXPECT_TRUE(is_guess(kPoll1));
  cloned(kPoll1, kTask1);
  EXPECT_EQ(at(kPoll1), kTask1);
  EXPECT_FALSE(is_guess(kPoll1));
  exit({kPoll1, kOp1, kMutex, kTask1});
  enter({kTask1, kTask2, kMutex, kOp1, kPoll1});  // the same again
  EXPECT_EQ(at(kPoll1), kTask1);
}

TEST_F(TaskContextTest, AnOwnerThatIsNotBeingPolledIsNotThere) {
  enter({kTask1, kMutex, kOp1, kPoll1});
  cloned(kPoll1, kTask1);
  exit({kPoll1, kOp1, kMutex, kTask1});
  enter({kTask2, kMutex, kOp1, kPoll1});
  EXPECT_EQ(at(kPoll1), kTask2);
}

// Releasing a lock enters the waiter's op on the releasing thread, without its poll span.
TEST_F(TaskContextTest, AnOpEnteredWithoutItsPollMayRunInAnyTask) {
  enter({kTask1, kMutex, kOp1, kPoll1});
  cloned(kPoll1, kTask1);
  exit({kPoll1, kOp1, kMutex, kTask1});
  enter({kTask2, kOp1});
  EXPECT_EQ(at(kOp1), kTask2);
}

// A future that carries a span made by another task.
TEST_F(TaskContextTest, ASpanOfTheProgramsOwnRunsWhereItIsEnteredNotWhereItWasMade) {
  enter({kTask1});
  exit({kTask1});
  enter({kTask2, kUser});
  EXPECT_EQ(at(kUser), kTask2);
}

TEST_F(TaskContextTest, AfterATasksPollTheLineBelongsToWhatWasAroundIt) {
  enter({kTask1, kTask2});
  exit({kTask2});
  enter({kMutex});
  EXPECT_EQ(at(kMutex), kTask1);
}

// ---- what is certain

TEST_F(TaskContextTest, WithOneTaskPolledThereIsNothingToGuess) {
  enter({kTask1, kMutex});
  EXPECT_EQ(at(kMutex), kTask1);
  EXPECT_FALSE(is_guess(kMutex));
}

TEST_F(TaskContextTest, WithTwoTasksPolledWhatIsEnteredIsAGuessUntilOneOfThemEnds) {
  enter({kTask1, kTask2, kMutex});
  EXPECT_TRUE(is_guess(kMutex));
  EXPECT_FALSE(is_guess(kTask1));
  EXPECT_FALSE(is_guess(0));
  exit({kTask2});
  EXPECT_EQ(at(kMutex), kTask1);
  EXPECT_FALSE(is_guess(kMutex));
}

TEST_F(TaskContextTest, WhatWasEnteredBeforeTheSecondTaskStaysCertain) {
  enter({kTask1, kMutex, kTask2, kOp1, kPoll1});
  EXPECT_EQ(at(kPoll1), kTask1);
  EXPECT_FALSE(is_guess(kPoll1));
}

TEST_F(TaskContextTest, AResourceThatTwoThreadsAreInsideOfIsAGuess) {
  enter({kTask1, kMutex, kTask2, kMutex, kOp2});
  EXPECT_TRUE(is_guess(kMutex));
  EXPECT_TRUE(is_guess(kOp2));
}

TEST_F(TaskContextTest, AClosedTaskIsNotPolledAnyMoreThoughItsExitIsMissing) {
  enter({kTask1, kTask2, kMutex});
  context_.closed(*spans_.find(kTask2));
  EXPECT_EQ(at(kMutex), kTask1);
  EXPECT_FALSE(is_guess(kMutex));
}

TEST_F(TaskContextTest, AWorkerIsNoCandidateThoughItIsEnteredAllTheTime) {
  spans_.find(kTask1)->is_worker = true;
  enter({kTask1, kTask2, kMutex});
  EXPECT_EQ(at(kMutex), kTask2);
  EXPECT_FALSE(is_guess(kMutex));
}

TEST_F(TaskContextTest, ALocalTaskIsPolledInsideOfTheOnlyOneThatIs) {
  spans_.find(kTask2)->is_local = true;
  enter({kTask1, kTask2, kMutex});
  EXPECT_EQ(at(kMutex), kTask2);
  EXPECT_FALSE(is_guess(kMutex));
}

// Before Tokio 1.33 the main function is no task in the log, and waits all the same.
TEST_F(TaskContextTest, OnceSomethingOutsideOfAllTasksWaitsOneTaskIsNotTheOnlyCandidate) {
  enter({kMutex, kOp1, kPoll1});
  exit({kPoll1, kOp1, kMutex});
  enter({kTask1, kMutex});
  EXPECT_TRUE(is_guess(kMutex));
}

// Former bug: memory, and time for each exit, grew with the exits that a log lacks.
TEST_F(TaskContextTest, WhereMoreTasksArePolledThanAnyMachineCanPollNobodyIsCertainAnyMore) {
  constexpr SpanId kMany = 100'000;
  for (SpanId task = 0; task < kMany; ++task) {
    add(1000 + task, 0, SpanClass::kTask);
    enter({1000 + task});
  }
  enter({kTask1, kMutex});
  EXPECT_EQ(at(kMutex), kTask1);
  for (SpanId task = 0; task < kMany; ++task) exit({1000 + task});
  EXPECT_TRUE(is_guess(kMutex));
}

TEST_F(TaskContextTest, ACloneDoesNotOverruleWhatIsCertain) {
  enter({kTask1, kMutex, kOp1, kPoll1, kTask2});
  cloned(kPoll1, kTask2);
  EXPECT_EQ(at(kPoll1), kTask1);
}

TEST_F(TaskContextTest, OfLookAlikesTheLineIsCertainOnlyWhereItsTaskUsesItsOwnWaker) {
  enter({kTask1, kMutex, kTask2, kOp1, kPoll1});
  const auto own = context_.at_one_like(kPoll1, kTask1);
  EXPECT_EQ(own.task, kTask1);
  EXPECT_FALSE(own.guessed);
  EXPECT_TRUE(context_.at_one_like(kPoll1, kTask2).guessed);
}

}  // namespace
}  // namespace ari::replay

// State: each change of the word, and the references that go with it.
#include "runtime/task/state.h"

#include <gtest/gtest.h>

namespace ari::task {
namespace {

// A state in which the task was polled once and is idle: the list and the handle hold it.
void make_idle(State& state) {
  ASSERT_EQ(state.start_poll(), State::Start::kPoll);
  ASSERT_EQ(state.end_poll(), State::End::kIdle);
}

TEST(State, NewIsScheduledAndHeldThreeTimes) {
  State state;
  EXPECT_EQ(state.wake_by_ref(), State::Wake::kNothing);
  EXPECT_FALSE(state.drop_reference());
  EXPECT_FALSE(state.drop_reference());
  EXPECT_TRUE(state.drop_reference());
}

TEST(State, WakeOfAnIdleTaskSchedulesItOnce) {
  State state;
  make_idle(state);
  EXPECT_EQ(state.wake_by_ref(), State::Wake::kSchedule);
  EXPECT_EQ(state.wake_by_ref(), State::Wake::kNothing);
  EXPECT_EQ(state.start_poll(), State::Start::kPoll);
}

TEST(State, WakeByValueHandsItsReferenceToTheQueue) {
  State state;
  make_idle(state);
  state.add_reference();  // the waker
  EXPECT_EQ(state.wake_by_value(), State::Wake::kSchedule);
  make_idle(state);  // the queue's was given up
  EXPECT_FALSE(state.drop_reference());
  EXPECT_TRUE(state.drop_reference());
}

TEST(State, WakeDuringThePollQueuesTheTaskAgain) {
  State state;
  ASSERT_EQ(state.start_poll(), State::Start::kPoll);
  state.add_reference();
  EXPECT_EQ(state.wake_by_value(), State::Wake::kNothing);
  EXPECT_EQ(state.end_poll(), State::End::kSchedule);
  EXPECT_EQ(state.start_poll(), State::Start::kPoll) << "it kept the queue's reference";
  EXPECT_EQ(state.end_poll(), State::End::kIdle);
}

TEST(State, PollThatWokeItsOwnTaskQueuesItAgain) {
  State state;
  ASSERT_EQ(state.start_poll(), State::Start::kPoll);
  EXPECT_EQ(state.end_poll(/*woken=*/true), State::End::kSchedule);
  EXPECT_EQ(state.wake_by_ref(), State::Wake::kNothing) << "it is scheduled";
  EXPECT_EQ(state.start_poll(), State::Start::kPoll) << "it kept the queue's reference";
  EXPECT_FALSE(state.abort());
  EXPECT_EQ(state.end_poll(/*woken=*/true), State::End::kCancel);
}

TEST(State, AbortSchedulesAnIdleTaskForItsEnd) {
  State state;
  make_idle(state);
  EXPECT_TRUE(state.abort());
  EXPECT_FALSE(state.abort());
  EXPECT_EQ(state.start_poll(), State::Start::kCancel);
}

TEST(State, AbortDuringThePollEndsTheTaskAfterIt) {
  State state;
  ASSERT_EQ(state.start_poll(), State::Start::kPoll);
  EXPECT_FALSE(state.abort());
  EXPECT_EQ(state.end_poll(), State::End::kCancel);
}

TEST(State, ShutdownTakesATaskFromTheQueueThatStillNamesIt) {
  State state;
  EXPECT_TRUE(state.claim_for_shutdown());
  EXPECT_FALSE(state.claim_for_shutdown());
  EXPECT_EQ(state.start_poll(), State::Start::kGone);
  state.complete();
  EXPECT_FALSE(state.claim_for_shutdown());
}

TEST(State, WakesOfACompleteTaskOnlyGiveUpReferences) {
  State state;
  state.add_reference();  // a waker
  ASSERT_EQ(state.start_poll(), State::Start::kPoll);
  EXPECT_TRUE(state.complete().waits_for_result);
  EXPECT_TRUE(state.is_complete());
  EXPECT_EQ(state.wake_by_ref(), State::Wake::kNothing);
  EXPECT_FALSE(state.abort());
  EXPECT_FALSE(state.drop_reference());
  EXPECT_FALSE(state.drop_reference());
  EXPECT_FALSE(state.drop_reference());
  EXPECT_EQ(state.wake_by_value(), State::Wake::kFree);
}

TEST(State, JoinersWakerIsTheRuntimesUntilReturned) {
  State state;
  EXPECT_TRUE(state.offer_join_waker());
  ASSERT_EQ(state.start_poll(), State::Start::kPoll);
  EXPECT_TRUE(state.withdraw_join_waker());
  EXPECT_TRUE(state.offer_join_waker());
  EXPECT_TRUE(state.complete().left_waker);
  EXPECT_FALSE(state.withdraw_join_waker()) << "the runtime may be waking with it";
  EXPECT_TRUE(state.return_join_waker());
  const State::Leftover leftover = state.drop_join_handle();
  EXPECT_TRUE(leftover.result);
  EXPECT_TRUE(leftover.waker);
}

TEST(State, HandleDroppedWhileTheRuntimeWakesLeavesTheWakerToIt) {
  State state;
  EXPECT_TRUE(state.offer_join_waker());
  ASSERT_EQ(state.start_poll(), State::Start::kPoll);
  state.complete();
  EXPECT_FALSE(state.drop_join_handle().waker);
  EXPECT_FALSE(state.return_join_waker()) << "nobody is left to clear the slot";
}

TEST(State, HandleDroppedBeforeTheEndTakesItsWakerAlong) {
  State state;
  EXPECT_TRUE(state.offer_join_waker());
  const State::Leftover leftover = state.drop_join_handle();
  EXPECT_FALSE(leftover.result);
  EXPECT_TRUE(leftover.waker);
  ASSERT_EQ(state.start_poll(), State::Start::kPoll);
  const State::Joiner joiner = state.complete();
  EXPECT_FALSE(joiner.waits_for_result);
  EXPECT_FALSE(joiner.left_waker);
}

}  // namespace
}  // namespace ari::task

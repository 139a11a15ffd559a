// What a task that waits for others puts on record: at the end of each poll that suspends in a
// join which tasks it waits for, and nothing when it need not wait. T1 is the task of block_on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/paused.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

// The lines that tell of joins.
std::vector<std::string> joins(const test::Recorder& recorder) {
  std::vector<std::string> out;
  for (const std::string& line : recorder.lines()) {
    if (line.find("| joins ") != std::string::npos) out.push_back(line);
  }
  return out;
}

Task<void> sleeps(int ms) { co_await time::sleep(milliseconds(ms)); }

Task<void> joins_one() {
  auto handle = spawn(sleeps(1));
  co_await handle;
}
TEST(JoinRecord, TellsTheTaskThatIsJoinedBeforeThePollEnds) {
  test::Recorder recorder;
  test::paused_runtime().block_on(joins_one());
  EXPECT_THAT(joins(recorder), ElementsAre("T1 | joins JoinHandle T2"));
  EXPECT_EQ(recorder.between("T1 | clone(T1)", "T1 | exit"),
            "T1 | clone(T1)\n"
            "T1 | joins JoinHandle T2\n"
            "T1 | exit\n");
}

Task<void> joins_one_that_has_ended() {
  auto handle = spawn(sleeps(0));
  while (!handle.is_finished()) co_await time::sleep(milliseconds(1));
  co_await handle;
}
TEST(JoinRecord, TellsNothingOfATaskThatHasEnded) {
  test::Recorder recorder;
  test::paused_runtime().block_on(joins_one_that_has_ended());
  EXPECT_THAT(joins(recorder), IsEmpty());
}

Task<void> joins_it(JoinHandle<void> handle) { co_await handle; }
Task<void> joins_it_below(JoinHandle<void> handle) { co_await joins_it(std::move(handle)); }
Task<void> joins_deep() {
  auto inner = spawn(sleeps(1));
  auto outer = spawn(joins_it_below(std::move(inner)));
  co_await outer;
}
TEST(JoinRecord, TellsOfAJoinDeepInACoroutine) {
  test::Recorder recorder;
  test::paused_runtime().block_on(joins_deep());
  EXPECT_THAT(joins(recorder), ElementsAre("T1 | joins JoinHandle T3", "T3 | joins JoinHandle T2"));
}

Task<void> joins_with_a_timeout() {
  auto handle = spawn(sleeps(50));
  for (int i = 0; i < 2; ++i) {
    const auto result = co_await time::timeout(milliseconds(10), handle);
    EXPECT_FALSE(result.has_value());
  }
}
TEST(JoinRecord, TellsItOfEachPollAndOfTimeoutsToo) {
  test::Recorder recorder;
  test::paused_runtime().block_on(joins_with_a_timeout());
  EXPECT_THAT(joins(recorder), ElementsAre("T1 | joins JoinHandle T2", "T1 | joins JoinHandle T2"));
}

Task<void> selects_what_is_ready() {
  auto notify = std::make_shared<sync::Notify>();
  notify->notify_one();
  auto handle = spawn(sleeps(50));
  co_await select_biased(handle, notify->notified());
  co_await time::sleep(milliseconds(1));
}
TEST(JoinRecord, TellsNothingOfAJoinThatIsGivenUpInTheSamePoll) {
  test::Recorder recorder;
  test::paused_runtime().block_on(selects_what_is_ready());
  EXPECT_THAT(joins(recorder), IsEmpty());
}

Task<void> selects_two() {
  auto slow = spawn(sleeps(3));
  auto fast = spawn(sleeps(2));
  co_await select_biased(slow, fast);
  co_await join(slow, sleeps(0));
}
TEST(JoinRecord, TellsAllThatASelectOrJoinWaitsFor) {
  test::Recorder recorder;
  test::paused_runtime().block_on(selects_two());
  const auto told = joins(recorder);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.front(), "T1 | joins JoinHandle T2 T3, any of 2");
  EXPECT_EQ(told.back(), "T1 | joins JoinHandle T2");
}

Task<void> joins_a_set(int tasks) {
  JoinSet<void> set;
  for (int i = 0; i < tasks; ++i) set.spawn(sleeps(i + 1));
  co_await set.join_next();
  co_await set.shutdown();
}
TEST(JoinRecord, TellsTheTasksOfASetAsFarAsThereIsRoom) {
  test::Recorder recorder;
  test::paused_runtime().block_on(joins_a_set(3));
  EXPECT_THAT(joins(recorder),
              ElementsAre("T1 | joins JoinSet::join_next T2 T3 T4, any of 3",
                          "T1 | joins JoinSet::shutdown T3 T4, all of 2, aborted"));
}
TEST(JoinRecord, TellsTheLastEightTasksOfALargeSet) {
  test::Recorder recorder;
  test::paused_runtime().block_on(joins_a_set(100));
  ASSERT_GE(joins(recorder).size(), 1u);
  EXPECT_EQ(joins(recorder)[0],
            "T1 | joins JoinSet::join_next T94 T95 T96 T97 T98 T99 T100 T101, any of 100");
}

Task<void> waits_for(LocalSet* local) {
  local->spawn_local(sleeps(1));
  local->spawn_local(sleeps(2));
  co_await *local;
}
TEST(JoinRecord, TellsTheTasksOfALocalSet) {
  test::Recorder recorder;
  Runtime runtime = test::paused_runtime();
  LocalSet local;
  runtime.block_on(waits_for(&local));
  EXPECT_THAT(joins(recorder),
              ElementsAre("T1 | joins LocalSet T2 T3, all of 2", "T1 | joins LocalSet T3"));
}

Task<void> joins_inside() {
  auto handle = spawn_local(sleeps(1));
  co_await handle;
}
Task<void> runs_until(LocalSet* local) { co_await local->run_until(joins_inside()); }
TEST(JoinRecord, TellsWhatRunUntilWaitsForInside) {
  test::Recorder recorder;
  Runtime runtime = test::paused_runtime();
  LocalSet local;
  runtime.block_on(runs_until(&local));
  // Not of the poll in which it runs the task to its end, and so is woken by itself.
  EXPECT_THAT(joins(recorder), ElementsAre("T1 | joins JoinHandle T2"));
}

Task<void> aborts_and_joins() {
  auto handle = spawn(sleeps(50));
  co_await time::sleep(milliseconds(1));
  handle.abort();
  try {
    co_await handle;
  } catch (const JoinError&) {
  }
}
TEST(JoinRecord, TellsThatATaskWasAbortedBefore) {
  test::Recorder recorder;
  test::paused_runtime().block_on(aborts_and_joins());
  EXPECT_THAT(joins(recorder), ElementsAre("T1 | joins JoinHandle T2, aborted"));
}

Task<void> joins_a_function() {
  auto handle = spawn_blocking([] {});
  co_await handle;
}
TEST(JoinRecord, TellsOfABlockingFunctionIfItHasToBeWaitedFor) {
  test::Recorder recorder;
  Runtime().block_on(joins_a_function());
  const auto told = joins(recorder);
  EXPECT_LE(told.size(), 1u);
  for (const std::string& line : told) EXPECT_EQ(line, "T1 | joins JoinHandle T2");
}

// Who was spawned while nobody listened stays silent.
TEST(JoinRecord, IsSilentOfATaskThatIsNotOnRecord) {
  Runtime runtime = test::paused_runtime();
  auto handle = runtime.spawn(joins_one());
  test::Recorder recorder;
  runtime.block_on(sleeps(5));
  EXPECT_THAT(joins(recorder), IsEmpty());
}

}  // namespace
}  // namespace ari

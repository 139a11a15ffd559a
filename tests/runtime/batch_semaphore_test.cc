// BatchSemaphore: who gets how many permits, and when.
#include "runtime/sync/batch_semaphore.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/recorder.h"

namespace ari::sync {
namespace {

// Writes its name down once it has its permits, in lower case when it was refused.
Task<void> takes(std::shared_ptr<BatchSemaphore> semaphore, std::size_t count, char name,
                 std::shared_ptr<std::string> done) {
  Acquire acquire(*semaphore, count);
  co_await acquire;
  *done += acquire.granted() ? name : static_cast<char>(name - 'A' + 'a');
}

// Two, since those who were woken outside of the runtime need not all go before the end of the
// first.
Task<void> two_turns() {
  co_await task::yield_now();
  co_await task::yield_now();
}

// A runtime on which tasks take permits; between two calls everyone has had a turn.
class Scene {
 public:
  explicit Scene(std::size_t permits) : semaphore(std::make_shared<BatchSemaphore>(permits)) {}

  JoinHandle<void> add(char name, std::size_t count) {
    auto handle = runtime_.spawn(takes(semaphore, count, name, done_));
    turn();
    return handle;
  }
  void turn() { runtime_.block_on(two_turns()); }
  void release(std::size_t count) {
    semaphore->release(count);
    turn();
  }
  void abort(JoinHandle<void> handle) {
    handle.abort();
    turn();
  }
  // The names of those that are done since the last call.
  std::string done() { return std::exchange(*done_, ""); }

  const std::shared_ptr<BatchSemaphore> semaphore;

 private:
  std::shared_ptr<std::string> done_ = std::make_shared<std::string>();
  Runtime runtime_;
};

TEST(BatchSemaphore, GivesWhatIsThereAndKeepsTheOthersInOrder) {
  Scene scene(2);
  scene.add('A', 1);
  scene.add('B', 1);
  scene.add('C', 1);
  scene.add('D', 1);
  EXPECT_EQ(scene.done(), "AB");
  scene.release(1);
  EXPECT_EQ(scene.done(), "C");
  scene.release(3);
  EXPECT_EQ(scene.done(), "D");
  EXPECT_EQ(scene.semaphore->available(), 2u);
}

TEST(BatchSemaphore, LargeRequestIsServedBeforeSmallOnesThatCameLater) {
  Scene scene(1);
  scene.add('A', 3);  // takes the one and misses two
  EXPECT_EQ(scene.semaphore->available(), 0u);
  scene.add('B', 1);
  scene.release(1);
  EXPECT_EQ(scene.done(), "") << "B would have fitted in";
  EXPECT_FALSE(scene.semaphore->try_acquire(1));
  scene.release(1);
  EXPECT_EQ(scene.done(), "A");
  scene.release(1);
  EXPECT_EQ(scene.done(), "B");
}

TEST(BatchSemaphore, OneReleaseServesAllWhomItSuffices) {
  Scene scene(0);
  scene.add('A', 2);
  scene.add('B', 1);
  scene.add('C', 4);
  scene.release(5);
  EXPECT_EQ(scene.done(), "AB");
  scene.release(3);
  EXPECT_EQ(scene.done(), "C") << "the first release left two for it, so two were missing";
  EXPECT_EQ(scene.semaphore->available(), 1u);
}

TEST(BatchSemaphore, MoreWaitersThanAreWokenAtATimeAreAllServed) {
  Scene scene(0);
  for (int i = 0; i < 100; ++i) scene.add('A', 1);
  scene.release(70);
  EXPECT_EQ(scene.done(), std::string(70, 'A'));
  scene.release(31);
  EXPECT_EQ(scene.done(), std::string(30, 'A'));
  EXPECT_EQ(scene.semaphore->available(), 1u);
}

TEST(BatchSemaphore, DestroyedWhileWaitingGivesBackItsPartAndItsPlace) {
  Scene scene(2);
  auto first = scene.add('A', 3);
  scene.add('B', 2);
  scene.add('C', 1);
  scene.abort(std::move(first));
  EXPECT_EQ(scene.done(), "B");
  scene.release(1);
  EXPECT_EQ(scene.done(), "C");
}

TEST(BatchSemaphore, DestroyedInTheMiddleOfTheQueueLeavesTheOthersInOrder) {
  Scene scene(0);
  scene.add('A', 1);
  auto middle = scene.add('B', 1);
  auto last = scene.add('C', 1);
  scene.abort(std::move(middle));
  scene.abort(std::move(last));
  scene.add('D', 1);
  scene.release(2);
  EXPECT_EQ(scene.done(), "AD");
}

TEST(BatchSemaphore, DestroyedBetweenWakeAndPollGivesAllBack) {
  Scene scene(0);
  auto first = scene.add('A', 2);
  scene.add('B', 2);
  scene.semaphore->release(2);  // A is complete and woken …
  scene.abort(std::move(first));
  EXPECT_EQ(scene.done(), "B");
}

TEST(BatchSemaphore, DestroyedUnpolledTakesNothing) {
  BatchSemaphore semaphore(1);
  { const Acquire acquire(semaphore, 1); }
  EXPECT_EQ(semaphore.available(), 1u);
}

TEST(BatchSemaphore, TheLastWaiterGoneEverybodyMayTakeAgain) {
  Scene scene(1);
  scene.abort(scene.add('A', 2));
  EXPECT_TRUE(scene.semaphore->try_acquire(1));
  scene.semaphore->release(1);
  EXPECT_EQ(scene.semaphore->available(), 1u);
}

TEST(BatchSemaphore, CloseRefusesWhoWaitsAndWhoComes) {
  Scene scene(1);
  scene.add('A', 2);
  scene.add('B', 1);
  scene.semaphore->close();
  scene.turn();
  EXPECT_EQ(scene.done(), "ab");
  EXPECT_EQ(scene.semaphore->available(), 1u) << "what A had is free again";
  EXPECT_TRUE(scene.semaphore->is_closed());
  EXPECT_FALSE(scene.semaphore->try_acquire(1));
  scene.add('C', 1);
  EXPECT_EQ(scene.done(), "c");
  scene.release(2);
  EXPECT_EQ(scene.semaphore->available(), 3u);
}

TEST(BatchSemaphore, CloseBetweenWakeAndPollRefuses) {
  Scene scene(0);
  scene.add('A', 1);
  scene.semaphore->release(1);
  scene.semaphore->close();
  scene.turn();
  EXPECT_EQ(scene.done(), "a");
  EXPECT_EQ(scene.semaphore->available(), 1u);
}

TEST(BatchSemaphore, ClosesOnMoreWaitersThanAreWokenAtATime) {
  Scene scene(0);
  for (int i = 0; i < 70; ++i) scene.add('A', 1);
  scene.semaphore->close();
  scene.turn();
  EXPECT_EQ(scene.done(), std::string(70, 'a'));
}

TEST(BatchSemaphore, ForgetsOnlyWhatIsFree) {
  BatchSemaphore semaphore(5);
  EXPECT_TRUE(semaphore.try_acquire(2));
  EXPECT_EQ(semaphore.forget(2), 2u);
  EXPECT_EQ(semaphore.forget(2), 1u);
  EXPECT_EQ(semaphore.forget(2), 0u);
  semaphore.release(2);
  EXPECT_EQ(semaphore.available(), 2u);
}

TEST(BatchSemaphore, CountsToItsLimit) {
  BatchSemaphore semaphore(BatchSemaphore::kMaxPermits);
  EXPECT_EQ(semaphore.available(), BatchSemaphore::kMaxPermits);
  EXPECT_TRUE(semaphore.try_acquire(BatchSemaphore::kMaxPermits));
  EXPECT_EQ(semaphore.available(), 0u);
  semaphore.release(BatchSemaphore::kMaxPermits);
  EXPECT_EQ(semaphore.available(), BatchSemaphore::kMaxPermits);
}

// Polls an Acquire in whichever task it is in, and is ready whatever comes of it.
class PollsOnce {
 public:
  explicit PollsOnce(std::shared_ptr<Acquire> acquire) : acquire_(std::move(acquire)) {}
  Poll poll(Context& cx) noexcept {
    EXPECT_EQ(acquire_->poll(cx), Poll::kPending);
    return Poll::kReady;
  }

 private:
  std::shared_ptr<Acquire> acquire_;
};
Task<void> polls_once(std::shared_ptr<Acquire> acquire) {
  PollsOnce once(std::move(acquire));
  co_await once;
}
Task<void> waits_for(std::shared_ptr<Acquire> acquire, bool* granted) {
  co_await *acquire;
  *granted = acquire->granted();
}

TEST(BatchSemaphore, WakesTheTaskThatPolledLast) {
  Runtime runtime;
  BatchSemaphore semaphore(0);
  auto acquire = std::make_shared<Acquire>(semaphore, 1);
  bool granted = false;
  runtime.block_on(polls_once(acquire));
  auto second = runtime.spawn(waits_for(acquire, &granted));
  runtime.block_on(two_turns());
  semaphore.release(1);
  runtime.block_on(two_turns());
  EXPECT_TRUE(granted);
}

Task<void> takes_and_releases(std::shared_ptr<BatchSemaphore> semaphore, int times) {
  for (int i = 0; i < times; ++i) {
    Acquire acquire(*semaphore, 1);
    co_await acquire;
    semaphore->release(1);
  }
}

TEST(BatchSemaphore, BudgetUsedUpKeepsThePermitsUntilTheNextTurn) {
  test::Recorder recorder;
  auto semaphore = std::make_shared<BatchSemaphore>(1);
  Runtime().block_on(takes_and_releases(semaphore, 129));
  // The 129th (spans 3 and 4 are the first's): it has its permit, not the budget to say so.
  EXPECT_NE(recorder.text().find(
                "| state_update permits=1 permits.op=\"sub\"\n"
                "R1 O259 P260 | async_op::state_update permits_obtained=1 permits.op=\"add\"\n"
                "R1 | exit\n"
                "T2 | runtime::coop: op=\"budget_exhausted\"\n"
                "R1 O259 P260 | clone(T2)\n"
                "R1 O259 P260 | poll_op poll_acquire false\n"),
            std::string::npos);
  EXPECT_EQ(semaphore->available(), 1u);
}

// ---- threads

// Each task takes a random number of permits over and over, and sometimes goes away in the
// middle of waiting. Never are more permits out than there are; at the end all are back.
constexpr std::size_t kPermits = 5;

Task<void> takes_now_and_then(std::shared_ptr<BatchSemaphore> semaphore,
                              std::shared_ptr<std::atomic<std::size_t>> out, unsigned seed) {
  std::mt19937 random(seed);
  for (int i = 0; i < 40; ++i) {
    const std::size_t count = 1 + random() % kPermits;
    if (random() % 4 == 0) {
      if (!semaphore->try_acquire(count)) continue;
    } else {
      Acquire acquire(*semaphore, count);
      co_await acquire;
    }
    EXPECT_LE(out->fetch_add(count) + count, kPermits);
    if (random() % 2 == 0) co_await task::yield_now();
    out->fetch_sub(count);
    semaphore->release(count);
  }
}

// A task that is killed while it waits, at whatever turn that is.
Task<void> waits_to_be_killed(std::shared_ptr<BatchSemaphore> semaphore, std::size_t count) {
  Acquire acquire(*semaphore, count);
  co_await acquire;
  semaphore->release(count);
}

Task<void> crowd(std::shared_ptr<BatchSemaphore> semaphore,
                 std::shared_ptr<std::atomic<std::size_t>> out, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<JoinHandle<void>> handles;
  for (unsigned i = 0; i < 4; ++i) {
    handles.push_back(spawn(takes_now_and_then(semaphore, out, seed * 10 + i)));
  }
  for (int i = 0; i < 30; ++i) {
    auto victim = spawn(waits_to_be_killed(semaphore, 1 + random() % kPermits));
    for (unsigned turns = random() % 3; turns > 0; --turns) co_await task::yield_now();
    victim.abort();
  }
  for (auto& handle : handles) co_await handle;
}

TEST(BatchSemaphore, ThreadsNeverHaveMoreThanThereIsAndLoseNothing) {
  for (unsigned seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    auto semaphore = std::make_shared<BatchSemaphore>(kPermits);
    auto out = std::make_shared<std::atomic<std::size_t>>(0);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 3; ++i) {
      threads.emplace_back([=] { Runtime().block_on(crowd(semaphore, out, seed * 3 + i)); });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(semaphore->available(), kPermits);
  }
}

}  // namespace
}  // namespace ari::sync

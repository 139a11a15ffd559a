// Mutex: one at a time, in order, and free again whatever happens to who had it or wanted it.
#include "runtime/sync/mutex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/blocked_thread.h"
#include "tests/runtime/recorder.h"
#include "tests/runtime/turns.h"

namespace ari::sync {
namespace {

using Text = Mutex<std::string>;

// Adds its name and keeps the lock until it is notified.
Task<void> writes(Text* text, char name, Notify* finish) {
  MutexGuard<std::string> guard = co_await text->lock();
  *guard += name;
  co_await finish->notified();
}

struct Scene : test::Turns {
  JoinHandle<void> add(char name) { return start(writes(&text, name, &finish)); }
  void finish_one() {
    finish.notify_one();
    get_on();
  }
  // What was written; Requires: unlocked.
  std::string written() { return **text.try_lock(); }

  Text text;
  Notify finish;
};

TEST(Mutex, OneAtATimeInTheOrderOfAsking) {
  Scene scene;
  for (const char name : {'a', 'b', 'c'}) scene.add(name);
  EXPECT_FALSE(scene.text.try_lock());
  scene.finish_one();
  EXPECT_FALSE(scene.text.try_lock()) << "b has it";
  scene.finish_one();
  scene.finish_one();
  EXPECT_EQ(scene.written(), "abc");
}

Task<void> unlocks_and_tries(Text* text, bool* got_it) {
  {
    MutexGuard<std::string> guard = co_await text->lock();
    co_await task::yield_now();
  }
  *got_it = text->try_lock().has_value();
}

TEST(Mutex, TryLockDoesNotOvertakeWhoWaits) {
  Scene scene;
  bool got_it = true;
  scene.runtime().spawn(unlocks_and_tries(&scene.text, &got_it));
  scene.runtime().spawn(writes(&scene.text, 'b', &scene.finish));
  scene.get_on();
  EXPECT_FALSE(got_it);
}

TEST(Mutex, DestroyedAsTheLongestWaiterLeavesTheNextInOrder) {
  Scene scene;
  scene.add('a');
  auto b = scene.add('b');
  scene.add('c');
  scene.destroy(std::move(b));
  scene.finish_one();
  scene.finish_one();
  EXPECT_EQ(scene.written(), "ac");
}

TEST(Mutex, DestroyedWithTheLockUnlocks) {
  Scene scene;
  auto a = scene.add('a');
  scene.add('b');
  scene.destroy(std::move(a));
  scene.finish_one();
  EXPECT_EQ(scene.written(), "ab");
}

TEST(Mutex, DestroyedBetweenWakeAndPollPassesTheLockOn) {
  Scene scene;
  auto guard = scene.text.try_lock();
  auto b = scene.add('b');
  scene.add('c');
  guard.reset();                // the lock is b's, which is woken …
  scene.destroy(std::move(b));  // … and gone before it could run
  scene.finish_one();
  EXPECT_EQ(scene.written(), "c");
}

TEST(Mutex, DestroyedUnpolledTakesNothing) {
  Text text;
  { const auto lock = text.lock(); }
  EXPECT_TRUE(text.try_lock());
}

// Polls a lock() and leaves it.
class Leaves {
 public:
  explicit Leaves(Text& text) : lock_(text.lock()) {}
  Poll poll(Context& cx) noexcept {
    polled_ = lock_.poll(cx);
    return Poll::kReady;
  }
  Poll result() const { return polled_; }

 private:
  LockFuture<MutexGuard<std::string>> lock_;
  Poll polled_ = Poll::kPending;
};
Task<Poll> leaves(Text* text) {
  Leaves future(*text);
  const Poll polled = co_await future;
  co_return polled;
}

TEST(Mutex, LockThatNobodyTakesIsUnlockedAgain) {
  Text text;
  EXPECT_EQ(Runtime().block_on(leaves(&text)), Poll::kReady);
  EXPECT_TRUE(text.try_lock());
}

Task<void> throws_inside(Text* text) {
  MutexGuard<std::string> guard = co_await text->lock();
  guard->append("half");
  throw std::runtime_error("expected");
}

TEST(Mutex, ExceptionUnlocksAndLeavesTheValueAsItIs) {
  Text text;
  EXPECT_THROW(Runtime().block_on(throws_inside(&text)), std::runtime_error);
  EXPECT_EQ(**text.try_lock(), "half");
}

TEST(Mutex, AssignedGuardUnlocksItsFormerMutexAtOnce) {
  Text one, other;
  Text::Guard guard = *one.try_lock();
  guard = *other.try_lock();
  EXPECT_TRUE(one.try_lock());
  EXPECT_FALSE(other.try_lock());
}

Task<OwnedMutexGuard<std::string>> locks_owned(std::shared_ptr<Text> text) {
  OwnedMutexGuard<std::string> guard = co_await lock_owned(std::move(text));
  co_return guard;
}

TEST(OwnedMutexGuard, KeepsTheMutexAlive) {
  auto text = std::make_shared<Text>("value", std::source_location::current());
  const std::weak_ptr<Text> observed = text;
  {
    const OwnedMutexGuard<std::string> guard = Runtime().block_on(locks_owned(text));
    EXPECT_FALSE(try_lock_owned(std::move(text)));
    EXPECT_FALSE(observed.expired());
    EXPECT_EQ(*guard, "value");
  }
  EXPECT_TRUE(observed.expired());
  EXPECT_TRUE(try_lock_owned(std::make_shared<Text>()));
}

// ---- on record

constexpr unsigned kMadeLine = __LINE__ + 2;
Task<void> locks_once() {
  std::optional<Mutex<int>> mutex(std::in_place, 5, std::source_location::current());
  { MutexGuard<int> guard = co_await mutex->lock(); }
  { const auto guard = mutex->try_lock(); }
  mutex.reset();
}

TEST(Sequence, MutexLocksByAnOpInsideOfAnOp) {
  test::Recorder recorder;
  Runtime().block_on(locks_once());
  EXPECT_EQ(recorder.text(),
            "T1 | new\n"
            "T1 | enter\n"
            "R2 | new\n"
            "R2 | enter\n"
            "R2 | state_update locked=false\n"
            "R3 | new\n"
            "R3 | enter\n"
            "R3 | state_update permits=1 permits.op=\"override\"\n"
            "R3 | exit\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 O4 | new\n"
            "R2 O4 | enter\n"
            "R2 O4 P5 | new\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 O4 | enter\n"
            "R2 O4 P5 | enter\n"
            "R3 | enter\n"
            "R3 O6 | new\n"
            "R3 O6 | enter\n"
            "R3 O6 | async_op::state_update permits_requested=1 permits.op=\"override\"\n"
            "R3 O6 | async_op::state_update permits_obtained=0 permits.op=\"override\"\n"
            "R3 O6 P7 | new\n"
            "R3 O6 | exit\n"
            "R3 | exit\n"
            "R3 | enter\n"
            "R3 O6 | enter\n"
            "R3 O6 P7 | enter\n"
            "R3 | enter\n"
            "R3 O6 P7 | state_update permits=1 permits.op=\"sub\"\n"
            "R3 O6 P7 | async_op::state_update permits_obtained=1 permits.op=\"add\"\n"
            "R3 | exit\n"
            "R3 O6 P7 | poll_op poll_acquire true\n"
            "R3 O6 P7 | poll_op poll_acquire true\n"
            "R3 O6 P7 | exit\n"
            "R3 O6 | exit\n"
            "R3 | exit\n"
            "R3 O6 P7 | close\n"
            "R3 O6 | close\n"
            "R2 O4 P5 | poll_op poll true\n"
            "R2 O4 P5 | exit\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "R2 O4 P5 | close\n"
            "R2 O4 | close\n"
            "R2 | enter\n"
            "R2 | state_update locked=true\n"
            "R2 | exit\n"
            "R3 | enter\n"
            "R3 | state_update permits=1 permits.op=\"add\"\n"
            "R3 | exit\n"
            "R2 | enter\n"
            "R2 | state_update locked=false\n"
            "R2 | exit\n"
            // try_lock()
            "R3 | enter\n"
            "R3 | state_update permits=1 permits.op=\"sub\"\n"
            "R3 | exit\n"
            "R2 | enter\n"
            "R2 | state_update locked=true\n"
            "R2 | exit\n"
            "R3 | enter\n"
            "R3 | state_update permits=1 permits.op=\"add\"\n"
            "R3 | exit\n"
            "R2 | enter\n"
            "R2 | state_update locked=false\n"
            "R2 | exit\n"
            "R2 | close\n"
            "R3 | close\n"
            "T1 | exit\n"
            "T1 | destroy\n"
            "T1 | exit\n"
            "T1 | close completed\n");
  const std::string fields = recorder.fields("R2");
  EXPECT_TRUE(fields.starts_with("concrete_type=\"Mutex\" kind=\"Sync\" loc.file=")) << fields;
  EXPECT_THAT(fields, testing::HasSubstr("mutex_test.cc\" loc.line="));
  EXPECT_THAT(fields, testing::HasSubstr("line=" + std::to_string(kMadeLine)));
  EXPECT_EQ(recorder.fields("O4"), "source=\"Mutex::lock\" inherits_child_attrs=false");
  EXPECT_EQ(recorder.target("R2"), "ari::sync::mutex");
}

// As the end of "right" in the capture "deadlock".
TEST(Sequence, MutexWaitThatIsDestroyedDropsItsWakerBeforeItsSpans) {
  test::Recorder recorder;
  Scene scene;
  const auto guard = scene.text.try_lock();
  auto waiting = scene.add('a');
  scene.destroy(std::move(waiting));
  const std::string text = recorder.text();
  const std::size_t at = text.find("outcome=\"cancelled\"\n") + 20;
  EXPECT_EQ(text.substr(at, text.find(" | exit", at) - at),
            "T4 | drop(T4)\n"
            "R2 O8 P9 | close\n"
            "R2 O8 | close\n"
            "R1 O6 P7 | close\n"
            "R1 O6 | close\n"
            "T4")
      << text;
}

// ---- threads

Task<void> adds(Mutex<int>* counter, int times, unsigned seed) {
  std::mt19937 random(seed);
  for (int i = 0; i < times; ++i) {
    MutexGuard<int> guard = co_await counter->lock();
    const int before = *guard;
    if (random() % 4 == 0) co_await task::yield_now();
    *guard = before + 1;
  }
}

// Adds with many tasks, some of which are destroyed wherever they are.
Task<void> adds_and_destroys(Mutex<int>* counter, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<JoinHandle<void>> handles;
  for (unsigned i = 0; i < 3; ++i) handles.push_back(spawn(adds(counter, 50, seed + i)));
  for (int i = 0; i < 20; ++i) {
    auto victim = spawn(adds(counter, 1'000'000, random()));
    for (unsigned turns = random() % 4; turns > 0; --turns) co_await task::yield_now();
    victim.abort();
  }
  for (auto& handle : handles) co_await handle;
}

TEST(Mutex, ThreadsTakeTurnsAndNeverStandStill) {
  for (unsigned seed = 0; seed < 8; ++seed) {
    SCOPED_TRACE(seed);
    Mutex<int> counter(0);
    std::thread other([&] { Runtime().block_on(adds_and_destroys(&counter, 2 * seed)); });
    Runtime().block_on(adds_and_destroys(&counter, 2 * seed + 1));
    other.join();
    EXPECT_GE(**counter.try_lock(), 2 * 3 * 50);
  }
}

TEST(Mutex, MappedGuardKeepsItLockedUntilItsEnd) {
  struct Table {
    int rows = 1;
    std::pair<int, int> cell;
  };
  Mutex<Table> table;
  {
    auto cell = map(*table.try_lock(), &Table::cell);
    const auto first = [](std::pair<int, int>& both) -> int& { return both.first; };
    auto part = map(std::move(cell), first);  // of a part
    *part = 7;
    EXPECT_FALSE(table.try_lock());
    auto moved = std::move(part);
    EXPECT_EQ(*moved, 7);
    EXPECT_FALSE(table.try_lock());
  }
  EXPECT_EQ((*table.try_lock())->cell.first, 7);

  RwLock<Table> shared;
  auto reading = map(*shared.try_read(), &Table::rows);
  static_assert(std::is_same_v<decltype(*reading), const int&>);
  EXPECT_TRUE(shared.try_read());
  EXPECT_FALSE(shared.try_write());
}

TEST(Mutex, NoAdditionIsLostBetweenThreads) {
  Mutex<int> counter(0);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i) {
    threads.emplace_back([&counter, i] { Runtime().block_on(adds(&counter, 500, i)); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(**counter.try_lock(), 4 * 500);
}

Task<void> blocks_in_a_poll(Mutex<int>* mutex) {
  EXPECT_THROW(static_cast<void>(mutex->blocking_lock()), std::logic_error);
  co_return;
}
TEST(Mutex, BlockingLockIsForThreadsThatPollNoTasks) {
  Mutex<int> mutex;
  Runtime().block_on(blocks_in_a_poll(&mutex));
  EXPECT_TRUE(mutex.try_lock());
}

Task<void> joins(JoinHandle<void> handle) { co_await handle; }
TEST(Mutex, BlockingLockWaitsInItsThreadAndIsHeldByTheTaskThere) {
  Mutex<int> mutex;
  const auto locks = [&mutex] {
    const MutexGuard<int> guard = mutex.blocking_lock();
    EXPECT_EQ(*guard, 1) << "it was let in before the lock was free";
    // Not by the task of the wait, which has ended: dumps would tell of that.
    auto waiting = mutex.lock();
    EXPECT_EQ(waiting.wait().held_by, task::try_id().value_or(trace::kNoSpan));
  };
  {
    std::optional<MutexGuard<int>> held = mutex.try_lock();
    std::thread thread(locks);
    test::until_thread_waits("Mutex::lock");
    **held = 1;
    held.reset();
    thread.join();
  }
  std::optional<MutexGuard<int>> held = mutex.try_lock();
  **held = 0;
  Runtime runtime;
  auto blocking = runtime.spawn_blocking(locks);
  test::until_thread_waits("Mutex::lock");
  **held = 1;
  held.reset();
  runtime.block_on(joins(std::move(blocking)));
}

Task<void> blocks_owned_in_a_poll(std::shared_ptr<Mutex<int>> mutex) {
  EXPECT_THROW(static_cast<void>(blocking_lock_owned(mutex)), std::logic_error);
  co_return;
}
TEST(OwnedMutexGuard, ThreadMayWaitForIt) {
  auto mutex = std::make_shared<Mutex<int>>(0, std::source_location::current());
  Runtime().block_on(blocks_owned_in_a_poll(mutex));
  { EXPECT_EQ(*blocking_lock_owned(mutex), 0) << "free"; }
  std::optional<MutexGuard<int>> held = mutex->try_lock();
  std::thread thread([last = mutex]() mutable {
    const OwnedMutexGuard<int> guard = blocking_lock_owned(std::move(last));
    EXPECT_EQ(*guard, 1) << "it was let in before the lock was free";
  });
  test::until_thread_waits("Mutex::lock_owned");
  **held = 1;
  held.reset();
  mutex.reset();  // the guard there keeps it
  thread.join();
}

TEST(Mutex, NoAdditionIsLostBetweenThreadsThatBlockAndTasks) {
  Mutex<int> counter(0);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 2; ++i) {
    threads.emplace_back([&counter, i] { Runtime().block_on(adds(&counter, 300, i)); });
    threads.emplace_back([&counter] {
      for (int n = 0; n < 300; ++n) ++*counter.blocking_lock();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(**counter.try_lock(), 4 * 300);
}

}  // namespace
}  // namespace ari::sync

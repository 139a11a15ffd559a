// Handle and Runtime::Builder: ways into a runtime.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/flavours.h"

namespace ari {
namespace {

using std::chrono::milliseconds;

Task<int> number(int n) { co_return n; }
Task<std::thread::id> here() { co_return std::this_thread::get_id(); }

Task<int> spawns_through(Handle handle) {
  auto spawned = handle.spawn(number(7));
  const int result = co_await spawned;
  co_return result;
}
Task<int> spawns_through_current() {
  const int result = co_await spawns_through(Handle::current());
  co_return result;
}

TEST(Handle, OfTheRunningRuntimeSpawnsOnIt) {
  EXPECT_EQ(Runtime().block_on(spawns_through_current()), 7);
}

TEST(Handle, CurrentOutsideOfARuntimeThrows) { EXPECT_THROW(Handle::current(), std::logic_error); }

TEST(Handle, OutlivesItsRuntimeAndThenCancelsWhatItIsGiven) {
  std::optional<Handle> handle;
  {
    Runtime runtime;
    handle = runtime.handle();
  }
  EXPECT_TRUE(handle->spawn(number(1)).is_finished());
  EXPECT_THROW(handle->block_on(number(1)), JoinError);
}

TEST(Handle, BlockOnRunsTheTaskHereAndNoOther) {
  Runtime runtime;
  auto other = runtime.spawn(number(1));
  EXPECT_EQ(runtime.handle().block_on(here()), std::this_thread::get_id());
  EXPECT_FALSE(other.is_finished());
}

Task<int> yields_and_joins(JoinHandle<int> handle) {
  co_await task::yield_now();
  const int result = co_await handle;
  co_return result;
}

// Is runnable at all times, and counts its polls.
class Busy {
 public:
  Busy(int* polls, const bool* stop) : polls_(polls), stop_(stop) {}
  Poll poll(Context& cx) noexcept {
    ++*polls_;
    if (*stop_) return Poll::kReady;
    cx.waker().wake_by_ref();
    return Poll::kPending;
  }

 private:
  int* polls_;
  const bool* stop_;
};
Task<void> is_busy(int* polls, const bool* stop) {
  Busy future(polls, stop);
  co_await future;
}
Task<int> tells(const int* polls) { co_return *polls; }

// The polls of others before each of two tasks that another thread spawned one after the other.
Task<std::vector<int>> waits_behind_busy_tasks() {
  int polls = 0;
  bool stop = false;
  for (int i = 0; i < 500; ++i) spawn(is_busy(&polls, &stop)).detach();
  while (polls < 500) co_await task::yield_now();
  std::optional<JoinHandle<int>> first, second;
  std::thread other([&, handle = Handle::current()] {
    first.emplace(handle.spawn(tells(&polls)));
    second.emplace(handle.spawn(tells(&polls)));
  });
  other.join();
  const int before = polls;
  std::vector<int> waited;
  waited.push_back(co_await *first - before);
  waited.push_back(co_await *second - before);
  stop = true;
  co_return waited;
}
// Former bug: they went behind all the tasks that were runnable.
TEST(CurrentThread, TasksFromOtherThreadsGoFirstInEvery31stPoll) {
  const std::vector<int> waited = Runtime().block_on(waits_behind_busy_tasks());
  EXPECT_LE(waited[0], 31);
  EXPECT_GT(waited[1], waited[0]);
  EXPECT_LE(waited[1], 62);
}

// Joins, by a block_on of its own, a task that the other thread runs.
TEST(Handle, BlockOnBesideTheThreadThatRunsTheRuntime) {
  Runtime runtime;
  auto stop = std::make_shared<sync::Notify>();
  struct Waits {
    static Task<void> until(std::shared_ptr<sync::Notify> stop) { co_await stop->notified(); }
  };
  std::thread runner([&] { runtime.block_on(Waits::until(stop)); });
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(runtime.handle().block_on(yields_and_joins(runtime.spawn(number(i)))), i);
  }
  stop->notify_one();
  runner.join();
}

TEST(Handle, BlockOnIsCancelledWhenTheRuntimeShutsDown) {
  auto runtime = std::make_unique<Runtime>();
  auto never = std::make_shared<sync::Notify>();
  struct Waits {
    static Task<void> for_ever(std::shared_ptr<sync::Notify> never, std::atomic<bool>* waiting) {
      waiting->store(true);
      co_await never->notified();
    }
  };
  std::atomic<bool> waiting{false};
  std::thread other([&, handle = runtime->handle()] {
    EXPECT_THROW(handle.block_on(Waits::for_ever(never, &waiting)), JoinError);
  });
  while (!waiting.load()) std::this_thread::yield();
  runtime.reset();
  other.join();
}

TEST(Runtime, IsMovable) {
  Runtime first = Runtime::Builder::current_thread().build();
  Runtime second = std::move(first);
  first = Runtime();
  EXPECT_EQ(first.block_on(number(1)) + second.block_on(number(2)), 3);
  second = std::move(first);
  EXPECT_EQ(second.block_on(number(3)), 3);
}

Task<int> joins(JoinHandle<int> handle) {
  const int result = co_await handle;
  co_return result;
}

Task<bool> has_current() { co_return Handle::try_current().has_value(); }
TEST(Handle, TryCurrentIsNothingOutsideOfARuntime) {
  EXPECT_FALSE(Handle::try_current());
  EXPECT_TRUE(Runtime().block_on(has_current()));
}

class HandleEnter : public test::OnEachFlavour {};
INSTANTIATE_TEST_SUITE_P(On, HandleEnter, test::kEachFlavour, test::name_of);

TEST_P(HandleEnter, LetsAThreadSpawnWithoutAHandle) {
  Runtime runtime = make();
  std::optional<JoinHandle<int>> spawned, blocking;
  {
    const auto inside = runtime.handle().enter();
    spawned = spawn(number(7));
    blocking = spawn_blocking([] { return 8; });
    EXPECT_EQ(Handle::current().block_on(number(9)), 9) << "it may block all the same";
  }
  EXPECT_FALSE(Handle::try_current());
  EXPECT_EQ(runtime.block_on(joins(*std::move(spawned))), 7);
  EXPECT_EQ(runtime.block_on(joins(*std::move(blocking))), 8);
}

Task<void> enters_another(Handle other, std::optional<JoinHandle<int>>* spawned) {
  {
    const auto inside = other.enter();
    spawned->emplace(spawn(number(2)));
    EXPECT_THROW(other.block_on(number(1)), std::logic_error) << "the thread polls tasks";
  }
  auto here = spawn(number(3));
  const int result = co_await here;
  EXPECT_EQ(result, 3) << "what is spawned afterwards is of the task's own runtime";
}
TEST_P(HandleEnter, InsideOfATaskItOnlyChangesWhereSpawnsGo) {
  Runtime other = Runtime::Builder::current_thread().build();
  std::optional<JoinHandle<int>> spawned;
  make().block_on(enters_another(other.handle(), &spawned));
  EXPECT_FALSE(spawned->is_finished()) << "nobody has run the other since";
  EXPECT_EQ(other.block_on(joins(*std::move(spawned))), 2);
}

}  // namespace
}  // namespace ari

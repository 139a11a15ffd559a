// Handle and Runtime::Builder: ways into a runtime.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

#include "runtime/ari.h"

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

}  // namespace
}  // namespace ari

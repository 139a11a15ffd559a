// The scheduler's promise: no woken task is forgotten.
//
// Cells are flags that several threads and tasks raise at random, each with a task that
// counts how often it saw its cell raised. A raise stores the flag and then wakes; so after
// it, the task must be polled and see the flag, whatever state it was in: idle, scheduled,
// running, or about to sleep. At the end every cell is raised for the last time, and every
// task must come to its end; one that was forgotten hangs the test.
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/flavours.h"

namespace ari {
namespace {

class Forgotten : public test::OnEachFlavour {};
INSTANTIATE_TEST_SUITE_P(On, Forgotten, test::kEachFlavour, test::name_of);

// A flag with a waker beside it. The mutex is the test's own; what is tested lies behind
// the waker.
class Cell {
 public:
  void raise(bool last) {
    Waker waker;
    {
      const std::lock_guard lock(mutex_);
      raised_ = true;
      last_ = last_ || last;
      std::swap(waker, waker_);
    }
    std::move(waker).wake();
  }
  // Wakes for no reason.
  void nudge() {
    Waker waker;
    {
      const std::lock_guard lock(mutex_);
      waker = waker_;
    }
    waker.wake_by_ref();
  }

  Poll poll(Context& cx) noexcept {
    Waker old = cx.waker();
    const std::lock_guard lock(mutex_);
    if (std::exchange(raised_, false)) return Poll::kReady;
    std::swap(old, waker_);
    return Poll::kPending;
  }
  bool result() {
    const std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  std::mutex mutex_;
  bool raised_ = false;
  bool last_ = false;
  Waker waker_;
};

struct World {
  explicit World(std::size_t count) : cells(count) {}
  std::deque<Cell> cells;
  std::atomic<int> ended{0};
};

// Waits for its cell again and again, and now and then raises another or gives way.
Task<void> lives(World* world, std::size_t own, unsigned seed) {
  std::minstd_rand random(seed);
  Cell& cell = world->cells[own];
  while (true) {
    const bool last = co_await cell;
    if (last) break;
    const unsigned dice = static_cast<unsigned>(random() % 8);
    if (dice == 0) co_await task::yield_now();
    if (dice == 1) world->cells[random() % world->cells.size()].nudge();
    if (dice == 2) world->cells[random() % world->cells.size()].raise(false);
  }
  world->ended.fetch_add(1);
}

Task<void> joins_all(std::deque<JoinHandle<void>>* handles) {
  for (auto& handle : *handles) {
    try {
      co_await handle;
    } catch (const JoinError&) {
    }
  }
}

TEST_P(Forgotten, NoTaskThatIsWokenAtAnyMomentByAnyThread) {
  for (int round = 0; round < 40; ++round) {
    const unsigned seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Runtime runtime = make();
    World world(12);
    std::deque<JoinHandle<void>> handles;
    for (std::size_t i = 0; i < world.cells.size(); ++i) {
      handles.push_back(runtime.spawn(lives(&world, i, seed + static_cast<unsigned>(i))));
    }
    const auto raises = [&](unsigned number) {
      std::mt19937 random(seed ^ number);
      for (int i = 0; i < 200; ++i) {
        Cell& cell = world.cells[random() % world.cells.size()];
        if (random() % 4 == 0) {
          cell.nudge();
        } else {
          cell.raise(false);
        }
        if (random() % 16 == 0) std::this_thread::yield();
      }
    };
    std::vector<std::thread> threads;
    for (unsigned number = 1; number <= 3; ++number) threads.emplace_back(raises, number);
    std::thread last([&] {
      for (std::thread& thread : threads) thread.join();
      for (Cell& cell : world.cells) cell.raise(true);
    });
    runtime.block_on(joins_all(&handles));
    last.join();
    EXPECT_EQ(world.ended.load(), static_cast<int>(world.cells.size()));
  }
}

// The same with aborts: each task ends once, by its last raise or by the abort, and what it
// had is destroyed.
TEST_P(Forgotten, NoTaskThatIsAbortedAtAnyMoment) {
  for (int round = 0; round < 40; ++round) {
    const unsigned seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Runtime runtime = make();
    World world(12);
    std::deque<JoinHandle<void>> handles;
    for (std::size_t i = 0; i < world.cells.size(); ++i) {
      handles.push_back(runtime.spawn(lives(&world, i, seed + static_cast<unsigned>(i))));
    }
    std::thread wakes([&] {
      std::mt19937 random(seed);
      for (int i = 0; i < 300; ++i) world.cells[random() % world.cells.size()].raise(i > 250);
    });
    std::thread aborts([&] {
      std::mt19937 random(seed + 1);
      for (JoinHandle<void>& handle : handles) {
        for (unsigned n = random() % 4; n > 0; --n) std::this_thread::yield();
        handle.abort();
      }
    });
    runtime.block_on(joins_all(&handles));
    wakes.join();
    aborts.join();
    for (const JoinHandle<void>& handle : handles) EXPECT_TRUE(handle.is_finished());
  }
}

Task<void> spawns_tree(std::atomic<int>* leaves, int depth) {
  if (depth == 0) {
    leaves->fetch_add(1);
    co_return;
  }
  auto left = spawn(spawns_tree(leaves, depth - 1));
  auto right = spawn(spawns_tree(leaves, depth - 1));
  co_await left;
  co_await right;
}

TEST_P(Forgotten, NoTaskOfATreeThatGrowsOnAllWorkers) {
  std::atomic<int> leaves{0};
  Runtime runtime = make();
  runtime.block_on(spawns_tree(&leaves, 12));
  EXPECT_EQ(leaves.load(), 1 << 12);
}

// The moment in which a worker goes to sleep, again and again: one task at a time is
// spawned from outside, when all workers have nothing to do.
TEST_P(Forgotten, NoTaskSpawnedWhileTheLastWorkerGoesToSleep) {
  Runtime runtime = make();
  struct Nothing {
    static Task<void> at_all() { co_return; }
    static Task<void> join(JoinHandle<void> handle) { co_await handle; }
  };
  for (int i = 0; i < 2000; ++i) runtime.block_on(Nothing::join(runtime.spawn(Nothing::at_all())));
}

}  // namespace
}  // namespace ari

// MultiThread: what the scheduler with several workers promises beyond what both do.
//
// Each test of an order forces it: workers are kept busy by tasks that spin until they are
// told to stop ("blockers"), so that who could run what is known.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/flavours.h"

namespace ari {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using test::multi_thread;

void wait_until(const std::atomic<bool>& flag) {
  while (!flag.load()) std::this_thread::yield();
}

Task<int> number(int n) { co_return n; }
Task<std::thread::id> here() { co_return std::this_thread::get_id(); }

Task<std::thread::id> where_a_spawned_task_runs() {
  auto spawned = spawn(here());
  const std::thread::id id = co_await spawned;
  co_return id;
}

TEST(MultiThread, BlockOnRunsItsTaskOnTheCallingThreadAndSpawnedOnesOnWorkers) {
  Runtime runtime = multi_thread(2);
  EXPECT_EQ(runtime.block_on(here()), std::this_thread::get_id());
  EXPECT_NE(runtime.block_on(where_a_spawned_task_runs()), std::this_thread::get_id());
}

// Waits until as many tasks as there are workers are being polled at once.
Task<void> meets(std::atomic<int>* present, int all) {
  present->fetch_add(1);
  while (present->load() < all) std::this_thread::yield();
  co_return;
}

Task<void> all_meet(int workers) {
  std::atomic<int> present{0};
  std::vector<JoinHandle<void>> handles;
  for (int i = 0; i < workers; ++i) handles.push_back(spawn(meets(&present, workers)));
  for (auto& handle : handles) co_await handle;
}

TEST(MultiThread, EveryWorkerPollsAtTheSameTime) {
  for (const int workers : {1, 2, 3, 8}) {
    multi_thread(static_cast<std::size_t>(workers)).block_on(all_meet(workers));
  }
}

// Polled once, it keeps its worker until it is told to go.
Task<void> blocks(std::atomic<bool>* began, std::atomic<bool>* go) {
  began->store(true);
  wait_until(*go);
  co_return;
}

Task<void> appends(std::shared_ptr<std::string> order, char name) {
  *order += name;
  co_return;
}

// On the one worker: spawns a, b, c.
Task<void> spawns_three(std::shared_ptr<std::string> order) {
  std::vector<JoinHandle<void>> handles;
  for (const char name : {'a', 'b', 'c'}) handles.push_back(spawn(appends(order, name)));
  for (auto& handle : handles) co_await handle;
}

Task<void> runs_on_a_worker(Task<void> task) {
  auto handle = spawn(std::move(task));
  co_await handle;
}

TEST(MultiThread, WhatThePolledTaskMadeRunnableLastRunsNext) {
  auto order = std::make_shared<std::string>();
  multi_thread(1).block_on(runs_on_a_worker(spawns_three(order)));
  EXPECT_EQ(*order, "cab");
}

// A chain in which each task spawns the next: each is in the LIFO slot in its turn.
Task<void> spawns_chain(std::shared_ptr<std::string> order, int left) {
  *order += 'x';
  if (left == 0) co_return;
  auto next = spawn(spawns_chain(order, left - 1));
  co_await next;
}
Task<void> chain_beside_another(std::shared_ptr<std::string> order) {
  auto other = spawn(appends(order, 'o'));
  auto chain = spawn(spawns_chain(order, 9));  // displaces the other from the slot
  co_await chain;
  co_await other;
}

TEST(MultiThread, TheLifoSlotGoesFirstThreeTimesInARowAtMost) {
  auto order = std::make_shared<std::string>();
  multi_thread(1).block_on(runs_on_a_worker(chain_beside_another(order)));
  EXPECT_EQ(*order, "xxxoxxxxxxx");
}

// Two tasks that wake each other in turns.
struct Rally {
  std::string order;
  Waker waiting;
  bool is_a_next = true;
};
Task<void> plays(std::shared_ptr<Rally> rally, char name) {
  struct MyTurn {
    Poll poll(Context& cx) noexcept {
      if (rally->is_a_next == is_a) return Poll::kReady;
      rally->waiting = cx.waker();
      return Poll::kPending;
    }
    Rally* rally;
    bool is_a;
  };
  for (int i = 0; i < 8; ++i) {
    MyTurn turn{rally.get(), name == 'a'};
    co_await turn;
    rally->order += name;
    rally->is_a_next = !rally->is_a_next;
    std::exchange(rally->waiting, Waker()).wake();
  }
}
Task<void> appends_to(std::shared_ptr<Rally> rally, char name) {
  rally->order += name;
  co_return;
}
Task<void> rally_beside_another(std::shared_ptr<Rally> rally) {
  auto a = spawn(plays(rally, 'a'));
  auto b = spawn(plays(rally, 'b'));
  auto other = spawn(appends_to(rally, 'o'));
  auto in_slot = spawn(appends_to(rally, 's'));  // the queue is a, b, o by now
  co_await a;
  co_await b;
  co_await other;
  co_await in_slot;
}

// Former bug: when b's turn came and it woke a, which woke b, and so on, only a's polls counted.
TEST(MultiThread, TwoThatWakeEachOtherLetOthersRunAfterThreeInARow) {
  auto rally = std::make_shared<Rally>();
  multi_thread(1).block_on(runs_on_a_worker(rally_beside_another(rally)));
  EXPECT_EQ(rally->order.substr(0, rally->order.find('o')), "sababa");
}

Task<void> wakes_itself(std::shared_ptr<std::string> order, char name) {
  for (int i = 0; i < 3; ++i) {
    *order += name;
    struct Once {
      explicit Once() = default;
      Poll poll(Context& cx) noexcept {
        if (woken) return Poll::kReady;
        woken = true;
        cx.waker().wake_by_ref();
        return Poll::kPending;
      }
      bool woken = false;
    };
    Once once;
    co_await once;
  }
}
Task<void> two_wake_themselves(std::shared_ptr<std::string> order) {
  auto a = spawn(wakes_itself(order, 'a'));
  auto b = spawn(wakes_itself(order, 'b'));
  co_await a;
  co_await b;
}

TEST(MultiThread, ATaskThatWakesItselfGoesBehindTheOthers) {
  auto order = std::make_shared<std::string>();
  multi_thread(1).block_on(runs_on_a_worker(two_wake_themselves(order)));
  EXPECT_EQ(*order, "bababa");
}

// One worker is blocked right after it spawned a hundred tasks: the other has to take all
// but the one in the slot of the first, which nobody can.
Task<void> spawns_and_blocks(std::atomic<int>* done, std::atomic<bool>* go) {
  struct Counts {
    static Task<void> up(std::atomic<int>* done, std::atomic<bool>* go) {
      if (done->fetch_add(1) + 1 == 100) go->store(true);
      co_return;
    }
  };
  for (int i = 0; i < 101; ++i) spawn(Counts::up(done, go));
  wait_until(*go);
  co_return;
}

TEST(MultiThread, TasksOfABlockedWorkerAreStolen) {
  std::atomic<int> done{0};
  std::atomic<bool> go{false};
  Runtime runtime = multi_thread(2);
  runtime.block_on(runs_on_a_worker(spawns_and_blocks(&done, &go)));
  EXPECT_GE(done.load(), 100);
  const RuntimeMetrics metrics = runtime.handle().metrics();
  EXPECT_GE(metrics.workers[0].steal_operations + metrics.workers[1].steal_operations, 1u);
}

// Wakes itself without a word to the scheduler that it gives way: the queue is never empty.
class SelfWakes {
 public:
  explicit SelfWakes(std::atomic<bool>* stop) : stop_(stop) {}
  Poll poll(Context& cx) noexcept {
    if (stop_->load()) return Poll::kReady;
    cx.waker().wake_by_ref();
    return Poll::kPending;
  }

 private:
  std::atomic<bool>* stop_;
};
Task<void> wakes_itself_until(std::atomic<bool>* stop) {
  SelfWakes future(stop);
  co_await future;
}
Task<void> stops(std::atomic<bool>* stop) {
  stop->store(true);
  co_return;
}

TEST(MultiThread, TasksFromOutsideRunThoughTheWorkersNeverRunOutOfTheirOwn) {
  std::atomic<bool> stop{false};
  Runtime runtime = multi_thread(1);
  auto a = runtime.spawn(wakes_itself_until(&stop));
  auto b = runtime.spawn(wakes_itself_until(&stop));
  runtime.spawn(stops(&stop));
  struct Joins {
    static Task<void> both(JoinHandle<void> a, JoinHandle<void> b) {
      co_await a;
      co_await b;
    }
  };
  runtime.block_on(Joins::both(std::move(a), std::move(b)));
}

Task<void> sleeps_and_stops(std::atomic<bool>* stop) {
  co_await time::sleep(milliseconds(2));
  stop->store(true);
}

TEST(MultiThread, TimersFireThoughTheWorkersNeverRunOutOfTasks) {
  std::atomic<bool> stop{false};
  Runtime runtime = multi_thread(1);
  auto busy = runtime.spawn(wakes_itself_until(&stop));
  runtime.spawn(sleeps_and_stops(&stop));
  struct Joins {
    static Task<void> it(JoinHandle<void> handle) { co_await handle; }
  };
  runtime.block_on(Joins::it(std::move(busy)));
}

Task<void> counts_who_had_their_turn(int* at_once) {
  struct Counts {
    static Task<void> up(int* count) {
      ++*count;
      co_return;
    }
  };
  int count = 0;
  for (int i = 0; i < 200; ++i) spawn(Counts::up(&count)).detach();
  co_await task::yield_now();
  *at_once = count;
  while (count < 200) co_await task::yield_now();
}
// Former bug: it was polled again before most of the others had been.
TEST(MultiThread, WhoGivesWayGoesBehindTheOthersOfItsWorker) {
  int had_their_turn = 0;
  multi_thread(1).block_on(runs_on_a_worker(counts_who_had_their_turn(&had_their_turn)));
  EXPECT_EQ(had_their_turn, 200);
}

TEST(MultiThread, WhoGivesWayRunsAgainThoughOthersAreRunnable) {
  std::atomic<bool> stop{false};
  Runtime runtime = multi_thread(1);
  auto busy = runtime.spawn(wakes_itself_until(&stop));
  struct Yields {
    static Task<void> often(std::atomic<bool>* stop) {
      for (int i = 0; i < 5; ++i) co_await task::yield_now();
      stop->store(true);
    }
    static Task<void> join(JoinHandle<void> handle) { co_await handle; }
  };
  runtime.spawn(Yields::often(&stop));
  runtime.block_on(Yields::join(std::move(busy)));
}

// All workers sleep, one of them in the driver until an hour from now. The block_on thread,
// which is no worker, registers an earlier timer.
TEST(MultiThread, AnEarlierTimerFromAnotherThreadEndsTheSleepInTheDriver) {
  Runtime runtime = multi_thread(2);
  struct Sleeps {
    static Task<void> for_ms(int ms) { co_await time::sleep(milliseconds(ms)); }
    static Task<void> long_time() { co_await time::sleep(hours(1)); }
  };
  runtime.spawn(Sleeps::long_time());
  runtime.block_on(Sleeps::for_ms(5));  // the other one's timer is registered meanwhile
  runtime.block_on(Sleeps::for_ms(1));
}

// More tasks than a local queue holds, spawned in one poll.
Task<int> spawns_many(int count) {
  std::vector<JoinHandle<int>> handles;
  for (int i = 0; i < count; ++i) handles.push_back(spawn(number(i)));
  int sum = 0;
  for (auto& handle : handles) sum += co_await handle;
  co_return sum;
}
Task<int> on_a_worker(Task<int> task) {
  auto handle = spawn(std::move(task));
  const int result = co_await handle;
  co_return result;
}

TEST(MultiThread, WhatDoesNotFitIntoALocalQueueOverflows) {
  for (const std::size_t workers : {1u, 2u}) {
    Runtime runtime = multi_thread(workers);
    EXPECT_EQ(runtime.block_on(on_a_worker(spawns_many(2000))), 1999 * 1000);
    if (workers > 1) continue;
    EXPECT_GE(runtime.handle().metrics().workers[0].overflow_count, 1u);
  }
}

TEST(MultiThread, WorkersAreNamedAndTheHooksAreCalledOnEach) {
  std::atomic<int> started{0}, stopped{0};
  {
    Runtime runtime = Runtime::Builder::multi_thread()
                          .worker_threads(3)
                          .thread_name("a-long-name-of-threads")
                          .on_thread_start([&] { started.fetch_add(1); })
                          .on_thread_stop([&] { stopped.fetch_add(1); })
                          .build();
    struct Name {
      static Task<std::string> of_worker() {
        std::array<char, 16> name{};
        pthread_getname_np(pthread_self(), name.data(), name.size());
        co_return name.data();
      }
      static Task<std::string> ask() {
        auto handle = spawn(of_worker());
        std::string name = co_await handle;
        co_return name;
      }
    };
    const std::string name = runtime.block_on(Name::ask());
    EXPECT_EQ(name.substr(0, 14), "a-long-name-o-") << name;
  }
  EXPECT_EQ(started.load(), 3);
  EXPECT_EQ(stopped.load(), 3);
}

std::size_t stack_of_this_thread() {
  pthread_attr_t all;
  std::size_t bytes = 0;
  EXPECT_EQ(pthread_getattr_np(pthread_self(), &all), 0);
  EXPECT_EQ(pthread_attr_getstacksize(&all, &bytes), 0);
  pthread_attr_destroy(&all);
  return bytes;
}
Task<std::size_t> stack_of_worker() { co_return stack_of_this_thread(); }
Task<std::vector<std::size_t>> stacks() {
  auto worker = spawn(stack_of_worker());
  auto blocking = spawn_blocking(stack_of_this_thread);
  const std::size_t of_worker = co_await worker;
  const std::size_t of_blocking = co_await blocking;
  co_return std::vector{of_worker, of_blocking};
}
TEST(Builder, StacksAreOfTheSizeAskedFor) {
  constexpr std::size_t kMost = std::size_t{1} << 20;  // that the system, or a sanitizer, adds
  for (const std::size_t asked : {256u << 10, (32u << 20) + 1}) {
    auto builder = Runtime::Builder::multi_thread();
    Runtime runtime = builder.worker_threads(1).thread_stack_size(asked).build();
    for (const std::size_t got : runtime.block_on(stacks())) {
      EXPECT_GE(got, asked);
      EXPECT_LT(got, asked + kMost);
    }
  }
}
TEST(Builder, StacksThatCannotBeAreAnError) {
  auto builder = Runtime::Builder::multi_thread();
  builder.worker_threads(1).thread_stack_size(std::size_t{1} << 46);
  EXPECT_THROW(builder.build(), std::system_error);
}

TEST(Builder, RefusesZeroThreads) {
  auto builder = Runtime::Builder::multi_thread();
  EXPECT_THROW(builder.worker_threads(0), std::invalid_argument);
  EXPECT_THROW(builder.max_blocking_threads(0), std::invalid_argument);
}

Task<void> yields(int times) {
  for (int i = 0; i < times; ++i) co_await task::yield_now();
}
Task<void> spawns_yielders(int tasks, int times) {
  std::vector<JoinHandle<void>> handles;
  for (int i = 0; i < tasks; ++i) handles.push_back(spawn(yields(times)));
  for (auto& handle : handles) co_await handle;
}

TEST(Metrics, CountWhatHappened) {
  for (const auto flavour : {test::Flavour::kCurrentThread, test::Flavour::kMultiThread}) {
    SCOPED_TRACE(testing::PrintToString(flavour));
    Runtime runtime = test::make_runtime(flavour);
    runtime.block_on(runs_on_a_worker(spawns_yielders(10, 100)));
    // A joiner is woken a moment before the task is taken off the list.
    while (runtime.handle().metrics().num_alive_tasks > 0) std::this_thread::yield();
    const RuntimeMetrics metrics = runtime.handle().metrics();
    EXPECT_EQ(metrics.spawned_tasks_count, 11u);
    EXPECT_EQ(metrics.injection_queue_depth, 0u);
    EXPECT_EQ(metrics.workers.size(), flavour == test::Flavour::kCurrentThread ? 1u : 2u);
    std::uint64_t polls = 0;
    for (const WorkerMetrics& worker : metrics.workers) {
      polls += worker.poll_count;
      EXPECT_EQ(worker.local_queue_depth, 0u);
    }
    EXPECT_GE(polls, 10u * 101);
    EXPECT_GT(metrics.workers[0].total_busy_duration.count() +
                  metrics.workers.back().total_busy_duration.count(),
              0);
  }
}

// Else a main task that waits until all others have ended would wait for itself.
Task<std::pair<std::size_t, std::uint64_t>> counts_tasks() {
  auto other = spawn(yields(1));
  const RuntimeMetrics before = Handle::current().metrics();
  co_await other;
  while (Handle::current().metrics().num_alive_tasks > 0) co_await task::yield_now();
  co_return std::pair(before.num_alive_tasks, before.spawned_tasks_count);
}

TEST(Metrics, DoNotCountTheTaskOfABlockOn) {
  for (const auto flavour : {test::Flavour::kCurrentThread, test::Flavour::kMultiThread}) {
    SCOPED_TRACE(testing::PrintToString(flavour));
    Runtime runtime = test::make_runtime(flavour);
    EXPECT_LE(runtime.block_on(counts_tasks()).first, 1u);
    EXPECT_EQ(runtime.block_on(counts_tasks()).second, 2u);
    EXPECT_EQ(runtime.handle().metrics().num_alive_tasks, 0u);
  }
}

TEST(Metrics, TellWhatWaits) {
  std::atomic<bool> began{false}, go{false};
  Runtime runtime = multi_thread(1);
  runtime.spawn(blocks(&began, &go));
  wait_until(began);
  for (int i = 0; i < 5; ++i) runtime.spawn(number(i));
  const RuntimeMetrics metrics = runtime.handle().metrics();
  EXPECT_EQ(metrics.num_alive_tasks, 6u);
  EXPECT_EQ(metrics.injection_queue_depth, 5u);
  EXPECT_EQ(metrics.remote_schedule_count, 6u);
  go.store(true);
}

}  // namespace
}  // namespace ari

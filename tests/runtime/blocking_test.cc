// spawn_blocking and block_in_place: code that blocks its thread, and nobody else.
#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <chrono>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/flavours.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class SpawnBlocking : public test::OnEachFlavour {};
INSTANTIATE_TEST_SUITE_P(On, SpawnBlocking, test::kEachFlavour, test::name_of);

void wait_until(const std::atomic<bool>& flag) {
  while (!flag.load()) std::this_thread::yield();
}

// Half a minute at most.
bool is_soon(const std::atomic<bool>& flag) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!flag.load() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  return flag.load();
}

Task<int> number(int n) { co_return n; }

template <class T>
Task<T> joins(JoinHandle<T> handle) {
  if constexpr (std::is_void_v<T>) {
    co_await handle;
  } else {
    T result = co_await handle;
    co_return result;
  }
}

TEST_P(SpawnBlocking, GivesWhatTheFunctionReturnsOrThrows) {
  Runtime runtime = make();
  auto seven = runtime.spawn_blocking([] { return 7; });
  auto unique = runtime.spawn_blocking([] { return std::make_unique<int>(8); });
  auto nothing = runtime.spawn_blocking([] {});
  auto throws = runtime.spawn_blocking([]() -> int { throw std::out_of_range("too far"); });
  EXPECT_EQ(runtime.block_on(joins(std::move(seven))), 7);
  EXPECT_EQ(*runtime.block_on(joins(std::move(unique))), 8);
  runtime.block_on(joins(std::move(nothing)));
  EXPECT_THROW(runtime.block_on(joins(std::move(throws))), std::out_of_range);
}

Task<bool> runs_elsewhere() {
  auto handle = spawn_blocking([] { return std::this_thread::get_id(); });
  const std::thread::id there = co_await handle;
  co_return there != std::this_thread::get_id();
}

TEST_P(SpawnBlocking, RunsOnAThreadOfItsOwn) { EXPECT_TRUE(make().block_on(runs_elsewhere())); }

TEST_P(SpawnBlocking, MaySpawnAndBlockOn) {
  Runtime runtime = make();
  auto sum = runtime.spawn_blocking([] {
    auto spawned = spawn(number(3));
    auto nested = spawn_blocking([] { return 4; });
    const int slept = Handle::current().block_on(joins(std::move(spawned)));
    return slept + Handle::current().block_on(joins(std::move(nested)));
  });
  EXPECT_EQ(runtime.block_on(joins(std::move(sum))), 7);
}

Runtime with_one_thread() {
  return Runtime::Builder::current_thread().max_blocking_threads(1).build();
}

TEST(SpawnBlocking, AbortKeepsItFromBeginningAndDoesNotStopIt) {
  std::atomic<bool> began{false}, go{false};
  Runtime runtime = with_one_thread();
  auto first = runtime.spawn_blocking([&] {
    began.store(true);
    wait_until(go);
    return 1;
  });
  auto second = runtime.spawn_blocking([] {
    ADD_FAILURE() << "began though it was aborted";
    return 2;
  });
  wait_until(began);
  EXPECT_EQ(runtime.handle().metrics().blocking_queue_depth, 1u);
  first.abort();
  second.abort();
  go.store(true);
  EXPECT_EQ(runtime.block_on(joins(std::move(first))), 1);
  EXPECT_THROW(runtime.block_on(joins(std::move(second))), JoinError);
}

TEST(SpawnBlocking, NeverUsesMoreThreadsThanAllowed) {
  Runtime runtime =
      Runtime::Builder::multi_thread().worker_threads(1).max_blocking_threads(2).build();
  std::atomic<int> at_once{0}, most{0};
  std::vector<JoinHandle<void>> handles;
  for (int i = 0; i < 20; ++i) {
    handles.push_back(runtime.spawn_blocking([&] {
      const int now = at_once.fetch_add(1) + 1;
      int seen = most.load();
      while (now > seen && !most.compare_exchange_weak(seen, now)) {
      }
      std::this_thread::yield();
      at_once.fetch_sub(1);
    }));
  }
  for (auto& handle : handles) runtime.block_on(joins(std::move(handle)));
  EXPECT_LE(most.load(), 2);
  EXPECT_LE(runtime.handle().metrics().num_blocking_threads, 2u);
}

TEST(SpawnBlocking, AnIdleThreadIsUsedAgainAndEndsWhenItIsIdleForTooLong) {
  for (const bool keeps : {true, false}) {
    Runtime runtime =
        Runtime::Builder::current_thread().thread_keep_alive(keeps ? hours(1) : hours(0)).build();
    const Handle handle = runtime.handle();
    for (int i = 0; i < 5; ++i) {
      runtime.block_on(joins(runtime.spawn_blocking([] {})));
      const auto settled = [&] {
        const RuntimeMetrics now = handle.metrics();
        return keeps ? now.num_idle_blocking_threads == 1 : now.num_blocking_threads == 0;
      };
      while (!settled()) std::this_thread::yield();
    }
    EXPECT_EQ(handle.metrics().num_blocking_threads, keeps ? 1u : 0u);
  }
}

// The only thread is idle for too long and is about to end when the next job comes.
TEST(SpawnBlocking, AJobThatComesWhileTheLastThreadEndsGetsANewOne) {
  std::atomic<bool> ran{false};
  std::optional<Handle> handle;
  Runtime runtime = Runtime::Builder::current_thread()
                        .max_blocking_threads(1)
                        .thread_keep_alive(hours(0))
                        .on_thread_stop([&] {
                          if (!ran.exchange(true)) handle->spawn_blocking([] {});
                        })
                        .build();
  handle = runtime.handle();
  runtime.block_on(joins(runtime.spawn_blocking([] {})));
  const auto settled = [](const RuntimeMetrics& now) {
    return now.num_blocking_threads == 0 && now.blocking_queue_depth == 0;
  };
  while (!ran.load() || !settled(runtime.handle().metrics())) std::this_thread::yield();
}

// Former bug: with the workers added it was less than none, and one of those never began.
TEST(SpawnBlocking, AsManyThreadsAsCanBeCountedAreNoLimit) {
  Runtime runtime = Runtime::Builder::multi_thread()
                        .worker_threads(1)
                        .max_blocking_threads(std::numeric_limits<std::size_t>::max())
                        .build();
  runtime.block_on(joins(runtime.spawn_blocking([] {})));
}

TEST(SpawnBlocking, TheEndOfTheRuntimeWaitsForWhatHasBegunAndCancelsTheRest) {
  std::atomic<bool> began{false}, ended{false};
  std::optional<JoinHandle<void>> first, second;
  {
    Runtime runtime = with_one_thread();
    // Goes on until the end has begun: then nothing is taken any more.
    first = runtime.spawn_blocking([&, handle = runtime.handle()] {
      began.store(true);
      while (!handle.spawn_blocking([] {}).is_finished()) {
        std::this_thread::sleep_for(milliseconds(1));
      }
      ended.store(true);
    });
    second = runtime.spawn_blocking([] { ADD_FAILURE() << "began after the end"; });
    wait_until(began);
  }
  EXPECT_TRUE(ended.load());
  first->result();
  EXPECT_THROW(second->result(), JoinError);
}

TEST_P(SpawnBlocking, ShutdownInTheBackgroundLeavesWhatHasBegunAlone) {
  std::atomic<bool> began{false}, go{false};
  Runtime runtime = make();
  auto handle = runtime.spawn_blocking([&] {
    began.store(true);
    wait_until(go);
    return 5;
  });
  wait_until(began);
  std::move(runtime).shutdown_background();
  EXPECT_FALSE(handle.is_finished());
  go.store(true);
  while (!handle.is_finished()) std::this_thread::yield();
  EXPECT_EQ(handle.result(), 5);
}

TEST_P(SpawnBlocking, ShutdownWaitsNoLongerThanItIsTold) {
  std::atomic<bool> began{false}, go{false};
  Runtime runtime = make();
  auto handle = runtime.spawn_blocking([&] {
    began.store(true);
    wait_until(go);
  });
  wait_until(began);
  std::move(runtime).shutdown_timeout(milliseconds(2));
  EXPECT_FALSE(handle.is_finished());
  go.store(true);
  while (!handle.is_finished()) std::this_thread::yield();
}

// What a thread has to destroy at its end takes until `go`, or half a minute.
struct Lingers {
  std::atomic<bool>* go = nullptr;
  std::atomic<bool>* gone = nullptr;
  ~Lingers() {
    if (go == nullptr) return;
    static_cast<void>(is_soon(*go));
    gone->store(true);
  }
};
thread_local Lingers t_lingers;

TEST(SpawnBlocking, ShutdownWaitsNoLongerForWhatItsThreadsHaveToDestroy) {
  for (const bool has_ended : {false, true}) {
    std::atomic<bool> go{false}, gone{false};
    Runtime runtime = Runtime::Builder::current_thread()
                          .thread_keep_alive(has_ended ? hours(0) : hours(1))
                          .build();
    runtime.block_on(joins(runtime.spawn_blocking([&] {
      t_lingers.go = &go;
      t_lingers.gone = &gone;
    })));
    const Handle handle = runtime.handle();
    while (has_ended && handle.metrics().num_blocking_threads > 0) std::this_thread::yield();
    std::move(runtime).shutdown_timeout(milliseconds(200));
    EXPECT_FALSE(gone.load());
    go.store(true);
    wait_until(gone);
  }
}

TEST_P(SpawnBlocking, ShutdownWithTimeToSpareEndsTasksOfEveryKind) {
  struct Sleeps {
    static Task<void> long_time() { co_await time::sleep(hours(1)); }
  };
  Runtime runtime = make();
  auto sleeping = runtime.spawn(Sleeps::long_time());
  auto blocking = runtime.spawn_blocking([] {});
  std::move(runtime).shutdown_timeout(hours(1));
  EXPECT_TRUE(sleeping.is_finished());
  EXPECT_TRUE(blocking.is_finished());
}

// A task owns its runtime: the last thing that a worker's thread does is to end it.
TEST(Shutdown, ByOneOfItsOwnThreadsDoesNotWaitForItself) {
  struct Owns {
    static Task<void> runtime(std::shared_ptr<Runtime> own, std::atomic<bool>* go) {
      wait_until(*go);
      own.reset();
      co_return;
    }
  };
  std::atomic<bool> go{false};
  auto runtime = std::make_shared<Runtime>(test::multi_thread(2));
  auto handle = runtime->spawn(Owns::runtime(runtime, &go));
  runtime.reset();
  go.store(true);
  while (!handle.is_finished()) std::this_thread::yield();
}

// ---- block_in_place

Task<void> sets(std::atomic<bool>* flag) {
  flag->store(true);
  co_return;
}

// On the only worker: the function waits for a task that this task has just spawned, which
// is in the LIFO slot of the worker that the thread gives up.
Task<int> blocks_until_another_ran() {
  std::atomic<bool> ran{false};
  auto other = spawn(sets(&ran));
  const int result = task::block_in_place([&] {
    wait_until(ran);
    return 6;
  });
  co_await other;
  co_return result;
}

TEST(BlockInPlace, TheWorkerGoesOnOnAnotherThread) {
  Runtime runtime = test::multi_thread(1);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(runtime.block_on(joins(runtime.spawn(blocks_until_another_ran()))), 6);
  }
}

Task<int> blocks_on_inside() {
  const Handle handle = Handle::current();
  const int result = task::block_in_place([&] { return handle.block_on(number(9)); });
  co_return result;
}

TEST(BlockInPlace, AllowsBlockOnInside) {
  Runtime runtime = test::multi_thread(1);
  EXPECT_EQ(runtime.block_on(joins(runtime.spawn(blocks_on_inside()))), 9);
  EXPECT_EQ(runtime.block_on(blocks_on_inside()), 9) << "in the task of a block_on";
}

Task<int> throws_inside() {
  task::block_in_place([] { throw std::out_of_range("thrown in place"); });
  co_return 1;
}

TEST(BlockInPlace, LetsExceptionsThrough) {
  Runtime runtime = test::multi_thread(1);
  EXPECT_THROW(runtime.block_on(joins(runtime.spawn(throws_inside()))), std::out_of_range);
  EXPECT_EQ(runtime.block_on(joins(runtime.spawn(number(2)))), 2) << "the worker is there still";
}

TEST(BlockInPlace, OutsideOfARuntimeOrOnABlockingThreadJustCalls) {
  EXPECT_EQ(task::block_in_place([] { return 1; }), 1);
  Runtime runtime;
  auto nested = runtime.spawn_blocking([] { return task::block_in_place([] { return 2; }); });
  EXPECT_EQ(runtime.block_on(joins(std::move(nested))), 2);
}

Task<std::string> blocks_the_only_thread() {
  try {
    task::block_in_place([] {});
  } catch (const std::logic_error& error) {
    co_return error.what();
  }
  co_return "blocked";
}

TEST(BlockInPlace, InACurrentThreadRuntimeSaysWhatToDo) {
  EXPECT_EQ(Runtime().block_on(blocks_the_only_thread()),
            "ari: block_in_place was called in a task of a current-thread runtime (use "
            "spawn_blocking)");
}

// A runtime whose threads are all taken: two by its workers, the last by a function that waits
// to be let go. A worker that is given up gets no other thread.
class Saturated {
 public:
  Saturated()
      : runtime_(
            Runtime::Builder::multi_thread().worker_threads(2).max_blocking_threads(1).build()) {
    std::atomic<bool> began{false};
    runtime_
        .spawn_blocking([this, &began] {
          began.store(true);
          wait_until(let_go_);
        })
        .detach();
    wait_until(began);
  }
  ~Saturated() { let_go_.store(true); }
  Runtime* operator->() { return &runtime_; }

 private:
  std::atomic<bool> let_go_{false};
  Runtime runtime_;
};

Task<bool> blocks_until(std::atomic<bool>* flag) {
  co_return task::block_in_place([flag] { return is_soon(*flag); });
}

Task<void> sets_after(milliseconds delay, std::atomic<bool>* flag) {
  co_await time::sleep(delay);
  flag->store(true);
}
Task<bool> blocks_after(milliseconds delay, std::atomic<bool>* flag) {
  co_await time::sleep(delay);
  const bool is_set = co_await blocks_until(flag);
  co_return is_set;
}

// The worker that blocks was in the driver before, and the other sleeps without.
TEST(BlockInPlace, TimersFireThoughNoThreadIsLeftForTheWorker) {
  Saturated runtime;
  std::atomic<bool> fired{false};
  auto fires = runtime->spawn(sets_after(milliseconds(60), &fired));
  auto blocked = runtime->spawn(blocks_after(milliseconds(30), &fired));
  EXPECT_TRUE(runtime->block_on(joins(std::move(blocked))));
  runtime->block_on(joins(std::move(fires)));
}

// Behind the function that has the only thread there is one more; the worker goes before it.
Task<bool> blocks_beside_queued_functions(std::atomic<bool>* let_go) {
  std::atomic<bool> ran{false};
  auto other = spawn(sets(&ran));
  auto queued = spawn_blocking([&ran] { return ran.load(); });
  task::block_in_place([&] {
    let_go->store(true);
    wait_until(ran);
  });
  co_await other;
  const bool ran_before = co_await queued;
  co_return ran_before;
}
TEST(BlockInPlace, TheWorkerGoesOnBeforeBlockingFunctionsThatAreQueued) {
  std::atomic<bool> began{false}, let_go{false};
  Runtime runtime =
      Runtime::Builder::multi_thread().worker_threads(1).max_blocking_threads(1).build();
  auto first = runtime.spawn_blocking([&] {
    began.store(true);
    wait_until(let_go);
  });
  wait_until(began);
  EXPECT_TRUE(runtime.block_on(joins(runtime.spawn(blocks_beside_queued_functions(&let_go)))));
}

Task<void> gives_way_and_sets(std::atomic<bool>* flag, sync::oneshot::Sender<int> began) {
  static_cast<void>(std::move(began).send(1));
  co_await task::yield_now();
  flag->store(true);
}
// The other is polled by the same worker: it is spawned into the LIFO slot, and it wakes this
// one into it before it gives way.
Task<bool> blocks_after_another_gave_way() {
  std::atomic<bool> set{false};
  auto [began, begins] = sync::oneshot::channel<int>();
  auto other = spawn(gives_way_and_sets(&set, std::move(began)));
  co_await begins;
  const bool is_set = co_await blocks_until(&set);
  co_await other;
  co_return is_set;
}
TEST(BlockInPlace, WhoGaveWayRunsThoughNoThreadIsLeftForTheWorker) {
  Saturated runtime;
  EXPECT_TRUE(runtime->block_on(joins(runtime->spawn(blocks_after_another_gave_way()))));
}

// While one of these lives the system gives the process no thread: there is no room for a stack as
// large as new ones would have.
class NoThreads {
 public:
  NoThreads() {
    pthread_getattr_default_np(&before_);
    pthread_attr_t huge;
    pthread_attr_init(&huge);
    pthread_attr_setstacksize(&huge, std::size_t{1} << 47);
    EXPECT_EQ(pthread_setattr_default_np(&huge), 0);
    pthread_attr_destroy(&huge);
  }
  ~NoThreads() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }
  NoThreads(const NoThreads&) = delete;
  NoThreads& operator=(const NoThreads&) = delete;

 private:
  pthread_attr_t before_;
};
bool may_be_without_threads() {
  const NoThreads none;
  try {
    std::thread([] {}).join();
    return false;
  } catch (const std::system_error&) {
    return true;
  }
}
constexpr const char* kHasThreads = "the sanitizer says itself how large a thread's stack is";

// What this worker has in hand goes on once it is back, though nobody took it meanwhile.
Task<int> blocks_where_there_are_no_threads() {
  auto other = spawn(number(5));
  {
    const NoThreads none;
    task::block_in_place([] {});
  }
  const int got = co_await other;
  task::block_in_place([] {});  // the thread that there was none for is there now, or this one
  auto last = spawn(number(6));
  const int more = co_await last;
  co_return got + more;
}
TEST(BlockInPlace, GoesOnWhereTheSystemGivesNoThread) {
  if (!may_be_without_threads()) GTEST_SKIP() << kHasThreads;
  Runtime runtime = test::multi_thread(1);
  EXPECT_EQ(runtime.block_on(joins(runtime.spawn(blocks_where_there_are_no_threads()))), 11);
}

Task<void> has_no_thread_for_a_function() {
  std::optional<JoinHandle<int>> handle;
  {
    const NoThreads none;
    handle.emplace(spawn_blocking([] { return 1; }));
    try {
      co_await *handle;
      ADD_FAILURE() << "nothing was thrown";
    } catch (const JoinError&) {
    }
  }
  auto now = spawn_blocking([] { return 2; });
  const int got = co_await now;
  EXPECT_EQ(got, 2);
}
TEST(SpawnBlockingAlone, IsCancelledWhereTheSystemGivesNoThread) {
  if (!may_be_without_threads()) GTEST_SKIP() << kHasThreads;
  Runtime().block_on(has_no_thread_for_a_function());
}
// Workers' threads never come to it.
TEST(SpawnBlocking, IsCancelledWhereTheSystemGivesNoThreadButTheWorkers) {
  if (!may_be_without_threads()) GTEST_SKIP() << kHasThreads;
  Runtime runtime = test::multi_thread(2);
  runtime.block_on(joins(runtime.spawn(has_no_thread_for_a_function())));
}

// The worker changes threads again and again, in the middle of polls, while others steal.
Task<void> blocks_often(std::atomic<int>* done) {
  for (int i = 0; i < 10; ++i) {
    task::block_in_place([] { std::this_thread::yield(); });
    co_await task::yield_now();
  }
  done->fetch_add(1);
}

TEST(BlockInPlace, NoTaskIsLostWhileWorkersChangeThreads) {
  std::atomic<int> done{0};
  Runtime runtime = test::multi_thread(2);
  std::vector<JoinHandle<void>> handles;
  for (int i = 0; i < 20; ++i) handles.push_back(runtime.spawn(blocks_often(&done)));
  for (auto& handle : handles) runtime.block_on(joins(std::move(handle)));
  EXPECT_EQ(done.load(), 20);
}

// ---- on record

Task<void> spawns_one() {
  auto handle = task::Builder().name("reader").spawn_blocking([] { ARI_INFO("reading"); });
  co_await handle;
}

TEST(SpawnBlocking, IsATaskInsideOfItsCallerOnRecord) {
  test::Recorder recorder;
  Runtime().block_on(spawns_one());
  EXPECT_EQ(recorder.target("T2"), "ari::task::blocking");
  const std::string fields = recorder.fields("T2");
  const std::string id = std::to_string(recorder.id("T2"));
  EXPECT_TRUE(fields.starts_with("kind=blocking task.name=reader task.id=" + id + " fn="))
      << fields;
  EXPECT_NE(fields.find("spawns_one size.bytes="), std::string::npos) << fields;
  std::vector<std::string> own;
  for (const std::string& line : recorder.lines()) {
    if (line.starts_with("T1 T2 | ")) own.push_back(line.substr(8));
  }
  const std::vector<std::string> want = {"new",     "enter", "app: message=reading", "exit",
                                         "destroy", "exit",  "close completed"};
  EXPECT_EQ(own, want);
}

}  // namespace
}  // namespace ari

// LocalSet and spawn_local.
#include "runtime/task/local_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/belonging.h"
#include "tests/runtime/flavours.h"
#include "tests/runtime/paused.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using std::chrono::milliseconds;
using test::Flavour;

class LocalSets : public test::OnEachFlavour {};
INSTANTIATE_TEST_SUITE_P(On, LocalSets, test::kEachFlavour, test::name_of);

Task<void> nothing() { co_return; }
Task<int> gives(int value) {
  co_await task::yield_now();
  co_return value;
}
Task<int> spawns_locally(int value) {
  auto handle = spawn_local(gives(value));
  auto got = co_await handle;
  co_return got;
}

TEST_P(LocalSets, BlockOnRunsTheTaskAndTheSets) {
  Runtime runtime = make();
  LocalSet local;
  EXPECT_EQ(local.block_on(runtime, spawns_locally(7)), 7);
}

Task<std::string> spawns_functions(LocalSet* local) {
  const std::string base = "a text that is on the heap, ";
  const auto says = [](std::string text) {
    return [text = std::move(text)]() -> Task<std::string> {
      co_await task::yield_now();
      co_return text;
    };
  };
  auto here = spawn_local(says(base + "0"));
  auto named = task::Builder().name("named").spawn_local(says(base + "1"));
  auto there = local->spawn_local(says(base + "2"));
  auto both = local->spawn_local(task::Builder().name("named"), says(base + "3"));
  std::string all;
  for (auto* handle : {&here, &named, &there, &both}) {
    auto text = co_await *handle;
    EXPECT_TRUE(text.starts_with(base)) << text;
    all += text.substr(base.size());
  }
  co_return all;
}
TEST_P(LocalSets, FunctionsThatMakeATaskAreKeptWithTheirCaptures) {
  Runtime runtime = make();
  LocalSet local;
  EXPECT_EQ(local.block_on(runtime, spawns_functions(&local)), "0123");
}

Task<int> runs_until(LocalSet* local) {
  auto got = co_await local->run_until(spawns_locally(8));
  co_return got;
}
TEST_P(LocalSets, RunUntilIsAFutureOfAnyTaskOnTheThread) {
  Runtime runtime = make();
  LocalSet local;
  EXPECT_EQ(runtime.block_on(runs_until(&local)), 8);
}

Task<void> waits_for(LocalSet* local) { co_await *local; }

Task<void> counts(int* count) {
  co_await time::sleep(milliseconds(1));
  ++*count;
}
TEST_P(LocalSets, ToWaitForTheSetIsToWaitForAllItsTasks) {
  Runtime runtime = make();
  LocalSet local;
  int count = 0;
  for (int i = 0; i < 200; ++i) local.spawn_local(counts(&count));
  EXPECT_EQ(count, 0) << "nobody polls the set";
  runtime.block_on(waits_for(&local));
  EXPECT_EQ(count, 200);
}

// Each hop is woken by a thread of the runtime or by the pool's.
Task<void> hops(std::set<std::thread::id>* threads) {
  for (int i = 0; i < 50; ++i) {
    threads->insert(std::this_thread::get_id());
    auto elsewhere = spawn(gives(1));
    static_cast<void>(co_await elsewhere);
    threads->insert(std::this_thread::get_id());
    auto blocking = spawn_blocking([] {});
    co_await blocking;
  }
}
TEST_P(LocalSets, TasksStayOnTheThreadThatMadeTheSetWhoeverWakesThem) {
  Runtime runtime = make();
  LocalSet local;
  std::set<std::thread::id> threads;
  std::vector<JoinHandle<void>> handles;
  for (int i = 0; i < 8; ++i) handles.push_back(local.spawn_local(hops(&threads)));
  runtime.block_on(waits_for(&local));
  EXPECT_EQ(threads, std::set{std::this_thread::get_id()});
  for (const auto& handle : handles) EXPECT_TRUE(handle.is_finished());
}

Task<void> sleeps_with(test::Belonging) { co_await time::sleep(std::chrono::hours(1)); }

// The first still needs the waker that it left in the set, though the second has its answer.
Task<void> waits_beside_another(LocalSet* local, std::set<std::thread::id>* threads) {
  auto hopping = local->spawn_local(hops(threads));
  co_await join(local->run_until(std::move(hopping)), local->run_until(nothing()));
}
TEST_P(LocalSets, TwoMayWaitForOneInTheSameTask) {
  Runtime runtime = make();
  LocalSet local;
  std::set<std::thread::id> threads;
  runtime.block_on(waits_beside_another(&local, &threads));
  EXPECT_EQ(threads, std::set{std::this_thread::get_id()});
}

// What the one that ends has spawned or woken is run by the other.
Task<void> ends_and_leaves(sync::Notify* go) {
  go->notify_one();
  spawn_local(nothing()).detach();
  co_return;
}
Task<void> waits_to_go(sync::Notify* go) { co_await go->notified(); }
Task<void> wakes_and_ends(LocalSet* local) {
  sync::Notify go;
  auto waiting = local->spawn_local(waits_to_go(&go));
  co_await join(local->run_until(std::move(waiting)), local->run_until(ends_and_leaves(&go)));
}
Task<void> wakes_from_another_task(LocalSet* local) {
  sync::Notify go;
  auto waiting = local->spawn_local(waits_to_go(&go));
  auto set = spawn(waits_for(local));
  for (int i = 0; i < 5; ++i) co_await task::yield_now();
  co_await local->run_until(ends_and_leaves(&go));
  co_await set;
}
TEST(LocalSet, WhatAWaiterLeavesIsRunByTheOthers) {
  LocalSet first, second;
  Runtime().block_on(wakes_and_ends(&first));
  Runtime().block_on(wakes_from_another_task(&second));
}

// The last task is woken from inside of the set, so that it is run by the one who waits for
// something else, and nobody comes by to whom the end of all would be news.
Task<void> waits_for_bell(sync::Notify* bell) { co_await bell->notified(); }
Task<void> rings_and_stays(sync::Notify* bell) {
  bell->notify_one();
  for (int i = 0; i < 3; ++i) co_await task::yield_now();
}
Task<void> another_runs_the_last(LocalSet* local) {
  sync::Notify bell;
  local->spawn_local(waits_for_bell(&bell));
  auto whole = spawn(waits_for(local));
  for (int i = 0; i < 3; ++i) co_await task::yield_now();
  co_await local->run_until(rings_and_stays(&bell));
  const auto in_time = co_await time::timeout(std::chrono::hours(1), whole);
  EXPECT_TRUE(in_time) << "still waits for a set that is empty";
}
TEST(LocalSet, WhoWaitsForTheSetHearsOfItsEmptinessWhoeverRanTheLastTask) {
  LocalSet local;
  test::paused_runtime().block_on(another_runs_the_last(&local));
}

// The one that polled the set last has its answer and ends, and with it the waker that it left.
Task<void> ends_first(LocalSet* local) { co_await local->run_until(time::sleep(milliseconds(1))); }
TEST(LocalSet, TwoTasksMayWaitForOne) {
  Runtime runtime;
  LocalSet local;
  std::set<std::thread::id> threads;
  const auto both = [](LocalSet* set, std::set<std::thread::id>* seen) -> Task<void> {
    set->spawn_local(hops(seen));
    auto whole = spawn(waits_for(set));
    auto part = spawn(ends_first(set));
    co_await part;
    co_await whole;
  };
  runtime.block_on(both(&local, &threads));
  EXPECT_EQ(threads, std::set{std::this_thread::get_id()});
}

// A task of the set waits for the set, which would have to poll itself for that.
Task<void> waits_inside(LocalSet* local, int depth) {
  co_await time::sleep(milliseconds(1));
  if (depth > 0) co_await local->run_until(waits_inside(local, depth - 1));
  co_await time::sleep(milliseconds(1));
}
TEST_P(LocalSets, ATaskOfTheSetMayRunTheSet) {
  Runtime runtime = make();
  LocalSet local;
  int count = 0;
  local.spawn_local(counts(&count));
  auto inner = local.spawn_local(waits_inside(&local, 3));
  local.block_on(runtime, waits_inside(&local, 2));
  runtime.block_on(waits_for(&local));
  EXPECT_TRUE(inner.is_finished());
  EXPECT_EQ(count, 1);
}

// Whoever yields there asks the set to let others go first, and the set has to ask who is outside.
Task<void> yields_often() {
  for (int i = 0; i < 3; ++i) co_await task::yield_now();
}
Task<void> runs_the_first(LocalSet* first) {
  auto yielding = first->spawn_local(yields_often());
  co_await first->run_until(time::sleep(milliseconds(5)));
  co_await yielding;
}
TEST_P(LocalSets, ATaskMayYieldWhileAnotherOfTheSetRunsTheSet) {
  Runtime runtime = make();
  LocalSet local;
  auto inner = local.spawn_local(runs_the_first(&local));
  runtime.block_on(waits_for(&local));
  EXPECT_TRUE(inner.is_finished());
}
Task<void> runs_the_second(LocalSet* first, LocalSet* second) {
  auto inside = second->spawn_local(runs_the_first(first));
  auto yielding = second->spawn_local(yields_often());
  co_await second->run_until(std::move(inside));
  co_await yielding;
}
TEST_P(LocalSets, TwoMayRunEachOther) {
  Runtime runtime = make();
  LocalSet first, second;
  auto outer = first.spawn_local(runs_the_second(&first, &second));
  runtime.block_on(waits_for(&first));
  EXPECT_TRUE(outer.is_finished());
}

// Whoever has got what he waited for leaves nothing in the set, which may live long.
class Never {
 public:
  Poll poll(Context&) noexcept { return Poll::kPending; }
};
Task<void> runs_parts(LocalSet* local) {
  co_await local->run_until(yields_often());
  auto in_time = co_await time::timeout(milliseconds(1), local->run_until(Never()));
  EXPECT_FALSE(in_time.has_value());
  co_await *local;
}
TEST(LocalSet, KeepsNoWakerOfATaskThatWaitsForItNoMore) {
  test::Recorder recorder;
  LocalSet local;
  Runtime().block_on(runs_parts(&local));
  EXPECT_EQ(recorder.count("clone(T1)"), recorder.count("drop(T1)") + recorder.count("wake(T1)"));
}

// A set of tasks of both kinds; those that are left end with it.
Task<void> joins_both_kinds(std::set<std::thread::id>* threads, int* alive) {
  JoinSet<void> set;
  for (int i = 0; i < 4; ++i) {
    set.spawn_local(task::Builder().name("local"), hops(threads));
    set.spawn(nothing());
  }
  int joined = 0;
  while (true) {
    auto ended = co_await set.join_next();
    if (!ended) break;
    EXPECT_TRUE(ended->has_value());
    ++joined;
  }
  EXPECT_EQ(joined, 8);
  set.spawn_local(sleeps_with(test::Belonging(*alive)));
  co_await task::yield_now();
  EXPECT_GT(*alive, 0);
}
TEST_P(LocalSets, JoinSetJoinsTheirTasksToo) {
  Runtime runtime = make();
  std::set<std::thread::id> threads;
  int alive = 0;
  {
    LocalSet local;
    local.block_on(runtime, joins_both_kinds(&threads, &alive));
    runtime.block_on(waits_for(&local));
    EXPECT_EQ(alive, 0);
  }
  EXPECT_EQ(threads, std::set{std::this_thread::get_id()});
}
Task<void> spawns_into_a_set() {
  JoinSet<void> set;
  EXPECT_THROW(set.spawn_local(nothing()), std::logic_error);
  EXPECT_TRUE(set.empty());
  co_return;
}
TEST_P(LocalSets, JoinSetOutsideOfAnyRefusesALocalTask) {
  Runtime runtime = make();
  runtime.block_on(spawns_into_a_set());
}

struct Tells {
  explicit Tells(bool* flag) : gone(flag) {}
  ~Tells() { *gone = true; }
  bool* gone;
};
Task<void> waits_for_ever(bool* gone) {
  const Tells tells(gone);
  co_await time::sleep(std::chrono::hours(1));
}
TEST_P(LocalSets, TheEndOfTheSetCancelsItsTasks) {
  Runtime runtime = make();
  bool gone = false;
  std::optional<JoinHandle<void>> handle;
  {
    LocalSet local;
    handle = local.spawn_local(waits_for_ever(&gone));
    local.block_on(runtime, nothing());
    static_cast<void>(local.block_on(runtime, gives(1)));
    EXPECT_FALSE(gone);
  }
  EXPECT_TRUE(gone);
  EXPECT_THROW(handle->result(), JoinError);
}

TEST_P(LocalSets, TheSetMayOutliveTheRuntime) {
  bool gone = false;
  LocalSet local;
  {
    Runtime runtime = make();
    local.spawn_local(waits_for_ever(&gone));
    static_cast<void>(local.block_on(runtime, gives(1)));
  }
  EXPECT_FALSE(gone);
}

Task<void> aborts_from_another_thread(JoinHandle<void>* handle) {
  co_await task::yield_now();  // so that the task has begun
  auto aborted = spawn_blocking([handle] { handle->abort(); });
  co_await aborted;
  try {
    co_await *handle;
  } catch (const JoinError&) {
    co_return;
  }
  ADD_FAILURE() << "it was not cancelled";
}
TEST_P(LocalSets, ATaskMayBeAbortedFromAnotherThread) {
  Runtime runtime = make();
  LocalSet local;
  bool gone = false;
  auto handle = local.spawn_local(waits_for_ever(&gone));
  local.block_on(runtime, aborts_from_another_thread(&handle));
  EXPECT_TRUE(gone);
}

Task<void> panics() {
  co_await task::yield_now();
  throw std::runtime_error("expected");
}
Task<std::string> joins_a_panic() {
  auto handle = spawn_local(panics());
  try {
    co_await handle;
  } catch (const std::runtime_error& e) {
    co_return e.what();
  }
  co_return "";
}
TEST_P(LocalSets, WhatATaskThrowsIsThrownWhereItIsJoined) {
  Runtime runtime = make();
  LocalSet local;
  EXPECT_EQ(local.block_on(runtime, joins_a_panic()), "expected");
}

// A set of its own in a task of another: the innermost one is meant.
Task<int> nests(std::set<std::thread::id>* threads) {
  LocalSet inner;
  auto of_inner = inner.spawn_local(hops(threads));
  auto got = co_await inner.run_until(spawns_locally(3));
  co_await inner;
  EXPECT_TRUE(of_inner.is_finished());
  co_return got;
}
TEST_P(LocalSets, TheyNest) {
  Runtime runtime = make();
  LocalSet outer;
  std::set<std::thread::id> threads;
  auto handle = outer.spawn_local(nests(&threads));
  runtime.block_on(waits_for(&outer));
  EXPECT_EQ(handle.result(), 3);
  EXPECT_EQ(threads, std::set{std::this_thread::get_id()});
}

// One that never waits, with another that has to have its turn.
Task<void> spins(const bool* done) {
  while (!*done) co_await task::consume_budget();
}
Task<void> sets(bool* done) {
  co_await time::sleep(milliseconds(1));
  *done = true;
}
TEST_P(LocalSets, ATaskThatIsAlwaysReadyGivesWayToTheOthersAndToTimers) {
  Runtime runtime = make();
  LocalSet local;
  bool done = false;
  local.spawn_local(spins(&done));
  local.spawn_local(sets(&done));
  runtime.block_on(waits_for(&local));
  EXPECT_TRUE(done);
}

// Is runnable at all times.
struct Busy {
  int* polls;
  const bool* done;
  Poll poll(Context& cx) noexcept {
    ++*polls;
    if (*done) return Poll::kReady;
    cx.waker().wake_by_ref();
    return Poll::kPending;
  }
};
Task<void> is_busy(int* polls, const bool* done) {
  Busy busy{polls, done};
  co_await busy;
}
Task<int> is_notified(sync::Notify* notify, const int* polls) {
  co_await notify->notified();
  co_return *polls;
}
Task<int> is_woken_from_elsewhere() {
  int polls = 0;
  bool done = false;
  sync::Notify notify;
  for (int i = 0; i < 500; ++i) spawn_local(is_busy(&polls, &done)).detach();
  auto woken = spawn_local(is_notified(&notify, &polls));
  while (polls < 1000) co_await task::yield_now();
  std::thread([&] { notify.notify_one(); }).join();
  const int before = polls;
  const int at_the_end = co_await woken;
  done = true;
  co_return at_the_end - before;
}
// Former bug: it went behind all the tasks that were runnable.
TEST_P(LocalSets, ATaskWokenFromElsewhereGoesFirstInEvery31stPoll) {
  Runtime runtime = make();
  LocalSet local;
  EXPECT_LE(local.block_on(runtime, is_woken_from_elsewhere()), 31);
}

// Former bug: whoever gave way in the last turn of a block_on was never woken again.
Task<void> ends_in_the_same_turn() {
  auto ends_at_once = spawn_local(nothing());
  co_await ends_at_once;
}
TEST_P(LocalSets, ATaskThatGaveWayWhenABlockOnEndedGoesOnInTheNext) {
  Runtime runtime = make();
  LocalSet local;
  auto handle = local.spawn_local(gives(4));
  local.block_on(runtime, ends_in_the_same_turn());
  EXPECT_FALSE(handle.is_finished());
  runtime.block_on(waits_for(&local));
  EXPECT_EQ(handle.result(), 4);
}

// Former bug: on a current-thread runtime it waited for the next block_on of the Runtime itself.
struct AtOnce {
  Poll poll(Context&) noexcept { return Poll::kReady; }
};
Task<void> polls_once(LocalSet* local) {
  AtOnce at_once;
  co_await select_biased(*local, at_once);
}
Task<int> gives_way_first(int value) {
  co_await task::yield_now();
  co_return value;
}
TEST_P(LocalSets, ATaskThatGaveWayWhenABlockOnEndedGoesOnInOneOfAHandle) {
  Runtime runtime = make();
  LocalSet local;
  auto handle = local.spawn_local(gives_way_first(4));
  runtime.block_on(polls_once(&local));
  EXPECT_FALSE(handle.is_finished());
  runtime.handle().block_on(waits_for(&local));
  EXPECT_EQ(handle.result(), 4);
}

template <class F>
std::string message_of(F function) {
  try {
    function();
  } catch (const std::logic_error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

Task<void> spawns_outside() {
  spawn_local(nothing());
  co_return;
}
TEST_P(LocalSets, SpawnLocalOutsideOfASetIsRefused) {
  Runtime runtime = make();
  EXPECT_EQ(message_of([&] { runtime.block_on(spawns_outside()); }),
            "ari: spawn_local was called outside of a LocalSet (use it inside of "
            "LocalSet::run_until or LocalSet::block_on)");
}

Task<void> blocks_in_place() {
  task::block_in_place([] {});
  co_return;
}
TEST_P(LocalSets, BlockInPlaceIsRefused) {
  Runtime runtime = make();
  LocalSet local;
  EXPECT_EQ(message_of([&] { local.block_on(runtime, blocks_in_place()); }),
            "ari: block_in_place was called in a task of a LocalSet (use spawn_blocking)");
}

TEST(LocalSet, OnAnotherThreadOrInAnotherRuntimeItIsRefused) {
  Runtime runtime, another;
  LocalSet local;
  static_cast<void>(local.block_on(runtime, gives(1)));
  EXPECT_EQ(message_of([&] { static_cast<void>(local.block_on(another, gives(1))); }),
            "ari: a LocalSet was used in another runtime than the first time");
  std::string message, spawned;
  std::thread([&] {
    message = message_of([&] { static_cast<void>(local.block_on(runtime, gives(1))); });
    spawned = message_of([&] { local.spawn_local(nothing()); });
  }).join();
  EXPECT_THAT(message, testing::StartsWith("ari: a LocalSet was used on another thread"));
  EXPECT_EQ(spawned, message);
}

// As Tokio's: the local task is polled inside of the one of block_on, whose waker the set has: the
// first clone of T1, then one when that was used. Unlike Tokio's it does not outlive the wait.
Task<void> yields() { co_await task::yield_now(); }
Task<void> spawns_and_joins() {
  auto handle = task::Builder().name("stays").spawn_local(yields());
  co_await handle;
}
TEST(LocalSet, ItsTasksAreOnRecordAsPolledInsideOfWhoPollsTheSet) {
  test::Recorder recorder;
  {
    Runtime runtime;
    LocalSet local;
    local.block_on(runtime, spawns_and_joins());
  }
  EXPECT_THAT(recorder.fields("T2"), testing::StartsWith("kind=local task.name=stays"));
  EXPECT_EQ(recorder.text(),
            "T1 | new\n"
            "T1 | enter\n"
            "T1 | clone(T1)\n"
            "T2 | new\n"
            "T1 | clone(T1)\n"
            "T2 | enter\n"
            "T2 | clone(T2)\n"
            "T2 | exit\n"
            "T1 | joins JoinHandle T2\n"
            "T1 | exit\n"
            "- | wake(T2)\n"
            "- | wake(T1)\n"
            "T1 | enter\n"
            "T1 | clone(T1)\n"
            "T2 | enter\n"
            "T2 | exit\n"
            "T2 | destroy\n"
            "T2 | exit\n"
            "T2 | close completed\n"
            "T1 | wake_ref(T1)\n"
            "T1 | exit\n"
            "T1 | enter\n"
            "T1 | drop(T1)\n"
            "T1 | drop(T1)\n"
            "T1 | exit\n"
            "T1 | destroy\n"
            "T1 | exit\n"
            "T1 | close completed\n");
}

}  // namespace
}  // namespace ari

// JoinSet and AbortHandle: ends of many tasks, whichever comes first, from whichever thread.
#include "runtime/task/join_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "runtime/ari.h"
#include "tests/runtime/belonging.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using std::chrono::hours;
using test::Belonging;

Task<int> number_after(int yields, int n) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  co_return n;
}
Task<int> throws_after(int yields) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  throw std::runtime_error("expected");
}
Task<int> sleeps_with(Belonging) {
  co_await time::sleep(hours(1));
  co_return 0;
}

Task<std::string> joins_in_order_of_ends() {
  JoinSet<int> set;
  for (int i = 0; i < 5; ++i) set.spawn(number_after(5 - i, i));
  EXPECT_EQ(set.size(), 5u);
  std::string order;
  while (true) {
    auto next = co_await set.join_next();
    if (!next) break;
    order += std::to_string(next->value());
  }
  EXPECT_TRUE(set.empty());
  co_return order;
}

TEST(JoinSet, GivesTheResultsInTheOrderOfTheEnds) {
  EXPECT_EQ(Runtime().block_on(joins_in_order_of_ends()), "43210");
}

Task<void> joins_values_and_exceptions() {
  JoinSet<int> set;
  const AbortHandle good = set.spawn(number_after(0, 7));
  const AbortHandle bad = set.spawn(throws_after(1));
  const AbortHandle aborted = set.spawn(task::Builder().name("nap"), number_after(1000, 0));
  auto first = co_await set.join_next();
  EXPECT_EQ(first->task_id(), good.id());
  EXPECT_EQ(first->outcome(), trace::Outcome::kCompleted);
  EXPECT_EQ(first->error(), nullptr);
  EXPECT_EQ(first->value(), 7);
  auto second = co_await set.join_next();
  EXPECT_EQ(second->task_id(), bad.id());
  EXPECT_FALSE(second->has_value());
  EXPECT_EQ(second->outcome(), trace::Outcome::kPanicked);
  EXPECT_THROW(second->value(), std::runtime_error);
  aborted.abort();
  auto third = co_await set.join_next();
  EXPECT_EQ(third->task_id(), aborted.id());
  EXPECT_EQ(third->outcome(), trace::Outcome::kCancelled);
  try {
    third->value();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const JoinError& error) {
    EXPECT_NE(std::string(error.what()).find("'nap' was cancelled"), std::string::npos);
  }
}

TEST(JoinSet, AResultIsAValueOrWhatEndedTheTask) {
  Runtime().block_on(joins_values_and_exceptions());
}

Task<void> nothing() { co_return; }
Task<void> joins_an_empty_set() {
  JoinSet<void> set;
  auto none = co_await set.join_next();
  EXPECT_FALSE(none.has_value());
  set.spawn(nothing());
  auto one = co_await set.join_next();
  EXPECT_TRUE(one.has_value());
  one->value();
  auto none_again = co_await set.join_next();
  EXPECT_FALSE(none_again.has_value());
}

TEST(JoinSet, EmptyGivesNothingAtOnce) { Runtime().block_on(joins_an_empty_set()); }

Task<void> tries() {
  JoinSet<int> set;
  EXPECT_FALSE(set.try_join_next().has_value());
  set.spawn(number_after(0, 3));
  EXPECT_FALSE(set.try_join_next().has_value()) << "it did not have its turn";
  EXPECT_EQ(set.size(), 1u);
  co_await task::yield_now();
  auto joined = set.try_join_next();
  EXPECT_TRUE(joined.has_value());
  EXPECT_EQ(joined->value(), 3);
  EXPECT_TRUE(set.empty());
}

TEST(JoinSet, TryJoinNextDoesNotWait) { Runtime().block_on(tries()); }

Task<void> drops_a_set(int* alive) {
  {
    JoinSet<int> set;
    for (int i = 0; i < 3; ++i) set.spawn(sleeps_with(Belonging(*alive)));
    co_await task::yield_now();
    set.spawn(sleeps_with(Belonging(*alive)));
    EXPECT_EQ(*alive, 4);
  }
  co_await task::yield_now();
  EXPECT_EQ(*alive, 0);
}

TEST(JoinSet, ItsEndAbortsAll) {
  int alive = 0;
  Runtime().block_on(drops_a_set(&alive));
  EXPECT_EQ(alive, 0);
}

Task<Belonging> ends_with(Belonging belonging) { co_return belonging; }
Task<void> drops_results(int* alive) {
  JoinSet<Belonging> set;
  for (int i = 0; i < 3; ++i) set.spawn(ends_with(Belonging(*alive)));
  co_await task::yield_now();
  EXPECT_EQ(*alive, 3) << "the results, kept for the set";
  set.spawn(ends_with(Belonging(*alive)));
}

TEST(JoinSet, ItsEndDestroysResultsThatNobodyTook) {
  int alive = 0;
  Runtime().block_on(drops_results(&alive));
  EXPECT_EQ(alive, 0);
}

Task<void> shuts_down(int* alive) {
  JoinSet<int> set;
  set.spawn(number_after(0, 1));
  for (int i = 0; i < 300; ++i) set.spawn(sleeps_with(Belonging(*alive)));
  co_await task::yield_now();
  co_await set.shutdown();
  EXPECT_EQ(*alive, 0);
  EXPECT_TRUE(set.empty());
  set.spawn(number_after(0, 2));
  auto next = co_await set.join_next();
  EXPECT_EQ(next->value(), 2) << "and may be used again";
}

TEST(JoinSet, ShutdownAbortsAllAndWaitsForTheirEnds) {
  int alive = 0;
  Runtime().block_on(shuts_down(&alive));
}

// Moved once into where it is kept, and no more.
struct MovesOnce {
  MovesOnce() = default;
  MovesOnce(MovesOnce&& other) : moves(other.moves + 1) {
    if (moves > 3) throw std::runtime_error("it was moved");
  }
  int moves = 0;
};
Task<MovesOnce> moves_once() { co_return MovesOnce(); }
Task<void> shuts_down_what_cannot_be_moved() {
  JoinSet<MovesOnce> set;
  set.spawn(moves_once());
  co_await task::yield_now();
  co_await set.shutdown();
  EXPECT_TRUE(set.empty());
}
TEST(JoinSet, ShutdownTouchesNoResult) { Runtime().block_on(shuts_down_what_cannot_be_moved()); }

Task<void> counts(std::shared_ptr<int> counter) {
  co_await task::yield_now();
  ++*counter;
}
Task<void> detaches(std::shared_ptr<int> counter) {
  JoinSet<void> set;
  for (int i = 0; i < 3; ++i) set.spawn(counts(counter));
  set.detach_all();
  EXPECT_TRUE(set.empty());
  for (int i = 0; i < 3; ++i) co_await task::yield_now();
}

TEST(JoinSet, DetachedTasksRunOn) {
  auto counter = std::make_shared<int>(0);
  Runtime().block_on(detaches(counter));
  EXPECT_EQ(*counter, 3);
  EXPECT_EQ(counter.use_count(), 1);
}

Task<int> sums(JoinSet<int> set) {
  int sum = 0;
  while (true) {
    auto next = co_await set.join_next();
    if (!next) break;
    sum += next->value();
  }
  co_return sum;
}
Task<int> moves_a_set(int* alive) {
  JoinSet<int> set;
  for (int i = 1; i <= 4; ++i) set.spawn(number_after(i, i));
  JoinSet<int> other;
  other.spawn(sleeps_with(Belonging(*alive)));
  other = std::move(set);
  EXPECT_EQ(other.size(), 4u);
  EXPECT_TRUE(set.empty());
  co_await task::yield_now();
  EXPECT_EQ(*alive, 0) << "what was in the set that was assigned to";
  auto handle = spawn(sums(std::move(other)));
  const int sum = co_await handle;
  co_return sum;
}

TEST(JoinSet, MovesWithItsTasks) {
  int alive = 0;
  EXPECT_EQ(Runtime().block_on(moves_a_set(&alive)), 10);
}

// Polls join_next() until it is ready and throws it away.
class DropsReady {
 public:
  explicit DropsReady(JoinSet<int>& set) : set_(set) {}
  Poll poll(Context& cx) noexcept {
    JoinSet<int>::JoinNext next(set_);
    return next.poll(cx);
  }

 private:
  JoinSet<int>& set_;
};
Task<std::string> drops_a_ready_join_next() {
  JoinSet<int> set;
  set.spawn(number_after(0, 1));
  set.spawn(number_after(0, 2));
  co_await task::yield_now();
  DropsReady drops(set);
  co_await drops;
  EXPECT_EQ(set.size(), 2u);
  std::string order;
  while (true) {
    auto next = co_await set.join_next();
    if (!next) break;
    order += std::to_string(next->value());
  }
  co_return order;
}

TEST(JoinSet, JoinNextThatIsDroppedReadyLosesNothing) {
  EXPECT_EQ(Runtime().block_on(drops_a_ready_join_next()), "12");
}

Task<int> selects_in_a_loop() {
  JoinSet<int> set;
  for (int i = 0; i < 10; ++i) set.spawn(number_after(3 * i, i));
  int sum = 0;
  while (true) {
    auto first = co_await select(set.join_next(), task::yield_now());
    if (first.index() == 1) continue;
    if (!std::get<0>(first)) break;
    sum += std::get<0>(first)->value();
  }
  co_return sum;
}

TEST(JoinSet, JoinNextIsCancelSafe) { EXPECT_EQ(Runtime().block_on(selects_in_a_loop()), 45); }

Task<int> spawns_as_it_joins(int tasks) {
  JoinSet<int> set;
  set.spawn(number_after(1, 0));
  int joined = 0;
  while (true) {
    auto next = co_await set.join_next();
    if (!next) break;
    if (++joined < tasks) set.spawn(number_after(joined % 3, joined));
  }
  co_return joined;
}

TEST(JoinSet, MaySpawnWhileItJoins) {
  EXPECT_EQ(Runtime().block_on(spawns_as_it_joins(1000)), 1000);
}

Task<void> joins_three() {
  JoinSet<int> set;
  set.spawn(number_after(0, 1));
  set.spawn(number_after(0, 2));
  set.spawn(number_after(1, 3));
  while (true) {
    auto next = co_await set.join_next();
    if (!next) break;
  }
}

TEST(JoinSet, TakesAWakerOnlyWhenItWaitsAndIsWokenAfterTheClose) {
  test::Recorder recorder;
  Runtime().block_on(joins_three());
  std::string of_t1;
  for (const std::string& line : recorder.lines()) {
    const bool tells = line.ends_with("(T1)") || line.ends_with("close completed");
    if (tells) of_t1 += line + "\n";
  }
  EXPECT_EQ(of_t1,
            "T1 | clone(T1)\n"
            "T2 | close completed\n"
            "- | wake(T1)\n"
            "T3 | close completed\n"
            "T1 | clone(T1)\n"
            "T4 | close completed\n"
            "- | wake(T1)\n"
            "T1 | close completed\n");
}

Task<void> aborts_from_copies() {
  auto handle = spawn(number_after(1000, 0));
  AbortHandle one = handle.abort_handle();
  AbortHandle two = one;
  EXPECT_EQ(two.id(), handle.id());
  const AbortHandle moved = std::move(one);
  one = two;
  EXPECT_FALSE(one.is_finished());
  two.abort();
  moved.abort();
  try {
    co_await handle;
    ADD_FAILURE() << "nothing was thrown";
  } catch (const JoinError&) {
    EXPECT_TRUE(one.is_finished());
  }
}

TEST(AbortHandle, EachCopyAborts) { Runtime().block_on(aborts_from_copies()); }

TEST(AbortHandle, OutlivesTaskAndRuntime) {
  auto runtime = std::make_unique<Runtime>();
  int alive = 0;
  const AbortHandle handle = runtime->spawn(sleeps_with(Belonging(alive))).abort_handle();
  runtime.reset();
  EXPECT_EQ(alive, 0);
  EXPECT_TRUE(handle.is_finished());
  handle.abort();
}

Task<void> two_turns() {
  co_await task::yield_now();
  co_await task::yield_now();
}

TEST(JoinHandle, DetachedTaskRunsOn) {
  auto counter = std::make_shared<int>(0);
  Runtime runtime;
  runtime.spawn(counts(counter)).detach();
  runtime.block_on(two_turns());
  EXPECT_EQ(*counter, 1);
}

// The tasks of a set end on one thread while another joins, aborts or drops it.
TEST(JoinSet, JoinedOnAnotherThreadThanItsTasksEnd) {
  enum class Then { kJoin, kDrop, kShutDown };
  struct Program {
    static Task<void> spawns(sync::oneshot::Sender<JoinSet<int>> sender, int tasks) {
      JoinSet<int> set;
      for (int i = 0; i < tasks; ++i) set.spawn(number_after(i % 5, 1));
      EXPECT_FALSE(sender.send(std::move(set)));
      co_await number_after(6, 0);
    }
    static Task<int> joins(sync::oneshot::Receiver<JoinSet<int>> receiver, Then then) {
      std::optional<JoinSet<int>> set = co_await receiver;
      int sum = 0;
      if (then == Then::kJoin) {
        while (true) {
          auto next = co_await set->join_next();
          if (!next) break;
          sum += next->value();
        }
      } else if (then == Then::kShutDown) {
        co_await set->shutdown();
        EXPECT_TRUE(set->empty());
      }
      co_return sum;
    }
  };
  constexpr int kTasks = 40;
  for (int round = 0; round < 300; ++round) {
    const auto then = static_cast<Then>(round % 3);
    auto channel = sync::oneshot::channel<JoinSet<int>>();
    std::thread spawner([sender = std::move(channel.first)]() mutable {
      Runtime().block_on(Program::spawns(std::move(sender), kTasks));
    });
    const int sum = Runtime().block_on(Program::joins(std::move(channel.second), then));
    EXPECT_EQ(sum, then == Then::kJoin ? kTasks : 0);
    spawner.join();
  }
}

Task<std::vector<int>> joins_all() {
  JoinSet<int> set;
  for (int i = 0; i < 4; ++i) set.spawn(number_after(4 - i, i));
  auto all = co_await std::move(set).join_all();
  co_return all;
}
TEST(JoinSet, JoinAllGivesWhatAllReturned) {
  EXPECT_EQ(Runtime().block_on(joins_all()), (std::vector{3, 2, 1, 0}));
}

Task<void> counts_turn(int* turns) {
  co_await task::yield_now();
  ++*turns;
}
Task<void> joins_all_that_return_nothing(int* turns) {
  JoinSet<void> set;
  for (int i = 0; i < 3; ++i) set.spawn(counts_turn(turns));
  co_await std::move(set).join_all();
  EXPECT_EQ(*turns, 3);
  co_await JoinSet<void>().join_all();
}
TEST(JoinSet, JoinAllWaitsForTasksThatReturnNothingToo) {
  int turns = 0;
  Runtime().block_on(joins_all_that_return_nothing(&turns));
}

// One fails, or is aborted, while another sleeps.
Task<int> fails_one_of_all(int& alive, bool aborts) {
  JoinSet<int> set;
  set.spawn(number_after(0, 1));
  set.spawn(sleeps_with(Belonging(alive)));
  const AbortHandle failing = set.spawn(aborts ? number_after(9, 2) : throws_after(1));
  if (aborts) failing.abort();
  auto all = co_await std::move(set).join_all();
  co_return static_cast<int>(all.size());
}
TEST(JoinSet, JoinAllThrowsWhatOneThrewAndAbortsTheOthers) {
  int alive = 0;
  Runtime runtime;
  EXPECT_THROW(runtime.block_on(fails_one_of_all(alive, false)), std::runtime_error);
  EXPECT_THROW(runtime.block_on(fails_one_of_all(alive, true)), JoinError);
  runtime.block_on(two_turns());
  EXPECT_EQ(alive, 0);
}

Task<void> gives_up_on_all(int& alive) {
  JoinSet<int> set;
  set.spawn(sleeps_with(Belonging(alive)));
  auto first = co_await select_biased(std::move(set).join_all(), task::yield_now());
  EXPECT_EQ(first.index(), 1u);
  co_await two_turns();
  EXPECT_EQ(alive, 0);
}
TEST(JoinSet, JoinAllThatIsDroppedAbortsAll) {
  int alive = 0;
  Runtime().block_on(gives_up_on_all(alive));
}

Task<int> spawns_everywhere(Handle elsewhere) {
  JoinSet<int> set;
  set.spawn_on(number_after(2, 1), elsewhere);
  set.spawn_on(task::Builder().name("far"), number_after(1, 10), elsewhere);
  set.spawn_blocking([] { return 100; });
  const AbortHandle named = set.spawn_blocking(task::Builder().name("slow"),
                                               []() -> int { throw std::runtime_error("x"); });
  int sum = 0;
  while (true) {
    auto next = co_await set.join_next();
    if (!next) break;
    if (next->task_id() == named.id()) {
      EXPECT_EQ(next->outcome(), trace::Outcome::kPanicked);
    } else {
      sum += next->value();
    }
  }
  co_return sum;
}
TEST(JoinSet, HasTasksOfOtherRuntimesAndBlockingFunctionsToo) {
  const Runtime elsewhere = Runtime::Builder::multi_thread().worker_threads(2).build();
  EXPECT_EQ(Runtime().block_on(spawns_everywhere(elsewhere.handle())), 111);
}

// A lambda that needs what it has captured after its first suspension.
auto says(int& alive, std::string text) {
  return [belonging = Belonging(alive), text = std::move(text)]() -> Task<std::string> {
    co_await task::yield_now();
    co_await task::yield_now();
    co_return text;
  };
}

Task<void> spawns_functions(Handle elsewhere, LocalSet* local, int* alive) {
  // Long, so that they are not in the lambda itself.
  const std::string base = "a text that is on the heap, ";
  JoinSet<std::string> set;
  const task::Builder named = task::Builder().name("named");
  set.spawn(says(*alive, base + "0"));
  set.spawn(named, says(*alive, base + "1"));
  set.spawn_on(says(*alive, base + "2"), elsewhere);
  set.spawn_on(named, says(*alive, base + "3"), elsewhere);
  set.spawn_local(says(*alive, base + "4"));
  set.spawn_local(named, says(*alive, base + "5"));
  set.spawn_local_on(says(*alive, base + "6"), *local);
  set.spawn_local_on(named, says(*alive, base + "7"), *local);
  set.spawn_blocking_on([text = base + "8"] { return text; }, elsewhere);
  set.spawn_blocking_on(
      named, [text = base + "9"] { return text; }, elsewhere);
  auto all = co_await std::move(set).join_all();
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all.size(), 10u);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], base + std::to_string(i));
}
TEST(JoinSet, TakesFunctionsThatMakeATaskAndKeepsWhatTheyCaptured) {
  int alive = 0;
  const Runtime elsewhere = Runtime::Builder::multi_thread().worker_threads(1).build();
  Runtime runtime;
  LocalSet local;
  local.block_on(runtime, spawns_functions(elsewhere.handle(), &local, &alive));
  // A task of the other runtime is joined before it has let go of everything.
  while (Belonging::count(alive) > 0) std::this_thread::yield();
}

Task<void> aborts_a_function(int* alive) {
  JoinSet<std::string> set;
  const AbortHandle handle = set.spawn(says(*alive, "never said"));
  EXPECT_EQ(*alive, 1);
  handle.abort();
  auto next = co_await set.join_next();
  EXPECT_EQ(next->outcome(), trace::Outcome::kCancelled);
  EXPECT_EQ(*alive, 0);
}
TEST(JoinSet, FunctionThatIsAbortedBeforeItBeganGoesWithItsCaptures) {
  int alive = 0;
  Runtime().block_on(aborts_a_function(&alive));
}

TEST(JoinSet, SpawnsIntoALocalSetOnItsOwnThreadOnly) {
  LocalSet local;
  std::thread([&local] {
    JoinSet<int> set;
    EXPECT_THROW(set.spawn_local_on(number_after(0, 1), local), std::logic_error);
    EXPECT_TRUE(set.empty());
  }).join();
}

}  // namespace
}  // namespace ari

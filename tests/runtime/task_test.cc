// Task, spawn and JoinHandle: what coroutines give each other.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/ari.h"

namespace ari {
namespace {

using std::chrono::hours;

Task<int> number(int n) { co_return n; }

Task<int> sum_of_two() {
  const int a = co_await number(1);
  const int b = co_await number(2);
  co_return a + b;
}

TEST(Task, GivesItsResultToWhoAwaitsIt) { EXPECT_EQ(Runtime().block_on(sum_of_two()), 3); }

Task<std::unique_ptr<std::string>> unique() { co_return std::make_unique<std::string>("owned"); }

Task<std::string> unwrap() {
  auto handle = spawn(unique());
  const std::unique_ptr<std::string> joined = co_await handle;
  const std::unique_ptr<std::string> awaited = co_await unique();
  co_return *joined + " " + *awaited;
}

TEST(Task, ResultsAreMovedNeverCopied) { EXPECT_EQ(Runtime().block_on(unwrap()), "owned owned"); }

Task<std::vector<int>> gives_a_list() {
  co_await task::yield_now();
  co_return {1, 2};
}
TEST(Task, AResultMayStandInBraces) {
  EXPECT_EQ(Runtime().block_on(gives_a_list()), (std::vector{1, 2}));
}

// A result is converted as `return` does it.
template <class T, class U>
concept Returns =
    requires(task::Promise<T>& promise, U value) { promise.return_value(std::forward<U>(value)); };
static_assert(Returns<std::string, const char*>);
static_assert(Returns<std::optional<int>, int> && Returns<std::unique_ptr<int>, std::nullptr_t>);
static_assert(!Returns<std::vector<int>, int>, "three elements are no 3");
static_assert(!Returns<std::unique_ptr<int>, int*> && !Returns<bool, std::optional<int>>);

#ifndef __clang__  // which warns of it, and whose UBSan stops there
Task<int> forgets_its_result() { co_await task::yield_now(); }
TEST(Task, ThatForgetsItsResultSaysSo) {
  EXPECT_THROW(Runtime().block_on(forgets_its_result()), std::logic_error);
}
#endif

Task<void> sets(bool* ran) {
  *ran = true;
  co_return;
}

TEST(Task, NothingRunsBeforeItIsAwaited) {
  bool ran = false;
  { const Task<void> task = sets(&ran); }
  EXPECT_FALSE(ran);
  Runtime().block_on(sets(&ran));
  EXPECT_TRUE(ran);
}

Task<int> throws(int depth) {
  if (depth > 0) {
    const int unreachable = co_await throws(depth - 1);
    co_return unreachable;
  }
  throw std::out_of_range("from below");
}

Task<std::string> catches() {
  try {
    co_await throws(3);
  } catch (const std::out_of_range& error) {
    co_return error.what();
  }
  co_return "nothing was thrown";
}

TEST(Task, ExceptionRisesThroughTheCoAwaits) {
  EXPECT_EQ(Runtime().block_on(catches()), "from below");
  EXPECT_THROW(Runtime().block_on(throws(0)), std::out_of_range);
}

Task<std::string> joins_what_throws() {
  auto handle = spawn(throws(1));
  try {
    co_await handle;
  } catch (const std::out_of_range& error) {
    co_return error.what();
  }
  co_return "nothing was thrown";
}

TEST(JoinHandle, RethrowsWhatEndedTheTask) {
  EXPECT_EQ(Runtime().block_on(joins_what_throws()), "from below");
}

Task<void> sleeps_long() { co_await time::sleep(hours(1)); }

Task<std::string> joins_what_it_aborted(std::string_view name) {
  auto handle = task::Builder().name(name).spawn(sleeps_long());
  co_await task::yield_now();
  EXPECT_FALSE(handle.is_finished());
  handle.abort();
  handle.abort();  // once more changes nothing
  try {
    co_await handle;
  } catch (const JoinError& error) {
    EXPECT_TRUE(handle.is_finished());
    EXPECT_EQ(error.task_id(), handle.id());
    std::string text = error.what();
    const std::string id = std::to_string(handle.id());
    co_return text.replace(text.find(id), id.size(), "N");
  }
  co_return "nothing was thrown";
}

TEST(JoinHandle, AbortedTaskThrowsJoinErrorThatNamesIt) {
  EXPECT_EQ(Runtime().block_on(joins_what_it_aborted("")), "task N was cancelled");
  EXPECT_EQ(Runtime().block_on(joins_what_it_aborted("nap")), "task N 'nap' was cancelled");
}

Task<int> aborts_what_has_ended() {
  auto handle = spawn(number(7));
  co_await task::yield_now();
  EXPECT_TRUE(handle.is_finished());
  handle.abort();
  const int result = co_await handle;
  co_return result;
}

TEST(JoinHandle, AbortAfterTheEndChangesNothing) {
  EXPECT_EQ(Runtime().block_on(aborts_what_has_ended()), 7);
}

Task<int> fails() {
  throw std::out_of_range("too far");
  co_return 1;
}

template <class T>
Task<std::string> joins_twice(Task<T> task) {
  auto handle = spawn(std::move(task));
  try {
    co_await handle;
  } catch (const std::out_of_range&) {
  }
  try {
    co_await handle;
  } catch (const std::logic_error& error) {
    co_return error.what();
  }
  co_return "joined twice";
}

TEST(JoinHandle, JoinedTwiceSaysSo) {
  constexpr auto kTwice = "ari: a JoinHandle was co_awaited that had given its result";
  EXPECT_EQ(Runtime().block_on(joins_twice(number(7))), kTwice);
  EXPECT_EQ(Runtime().block_on(joins_twice(fails())), kTwice);
}

Task<void> counts(std::shared_ptr<int> counter) {
  co_await task::yield_now();
  ++*counter;
}

Task<void> drops_its_handle(std::shared_ptr<int> counter) {
  { const auto dropped = spawn(counts(counter)); }
  co_await task::yield_now();
  co_await task::yield_now();
}

TEST(JoinHandle, DroppedLetsTheTaskRunOn) {
  auto counter = std::make_shared<int>(0);
  Runtime().block_on(drops_its_handle(counter));
  EXPECT_EQ(*counter, 1);
  EXPECT_EQ(counter.use_count(), 1) << "the task and all that was in it are gone";
}

Task<std::string> order_of_turns() {
  auto order = std::make_shared<std::string>();
  struct Turns {
    static Task<void> take(std::shared_ptr<std::string> order, char name) {
      for (int i = 0; i < 3; ++i) {
        *order += name;
        co_await task::yield_now();
      }
    }
  };
  auto a = spawn(Turns::take(order, 'a'));
  auto b = spawn(Turns::take(order, 'b'));
  co_await a;
  co_await b;
  co_return *order;
}

TEST(Yield, TasksTakeTurns) { EXPECT_EQ(Runtime().block_on(order_of_turns()), "ababab"); }

Task<int> loops(int rounds) {
  int sum = 0;
  for (int i = 0; i < rounds; ++i) sum += co_await number(1);
  co_return sum;
}

TEST(Depth, AMillionAwaitsInALoopTakeNoStack) {
  EXPECT_EQ(Runtime().block_on(loops(1'000'000)), 1'000'000);
}

Task<int> descends(int depth) {
  if (depth == 0) {
    co_await task::yield_now();
    co_return 0;
  }
  const int below = co_await descends(depth - 1);
  co_return below + 1;
}

TEST(Depth, RecursionAHundredThousandDeepTakesNoStack) {
  EXPECT_EQ(Runtime().block_on(descends(100'000)), 100'000);
}

Task<int> descends_and_throws(int depth) {
  if (depth == 0) {
    co_await task::yield_now();
    throw std::runtime_error("bottom");
  }
  const int below = co_await descends_and_throws(depth - 1);
  co_return below + 1;
}

TEST(Depth, AnExceptionClimbsAHundredThousandFrames) {
  EXPECT_THROW(Runtime().block_on(descends_and_throws(100'000)), std::runtime_error);
}

Task<int> descends_and_sleeps(int depth) {
  if (depth == 0) {
    co_await time::sleep(hours(1));
    co_return 0;
  }
  const int below = co_await descends_and_sleeps(depth - 1);
  co_return below + 1;
}

Task<void> abandons(int depth) {
  const auto abandoned = spawn(descends_and_sleeps(depth));
  co_await task::yield_now();
}

TEST(Depth, AHundredThousandFramesAreDestroyedWithoutRecursion) {
  Runtime().block_on(abandons(100'000));
}

TEST(Spawn, OutsideOfARuntimeSaysWhatToDo) {
  try {
    spawn(number(1));
    FAIL() << "spawned on no runtime";
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(),
                 "ari: no runtime is running on this thread (spawn from inside of a task, or use "
                 "Runtime::spawn)");
  }
}

template <class Function>
std::string what_it_throws(Function function) {
  try {
    function();
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "nothing";
}

TEST(Runtime, CurrentAndDumpOutsideOfARuntimeSayWhatToDo) {
  EXPECT_EQ(what_it_throws([] { Handle::current(); }),
            "ari: no runtime is running on this thread (Handle::current() is for code inside of a "
            "task; elsewhere use Runtime::handle())");
  EXPECT_EQ(what_it_throws([] { dump(); }),
            "ari: no runtime is running on this thread (dump() is for code inside of a task; "
            "elsewhere use Handle::dump())");
}

Task<std::string> blocks_inside() {
  try {
    Runtime().block_on(number(1));
  } catch (const std::logic_error& error) {
    co_return error.what();
  }
  co_return "nested";
}

TEST(Runtime, BlockOnInsideOfATaskSaysWhatToDo) {
  EXPECT_EQ(Runtime().block_on(blocks_inside()),
            "ari: block_on was called on a thread that is running a runtime already (co_await the "
            "task instead)");
}

Task<void> waits_to_be_told(std::atomic<bool>* is_inside, sync::oneshot::Receiver<int> told) {
  is_inside->store(true);
  co_await told;
}

TEST(Runtime, BlockOnWhereAnotherThreadIsSaysWhatToDo) {
  Runtime runtime;
  auto [tell, told] = sync::oneshot::channel<int>();
  std::atomic<bool> is_inside{false};
  std::thread other([&] { runtime.block_on(waits_to_be_told(&is_inside, std::move(told))); });
  while (!is_inside.load()) std::this_thread::yield();
  EXPECT_EQ(what_it_throws([&] { runtime.block_on(number(1)); }),
            "ari: block_on was called on a current-thread runtime while another thread is in it "
            "(use Handle::block_on or Runtime::spawn there)");
  EXPECT_EQ(runtime.handle().block_on(number(2)), 2);
  static_cast<void>(std::move(tell).send(1));
  other.join();
  EXPECT_EQ(runtime.block_on(number(3)), 3) << "the other has left";
}

Task<void> uses_what_was_moved_from(std::vector<std::string>* thrown) {
  Task<int> task = number(1);
  const int one = co_await std::move(task);
  EXPECT_EQ(one, 1);
  try {
    co_await std::move(task);
  } catch (const std::logic_error& error) {
    thrown->push_back(error.what());
  }
  thrown->push_back(what_it_throws([&] { spawn(std::move(task)); }));
  thrown->push_back(what_it_throws([&] { task::Branch<int> branch(std::move(task)); }));
}

TEST(Task, MovedFromSaysSo) {
  std::vector<std::string> thrown;
  Runtime().block_on(uses_what_was_moved_from(&thrown));
  const std::vector<std::string> want(
      3, "ari: a Task was co_awaited or spawned that had been moved from");
  EXPECT_EQ(thrown, want);
}

Task<std::string> spawns_lambdas() {
  // Long, so that it is not in the lambda itself.
  const std::string long_text(100, 'x');
  auto void_one = spawn([long_text]() -> Task<void> {
    co_await task::yield_now();
    EXPECT_EQ(long_text.size(), 100u);
  });
  auto moved_in = std::make_unique<std::string>("moved in");
  auto text =
      task::Builder().name("lambda").spawn([owned = std::move(moved_in)]() -> Task<std::string> {
        co_await task::yield_now();
        co_return *owned;
      });
  co_await void_one;
  std::string result = co_await text;
  co_return result;
}

Task<std::size_t> joins(JoinHandle<std::size_t> handle) {
  const std::size_t result = co_await handle;
  co_return result;
}

TEST(Spawn, OfALambdaKeepsWhatItHasCaptured) {
  Runtime runtime;
  auto outside = runtime.spawn([text = std::string(100, 'y')]() -> Task<std::size_t> {
    co_await task::yield_now();
    co_return text.size();
  });
  EXPECT_EQ(runtime.block_on(spawns_lambdas()), "moved in");
  EXPECT_EQ(runtime.block_on(joins(std::move(outside))), 100u);
}

TEST(Runtime, TasksRestBetweenTwoBlockOns) {
  auto counter = std::make_shared<int>(0);
  Runtime runtime;
  auto handle = runtime.spawn(counts(counter));
  EXPECT_EQ(*counter, 0);
  runtime.block_on(counts(counter));  // meanwhile the task had its first poll
  EXPECT_EQ(*counter, 1);
  EXPECT_FALSE(handle.is_finished());
  runtime.block_on(order_of_turns());
  EXPECT_TRUE(handle.is_finished());
  EXPECT_EQ(*counter, 2);
}

Task<void> moves_a_thousand_bytes(std::array<char, 1000> bytes) {
  co_await task::yield_now();
  EXPECT_EQ(bytes[999], 'z');
}

TEST(Task, ParametersLiveInTheFrame) {
  std::array<char, 1000> bytes{};
  bytes[999] = 'z';
  Task<void> task = moves_a_thousand_bytes(bytes);
  bytes.fill('a');
  Runtime().block_on(std::move(task));
}

Task<trace::SpanId> own_id() {
  co_await task::yield_now();
  co_return task::id();
}
Task<void> knows_its_id() {
  const trace::SpanId outer = task::id();
  auto spawned = spawn(own_id());
  const trace::SpanId spawned_id = spawned.id();
  EXPECT_NE(spawned_id, outer);
  // Coroutines that are awaited, alone or in a branch, are of the same task.
  const trace::SpanId awaited = co_await own_id();
  EXPECT_EQ(awaited, outer);
  auto both = co_await join(own_id(), own_id());
  EXPECT_EQ(both, std::tuple(outer, outer));
  const trace::SpanId its_own = co_await spawned;
  EXPECT_EQ(its_own, spawned_id);
  EXPECT_EQ(task::try_id(), outer);
  auto blocking = spawn_blocking([] { return task::id(); });
  const trace::SpanId blocking_id = blocking.id();
  const trace::SpanId function_id = co_await blocking;
  EXPECT_EQ(function_id, blocking_id);
}
TEST(TaskId, IsThatOfTheTaskThatTheCallerIsPartOf) { Runtime().block_on(knows_its_id()); }

TEST(TaskId, OutsideOfAnyTaskThereIsNone) {
  EXPECT_EQ(task::try_id(), std::nullopt);
  EXPECT_EQ(what_it_throws([] { task::id(); }),
            "ari: task::id() was called outside of any task (try_id() may be)");
}

}  // namespace
}  // namespace ari

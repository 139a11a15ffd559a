// The paused clock, each promise of runtime/time/pause.h.
#include "runtime/time/pause.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/paused.h"

namespace ari::time {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

Task<Clock::duration> measures(Clock::duration duration) {
  const Instant before = Clock::now();
  co_await sleep(duration);
  co_return Clock::now() - before;
}

TEST(PausedClock, JumpsToTheNextTimerWhenNothingCanRun) {
  Runtime runtime = test::paused_runtime();
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(runtime.block_on(measures(hours(5))), hours(5));
  EXPECT_EQ(runtime.block_on(measures(microseconds(300))), milliseconds(1)) << "to a whole tick";
  EXPECT_LT(std::chrono::steady_clock::now() - begun, hours(1));
}

Task<void> sleeps_and_notes(int ms, std::vector<int>* woken) {
  co_await sleep(milliseconds(ms));
  woken->push_back(ms);
}

Task<void> spawns_sleepers(std::vector<int> durations, std::vector<int>* woken) {
  std::vector<JoinHandle<void>> handles;
  for (const int ms : durations) handles.push_back(spawn(sleeps_and_notes(ms, woken)));
  for (JoinHandle<void>& handle : handles) co_await handle;
}

TEST(PausedClock, WakesEachAtItsOwnTime) {
  std::vector<int> woken;
  test::paused_runtime().block_on(spawns_sleepers({70, 5000, 3, 70'000, 64}, &woken));
  EXPECT_EQ(woken, (std::vector<int>{3, 64, 70, 5000, 70'000}));
}

Task<void> yields_until(const bool* done) {
  while (!*done) co_await task::yield_now();
}
Task<void> watches_the_clock(Instant* seen) {
  bool done = false;
  auto busy = spawn(yields_until(&done));
  const Instant before = Clock::now();
  auto sleeper = spawn(measures(hours(1)));
  for (int i = 0; i < 200; ++i) co_await task::yield_now();
  EXPECT_EQ(Clock::now(), before) << "somebody could run all the time";
  EXPECT_FALSE(sleeper.is_finished());
  done = true;
  co_await busy;
  co_await sleeper;
  *seen = Clock::now();
  EXPECT_EQ(Clock::now(), before + hours(1));
}

TEST(PausedClock, StandsStillWhileSomeTaskCanRun) {
  Instant seen;
  test::paused_runtime().block_on(watches_the_clock(&seen));
  EXPECT_GE(seen, Instant(hours(1)));
}

Task<void> advances(std::vector<int>* woken) {
  std::vector<JoinHandle<void>> handles;
  for (const int ms : {30, 10, 20, 40}) handles.push_back(spawn(sleeps_and_notes(ms, woken)));
  co_await task::yield_now();  // lets them begin to sleep
  const Instant before = Clock::now();
  co_await advance(milliseconds(35));
  EXPECT_EQ(Clock::now(), before + milliseconds(35));
  co_await task::yield_now();
  EXPECT_EQ(*woken, (std::vector<int>{10, 20, 30}));
  for (JoinHandle<void>& handle : handles) co_await handle;
}

TEST(PausedClock, AdvanceWakesWhomItPassedInTheOrderOfTheirDeadlines) {
  std::vector<int> woken;
  test::paused_runtime().block_on(advances(&woken));
  EXPECT_EQ(woken, (std::vector<int>{10, 20, 30, 40}));
}

Task<void> pauses_and_resumes() {
  pause();
  const Instant stood_at = Clock::now();
  EXPECT_EQ(Clock::now(), stood_at);
  co_await advance(hours(3));
  resume();
  EXPECT_GE(Clock::now(), stood_at + hours(3));
  // A timer of the running clock, which is three hours ahead of the machine's.
  const Clock::duration slept = co_await measures(milliseconds(2));
  EXPECT_GE(slept, milliseconds(2));
  EXPECT_LT(slept, hours(1));
}

TEST(PausedClock, CanBeResumedAndRunsOnFromThere) { Runtime().block_on(pauses_and_resumes()); }

Task<void> reads_the_clock(Instant* now) {
  *now = Clock::now();
  co_return;
}

TEST(PausedClock, IsThatOfItsRuntimeAlone) {
  Runtime paused = test::paused_runtime();
  paused.block_on(measures(hours(24)));
  Instant there, elsewhere;
  paused.block_on(reads_the_clock(&there));
  Runtime().block_on(reads_the_clock(&elsewhere));
  EXPECT_GT(there, elsewhere + hours(23));
  EXPECT_LT(Clock::now(), there) << "outside of a runtime it is the steady clock";
}

// The runtime's thread jumps only if nobody called it: a wake that came from another thread
// before it would sleep goes first.
Task<void> waits(std::shared_ptr<sync::Notify> notify, Instant* notified) {
  co_await notify->notified();
  *notified = Clock::now();
}
Task<void> is_woken_from_another_thread(Instant* notified) {
  auto notify = std::make_shared<sync::Notify>();
  auto waiter = spawn(waits(notify, notified));
  co_await task::yield_now();
  const Instant before = Clock::now();
  std::thread([notify] { notify->notify_one(); }).join();
  co_await waiter;
  EXPECT_EQ(*notified, before);
}

TEST(PausedClock, LetsWhomAnotherThreadWokeGoFirst) {
  Runtime runtime = test::paused_runtime();
  auto sleeper = runtime.spawn(measures(hours(1)));
  Instant notified;
  runtime.block_on(is_woken_from_another_thread(&notified));
  EXPECT_FALSE(sleeper.is_finished());
}

Task<void> sleeps_beside_a_function(std::shared_ptr<std::atomic<bool>> go_on) {
  auto sleeper = spawn(measures(hours(1)));
  const Instant before = Clock::now();
  auto function = spawn_blocking([go_on] {
    while (!*go_on) std::this_thread::yield();
  });
  // Parks as often as it can, beside a function that has not come to its end.
  co_await task::yield_now();
  auto other = spawn_blocking([go_on] { *go_on = true; });
  co_await other;
  co_await function;
  EXPECT_EQ(Clock::now(), before);
  EXPECT_FALSE(sleeper.is_finished());
  co_await sleeper;
  EXPECT_EQ(Clock::now(), before + hours(1));
}

TEST(PausedClock, WaitsForBlockingFunctions) {
  test::paused_runtime().block_on(
      sleeps_beside_a_function(std::make_shared<std::atomic<bool>>(false)));
}

TEST(PausedClock, IsForCurrentThreadRuntimes) {
  try {
    Runtime::Builder::multi_thread().start_paused(true).build();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "ari: only the clock of a current-thread runtime can be paused");
  }
}

TEST(PausedClock, IsForTheInsideOfATask) {
  EXPECT_THROW(pause(), std::logic_error);
  EXPECT_THROW(resume(), std::logic_error);
  try {
    Runtime().block_on(advance(hours(1)));
    ADD_FAILURE() << "the clock is not paused";
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "ari: the clock can be moved only while it is paused");
  }
}

// What calls moves or pauses the clock; says what is thrown, or nothing.
std::string refusal(void (*call)()) {
  try {
    call();
    return "";
  } catch (const std::logic_error& error) {
    return error.what();
  }
}

// The runtime's thread sleeps, without end, for the function; it could not know that the clock
// goes.
Task<void> function_is_refused() {
  for (const auto call : {&pause, &resume}) {
    auto refused = spawn_blocking([call] { return refusal(call); });
    auto why = co_await refused;
    EXPECT_EQ(why,
              "ari: a clock can be paused and moved only by tasks that Runtime::block_on runs (not "
              "in spawn_blocking, nor by Handle::block_on)");
  }
  resume();
  pause();
}
TEST(PausedClock, IsNotForItsBlockingFunctions) {
  Runtime::Builder::current_thread().start_paused(true).build().block_on(function_is_refused());
}

Task<void> advances(std::string* why) {
  try {
    co_await advance(hours(1));
  } catch (const std::logic_error& error) {
    *why = error.what();
  }
}
TEST(PausedClock, IsNotForOtherThreadsThatUseItsTimers) {
  const Runtime runtime = Runtime::Builder::current_thread().start_paused(true).build();
  std::string why;
  runtime.handle().block_on(advances(&why));
  EXPECT_TRUE(why.ends_with("nor by Handle::block_on)")) << why;
}

}  // namespace
}  // namespace ari::time

// Sleep: when it ends, how it is moved, and what it tells of that.
#include "runtime/time/sleep.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "runtime/ari.h"
#include "tests/runtime/paused.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/recorder.h"

namespace ari::time {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

Task<Clock::duration> measures(milliseconds duration) {
  const Instant before = Clock::now();
  co_await sleep(duration);
  co_return Clock::now() - before;
}

TEST(Sleep, NeverEndsEarly) {
  Runtime runtime;
  for (int ms = 0; ms < 5; ++ms) {
    EXPECT_GE(runtime.block_on(measures(milliseconds(ms))), milliseconds(ms));
  }
}

Task<void> sleeps(Clock::duration duration) { co_await sleep(duration); }
Task<void> sleeps_until_the_past() { co_await sleep_until(Instant::min()); }

TEST(Sleep, NotPositiveEndsInItsFirstPoll) {
  test::Recorder recorder;
  Runtime runtime;
  runtime.block_on(sleeps(-hours(1)));
  runtime.block_on(sleeps_until_the_past());
  EXPECT_EQ(recorder.count("wake(T1)"), 0);
  EXPECT_EQ(recorder.count("clone(T1)"), 1);
}

Task<void> one_turn() { co_await task::yield_now(); }

TEST(Sleep, BeyondTheClockNeverEnds) {
  Runtime runtime;
  auto handle = runtime.spawn(sleeps(Clock::duration::max()));
  runtime.block_on(one_turn());
  EXPECT_FALSE(handle.is_finished());
}

Task<void> is_past_all_counting() {
  Sleep sleep(Clock::now() + hours(1), std::source_location::current());
  const bool is_ready = co_await test::poll_once(sleep);
  EXPECT_FALSE(is_ready);
  sleep.reset(Instant::min());
  EXPECT_TRUE(sleep.is_elapsed());
  EXPECT_LT(sleep.wait().due_in, std::chrono::nanoseconds(0)) << "a bug once: in 292 years";
}
TEST(Sleep, MovedBeforeTheClocksEpochIsLate) { Runtime().block_on(is_past_all_counting()); }

// A sleep of another task, which waits in it.
Task<void> waits_for(std::shared_ptr<Sleep> sleep, Instant* woken) {
  co_await *sleep;
  *woken = Clock::now();
}

std::shared_ptr<Sleep> shared_sleep(Clock::duration duration) {
  return std::make_shared<Sleep>(Clock::now() + duration, std::source_location::current());
}

Task<void> moves_a_sleep(Clock::duration at_first, Clock::duration then) {
  const Instant start = Clock::now();
  Instant woken;
  auto sleep = shared_sleep(at_first);
  auto waiter = spawn(waits_for(sleep, &woken));
  co_await task::yield_now();
  sleep->reset(start + then);
  EXPECT_EQ(sleep->deadline(), start + then);
  EXPECT_FALSE(sleep->is_elapsed());
  co_await waiter;
  EXPECT_EQ(woken, start + then);
  EXPECT_TRUE(sleep->is_elapsed());
}

TEST(Sleep, MovedWhileItIsAwaitedEndsAtTheNewDeadline) {
  test::paused_runtime().block_on(moves_a_sleep(milliseconds(20), hours(2)));
  test::paused_runtime().block_on(moves_a_sleep(hours(2), milliseconds(20)));
}

Task<void> moves_a_sleep_into_the_past() {
  const Instant start = Clock::now();
  Instant woken;
  auto sleep = shared_sleep(hours(1));
  auto waiter = spawn(waits_for(sleep, &woken));
  co_await task::yield_now();
  sleep->reset(start);
  EXPECT_TRUE(sleep->is_elapsed());
  co_await waiter;
  EXPECT_EQ(woken, start);
}

TEST(Sleep, MovedIntoThePastWakesItsWaiterAtOnce) {
  test::Recorder recorder;
  test::paused_runtime().block_on(moves_a_sleep_into_the_past());
  EXPECT_EQ(recorder.count("wake(T5)"), 1) << recorder.text();
}

Task<void> sleeps_thrice() {
  const Instant start = Clock::now();
  auto sleep = time::sleep(milliseconds(5));
  EXPECT_FALSE(sleep.is_elapsed());
  sleep.reset(start + milliseconds(7));  // before its first poll
  co_await sleep;
  EXPECT_EQ(Clock::now(), start + milliseconds(7));
  sleep.reset(start + milliseconds(90));
  EXPECT_FALSE(sleep.is_elapsed());
  co_await sleep;
  EXPECT_EQ(Clock::now(), start + milliseconds(90));
}

TEST(Sleep, CanBeAwaitedAgainOnceItWasMoved) { test::paused_runtime().block_on(sleeps_thrice()); }

Task<void> awaits_what_was_moved_outside(std::unique_ptr<Sleep> sleep) { co_await *sleep; }

TEST(Sleep, MovedOutsideOfARuntimeWaitsInTheOneThatPollsIt) {
  auto sleep = std::make_unique<Sleep>(Clock::now() + hours(1), std::source_location::current());
  sleep->reset(Clock::now());
  EXPECT_FALSE(sleep->is_elapsed()) << "it knows no timers yet";
  Runtime().block_on(awaits_what_was_moved_outside(std::move(sleep)));
}

Task<void> polls_then_moves() {
  auto sleep = shared_sleep(hours(1));
  Instant woken;
  auto waiter = spawn(waits_for(sleep, &woken));
  co_await task::yield_now();
  ARI_INFO("moved");
  sleep->reset(Clock::now() + milliseconds(8));
  ARI_INFO("moved");
  co_await waiter;
}

std::string between(const test::Recorder& recorder, const std::string& first,
                    const std::string& last) {
  const std::string text = recorder.text();
  const std::size_t from = text.find(first), to = text.find(last, from + 1);
  return text.substr(from, to + last.size() - from);
}

// As seen of tokio 1.53: tokio-instrumentation.md 4.
TEST(Sleep, ResetOpensANewOpAndClosesTheOldOneInside) {
  test::Recorder recorder;
  test::paused_runtime().block_on(polls_then_moves());
  EXPECT_EQ(between(recorder, "T1 | app: message=moved\n", "T1 | app: message=moved\n"),
            "T1 | app: message=moved\n"
            "R2 | enter\n"
            "R2 O6 | new\n"
            "R2 O6 | enter\n"
            "R2 O6 P7 | new\n"
            "R2 O3 P4 | close\n"
            "R2 O3 | close\n"
            "R2 O6 | state_update duration=8 duration.unit=\"ms\" duration.op=\"override\"\n"
            "R2 O6 | exit\n"
            "R2 | exit\n"
            "T1 | app: message=moved\n");
  EXPECT_EQ(recorder.fields("O6"), "source=\"Sleep::reset\"");
  EXPECT_EQ(recorder.target("O6"), "ari::time::sleep");
  EXPECT_NE(recorder.text().find("R2 O6 P7 | poll_op poll_elapsed true\n"
                                 "R2 O6 P7 | clone(T5)\n"
                                 "R2 O6 P7 | poll_op poll_elapsed true\n"),
            std::string::npos)
      << "the next poll is one of the new op, and tells no duration again\n"
      << recorder.text();
}

Task<void> is_overtaken(Clock::duration jump) {
  auto handle = spawn(sleeps(milliseconds(5)));
  co_await task::yield_now();
  co_await advance(jump);
  co_await handle;
}

TEST(Sleep, TellsByHowMuchTheRuntimeWasLate) {
  test::Recorder late;
  test::paused_runtime().block_on(is_overtaken(milliseconds(12)));
  EXPECT_NE(
      late.text().find("R3 O4 P5 | clone(T2)\n"
                       "R3 O4 P5 | state_update late=7 late.unit=\"ms\" late.op=\"override\"\n"
                       "R3 O4 P5 | poll_op poll_elapsed true\n"),
      std::string::npos)
      << late.text();
}

TEST(Sleep, OneTickIsNotLate) {
  test::Recorder recorder;
  test::paused_runtime().block_on(is_overtaken(milliseconds(6)));
  EXPECT_EQ(recorder.text().find("late="), std::string::npos) << recorder.text();
}

Task<void> two_sleep_equally_long() {
  auto one = spawn(sleeps(milliseconds(5)));
  auto other = spawn(sleeps(milliseconds(5)));
  co_await one;
  co_await other;
}

TEST(Driver, TellsHowManyTimersATurnFired) {
  test::Recorder recorder;
  test::paused_runtime().block_on(two_sleep_equally_long());
  EXPECT_NE(recorder.text().find(
                "- | wake(T2)\n- | wake(T3)\n- | runtime::driver: op=\"turn\" timers=2\n"),
            std::string::npos)
      << recorder.text();
}

}  // namespace
}  // namespace ari::time

// timeout: who wins, what becomes of the loser, and what comes of it.
#include "runtime/time/timeout.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "runtime/ari.h"
#include "tests/runtime/paused.h"
#include "tests/runtime/recorder.h"

namespace ari::time {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

Task<std::string> answers_after(milliseconds duration) {
  co_await sleep(duration);
  co_return "answer";
}

Task<void> limits_a_task() {
  auto in_time = co_await timeout(milliseconds(20), answers_after(milliseconds(10)));
  EXPECT_TRUE(in_time.has_value());
  EXPECT_EQ(*in_time, "answer");

  const Instant before = Clock::now();
  auto too_late = co_await timeout(milliseconds(20), answers_after(milliseconds(30)));
  EXPECT_FALSE(too_late.has_value());
  EXPECT_EQ(Clock::now(), before + milliseconds(20));
}

TEST(Timeout, GivesTheValueOrNothing) { test::paused_runtime().block_on(limits_a_task()); }

Task<void> sleeps(milliseconds duration) { co_await sleep(duration); }

Task<void> limits_what_yields_nothing() {
  auto task = co_await timeout(milliseconds(20), sleeps(milliseconds(10)));
  EXPECT_TRUE(task.has_value());
  auto future = co_await timeout(milliseconds(20), sleep(milliseconds(30)));
  EXPECT_FALSE(future.has_value());
  auto beyond = co_await timeout_at(Clock::now() + milliseconds(5), sleeps(milliseconds(10)));
  EXPECT_FALSE(beyond.has_value());
}

TEST(Timeout, SaysWhetherWhatYieldsNothingWasInTime) {
  test::paused_runtime().block_on(limits_what_yields_nothing());
}

// Counts its lives.
struct Counted {
  explicit Counted(int* count) : count_(count) { ++*count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*count_; }
  int* count_;
};

Task<void> holds_something(int* alive) {
  const Counted something(alive);
  co_await sleep(hours(1));
}

Task<void> cancels_a_task() {
  int alive = 0;
  auto limited = timeout(milliseconds(20), holds_something(&alive));
  auto result = co_await limited;
  EXPECT_FALSE(result.has_value());
  EXPECT_EQ(alive, 0) << "although the timeout itself lives on";
}

TEST(Timeout, DestroysATaskAsSoonAsTimeIsOut) { test::paused_runtime().block_on(cancels_a_task()); }

Task<void> waits_again() {
  auto handle = spawn(answers_after(milliseconds(30)));
  auto too_late = co_await timeout(milliseconds(20), handle);
  EXPECT_FALSE(too_late.has_value());
  EXPECT_FALSE(handle.is_finished());
  auto in_time = co_await timeout(milliseconds(20), handle);
  EXPECT_TRUE(in_time.has_value());
}

TEST(Timeout, LeavesAloneWhatItOnlyRefersTo) { test::paused_runtime().block_on(waits_again()); }

Task<std::string> answers() { co_return "at once"; }

Task<void> has_no_time_at_all() {
  for (const Clock::duration none : {Clock::duration(0), -Clock::duration(hours(1))}) {
    auto result = co_await timeout(none, answers());
    EXPECT_TRUE(result.has_value());
  }
  auto result = co_await timeout_at(Instant::min(), sleep(milliseconds(1)));
  EXPECT_FALSE(result.has_value());
}

TEST(Timeout, WhatIsReadyIsNeverTooLate) { test::paused_runtime().block_on(has_no_time_at_all()); }

Task<void> has_all_the_time() {
  auto result = co_await timeout(Clock::duration::max(), answers_after(hours(10'000)));
  EXPECT_TRUE(result.has_value());
}

TEST(Timeout, BeyondTheClockIsNoLimit) { test::paused_runtime().block_on(has_all_the_time()); }

Task<int> throws_after(milliseconds duration) {
  co_await sleep(duration);
  throw std::out_of_range("from inside");
}

Task<std::string> catches(milliseconds limit) {
  try {
    auto result = co_await timeout(limit, throws_after(milliseconds(10)));
    co_return result.has_value() ? "a value" : "nothing";
  } catch (const std::out_of_range& error) {
    co_return error.what();
  }
}

TEST(Timeout, ThrowsWhatWasThrownInTime) {
  EXPECT_EQ(test::paused_runtime().block_on(catches(milliseconds(20))), "from inside");
  EXPECT_EQ(test::paused_runtime().block_on(catches(milliseconds(5))), "nothing");
}

Task<std::string> insists(milliseconds limit) {
  auto result = co_await timeout(limit, answers_after(milliseconds(10)));
  co_return std::move(result).value();
}

TEST(Timeout, ValueThrowsElapsedWhenThereIsNone) {
  EXPECT_EQ(test::paused_runtime().block_on(insists(milliseconds(20))), "answer");
  try {
    test::paused_runtime().block_on(insists(milliseconds(5)));
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Elapsed& error) {
    EXPECT_STREQ(error.what(), "ari: time was out");
  }
}

Task<std::string> nests(milliseconds inner, milliseconds outer) {
  auto result = co_await timeout(outer, timeout(inner, sleep(hours(1))));
  if (!result) co_return "outer";
  co_return result->has_value() ? "none" : "inner";
}

TEST(Timeout, OfTimeoutsTheShortestCounts) {
  EXPECT_EQ(test::paused_runtime().block_on(nests(milliseconds(5), milliseconds(9))), "inner");
  EXPECT_EQ(test::paused_runtime().block_on(nests(milliseconds(9), milliseconds(5))), "outer");
}

// Is ready every time, and so uses up the budget in every poll.
Task<void> never_waits() {
  while (true) {
    auto [sender, receiver] = sync::oneshot::channel<int>();
    EXPECT_FALSE(sender.send(1));
    co_await receiver;
  }
}

Task<void> lets_time_pass() {
  for (int i = 0; i < 10; ++i) co_await advance(milliseconds(1));
}

Task<void> limits_what_never_waits() {
  auto passing = spawn(lets_time_pass());
  auto result = co_await timeout(milliseconds(5), never_waits());
  EXPECT_FALSE(result.has_value());
  co_await passing;
}

TEST(Timeout, EndsWhatUsesUpTheBudgetEveryTime) {
  test::paused_runtime().block_on(limits_what_never_waits());
}

class Never {
 public:
  Poll poll(Context&) noexcept { return Poll::kPending; }
};

constexpr unsigned kTimeoutLine = __LINE__ + 2;
Task<void> tells() {
  auto result = co_await timeout(milliseconds(5), Never());
  EXPECT_FALSE(result.has_value());
}

// As the timeout in testdata/captures/select does.
TEST(Timeout, IsASleepMadeWhereTimeoutWasCalled) {
  test::Recorder recorder;
  test::paused_runtime().block_on(tells());
  EXPECT_EQ(recorder.text(),
            "T1 | new\n"
            "T1 | enter\n"
            "R2 | new\n"
            "R2 O3 | new\n"
            "R2 O3 P4 | new\n"
            "R2 | enter\n"
            "R2 O3 | enter\n"
            "R2 O3 P4 | enter\n"
            "R2 O3 P4 | poll_op poll_elapsed true\n"
            "R2 O3 P4 | state_update duration=5 duration.unit=\"ms\" duration.op=\"override\"\n"
            "R2 O3 P4 | clone(T1)\n"
            "R2 O3 P4 | poll_op poll_elapsed false\n"
            "R2 O3 P4 | exit\n"
            "R2 O3 | exit\n"
            "R2 | exit\n"
            "T1 | exit\n"
            "- | wake(T1)\n"
            "- | runtime::driver: op=\"turn\" timers=1\n"
            "T1 | enter\n"
            "R2 | enter\n"
            "R2 O3 | enter\n"
            "R2 O3 P4 | enter\n"
            "R2 O3 P4 | poll_op poll_elapsed true\n"
            "R2 O3 P4 | clone(T1)\n"
            "R2 O3 P4 | poll_op poll_elapsed true\n"
            "R2 O3 P4 | exit\n"
            "R2 O3 | exit\n"
            "R2 | exit\n"
            "R2 O3 P4 | close\n"
            "R2 O3 | close\n"
            "R2 | close\n"
            "T1 | drop(T1)\n"
            "T1 | exit\n"
            "T1 | destroy\n"
            "T1 | exit\n"
            "T1 | close completed\n");
  EXPECT_NE(recorder.fields("R2").find(" loc.line=" + std::to_string(kTimeoutLine) + " "),
            std::string::npos)
      << recorder.fields("R2");
}

}  // namespace
}  // namespace ari::time

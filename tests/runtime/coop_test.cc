// unconstrained and consume_budget.
#include "runtime/task/coop.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/ari.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

Task<int> consumes(int units) {
  for (int i = 0; i < units; ++i) co_await task::consume_budget();
  co_return units;
}

TEST(ConsumeBudget, LetsOthersRunEvery128thTime) {
  test::Recorder recorder;
  Runtime().block_on(consumes(128));
  EXPECT_EQ(recorder.count("clone(T1)"), 0);
  Runtime().block_on(consumes(3 * 128 + 1));
  EXPECT_EQ(recorder.count("clone(T2)"), 3);
}

Task<int> consumes_unconstrained(int units) {
  const int consumed = co_await task::unconstrained(consumes(units));
  co_return consumed;
}

TEST(Unconstrained, NeverGivesWay) {
  test::Recorder recorder;
  EXPECT_EQ(Runtime().block_on(consumes_unconstrained(10'000)), 10'000);
  EXPECT_EQ(recorder.count("clone(T1)"), 0);
}

Task<void> consumes_after_unconstrained() {
  co_await consumes(100);
  co_await task::unconstrained(consumes(1000));
  co_await consumes(28);
  co_await task::consume_budget();
}

TEST(Unconstrained, AfterwardsTheBudgetIsWhatItWas) {
  test::Recorder recorder;
  Runtime().block_on(consumes_after_unconstrained());
  EXPECT_EQ(recorder.count("clone(T1)"), 1) << "the 129th unit outside";
}

Task<int> yields_unconstrained() {
  co_await task::unconstrained(task::yield_now());
  co_return 1;
}

TEST(Unconstrained, MayStillSuspend) {
  test::Recorder recorder;
  EXPECT_EQ(Runtime().block_on(yields_unconstrained()), 1);
  EXPECT_EQ(recorder.count("clone(T1)"), 1);
}

Task<void> yields_twice_at_once() {
  auto both = co_await join(task::yield_now(), task::yield_now());
  static_cast<void>(both);
}

TEST(GiveWay, OncePerPollHoweverManyFuturesAsk) {
  test::Recorder recorder;
  Runtime().block_on(yields_twice_at_once());
  EXPECT_EQ(recorder.count("clone(T1)"), 1);
  EXPECT_EQ(recorder.count("wake(T1)"), 1);
}

}  // namespace
}  // namespace ari

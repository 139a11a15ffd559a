// unconstrained and consume_budget.
#include "runtime/task/coop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

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

TEST(Budget, ItsEndIsToldOnceAPollInTheTask) {
  test::Recorder recorder;
  Runtime().block_on(consumes(128));
  EXPECT_EQ(recorder.text().find("runtime::coop"), std::string::npos);
  Runtime().block_on(consumes(2 * 128 + 1));
  const std::vector<std::string> lines = recorder.lines();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "T2 | runtime::coop: op=\"budget_exhausted\""),
            2);
}

Task<void> exhausts_twice_in_one_poll() {
  co_await consumes(128);
  auto both = co_await join(consumes(1), consumes(1));
  static_cast<void>(both);
}

TEST(Budget, TwoBranchesThatFindItExhaustedAreToldAsOne) {
  test::Recorder recorder;
  Runtime().block_on(exhausts_twice_in_one_poll());
  const std::vector<std::string> lines = recorder.lines();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "T1 | runtime::coop: op=\"budget_exhausted\""),
            1);
}

Task<void> receives_all(sync::oneshot::Receiver<int> last) {
  co_await consumes(128);
  co_await last;
}

// Inside of a resource's spans too it is the task's.
TEST(Budget, IsTheTasksEventWhateverSpanIsCurrent) {
  test::Recorder recorder;
  auto [sender, receiver] = sync::oneshot::channel<int>();
  static_cast<void>(sender.send(1));
  Runtime().block_on(receives_all(std::move(receiver)));
  const std::vector<std::string> lines = recorder.lines();
  const std::string told = "T4 | runtime::coop: op=\"budget_exhausted\"";
  EXPECT_EQ(std::count(lines.begin(), lines.end(), told), 1) << recorder.text();
}

}  // namespace
}  // namespace ari

// select: who wins, what is given, and what becomes of the others. Dropping it in every
// state is in dropped_test.cc.
#include "runtime/task/select.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "runtime/ari.h"
#include "tests/runtime/belonging.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using test::Belonging;

Task<int> number(int n) { co_return n; }
Task<int> number_after(int yields, int n) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  co_return n;
}
Task<std::unique_ptr<std::string>> text_after(int yields, const char* text) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  co_return std::make_unique<std::string>(text);
}
Task<void> sleeps_long() { co_await time::sleep(hours(1)); }

Task<std::string> first_of_two(int yields_of_number, int yields_of_text) {
  auto first = co_await select(number_after(yields_of_number, 7), text_after(yields_of_text, "t"));
  if (first.index() == 0) co_return std::to_string(std::get<0>(first));
  co_return *std::get<1>(first);
}

TEST(Select, GivesWhatTheFirstYields) {
  EXPECT_EQ(Runtime().block_on(first_of_two(1, 2)), "7");
  EXPECT_EQ(Runtime().block_on(first_of_two(2, 1)), "t");
}

class Refers {
 public:
  explicit Refers(int& to) : to_(to) {}
  Poll poll(Context&) noexcept { return Poll::kReady; }
  int& result() noexcept { return to_; }

 private:
  int& to_;
};

Task<void> selects_kinds(int* to) {
  Refers refers(*to);
  auto reference = co_await select(refers, sleeps_long());
  EXPECT_EQ(&std::get<0>(reference).get(), to);
  auto nothing = co_await select(task::yield_now(), sleeps_long());
  EXPECT_EQ(std::get<0>(nothing), std::monostate());
  auto same_types = co_await select_biased(number_after(1, 1), number(2));
  EXPECT_EQ(same_types.index(), 1u);
  auto alone = co_await select(number(3));
  EXPECT_EQ(std::get<0>(alone), 3);
}

TEST(Select, TakesFuturesThatYieldReferencesNothingOrTheSame) {
  int to = 0;
  Runtime().block_on(selects_kinds(&to));
}

Task<int> throws_after(int yields) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  throw std::out_of_range("from a branch");
}

Task<std::string> selects_what_throws() {
  try {
    auto first = co_await select(throws_after(1), sleeps_long());
    co_return "index " + std::to_string(first.index());
  } catch (const std::out_of_range& error) {
    co_return error.what();
  }
}

TEST(Select, ThrowsWhatTheFirstThrows) {
  EXPECT_EQ(Runtime().block_on(selects_what_throws()), "from a branch");
}

Task<int> throws_too_late() {
  auto first = co_await select_biased(number_after(1, 1), throws_after(2));
  co_return std::get<0>(first);
}

TEST(Select, WhatALoserWouldHaveThrownIsNeverThrown) {
  EXPECT_EQ(Runtime().block_on(throws_too_late()), 1);
}

Task<int> sleeps_with(Belonging) {
  co_await time::sleep(hours(1));
  co_return 0;
}
Task<int> ends_with(Belonging) { co_return 1; }
Task<int> tells_how_many(int* alive) { co_return *alive; }

Task<void> drops_losers(int* alive) {
  auto first = co_await select_biased(sleeps_with(Belonging(*alive)), number_after(1, 5),
                                      ends_with(Belonging(*alive)), sleeps_with(Belonging(*alive)));
  EXPECT_EQ(first.index(), 2u);
  EXPECT_EQ(*alive, 0) << "the winner's parameters are gone as well";
  // Inside of a join, which goes on waiting.
  Task<int> loser = sleeps_with(Belonging(*alive));
  auto both = co_await join(select_biased(std::move(loser), number(1)), tells_how_many(alive));
  EXPECT_EQ(std::get<1>(both), 0) << "losers go when the winner is ready, not later";
}

TEST(Select, DestroysTasksThatLostWhenTheFirstIsReady) {
  int alive = 0;
  Runtime().block_on(drops_losers(&alive));
}

Task<void> keeps_what_has_a_name() {
  auto handle = spawn(number_after(3, 8));
  int timeouts = 0;
  while (true) {
    auto first = co_await select_biased(handle, task::yield_now());
    if (first.index() == 0) {
      EXPECT_EQ(std::get<0>(first), 8);
      break;
    }
    ++timeouts;
  }
  EXPECT_GE(timeouts, 2);
}

TEST(Select, LeavesAHandleWithANameAsItWas) { Runtime().block_on(keeps_what_has_a_name()); }

Task<int> wins_of_the_first(bool biased, int rounds) {
  int wins = 0;
  for (int i = 0; i < rounds; ++i) {
    if (biased) {
      auto first = co_await select_biased(number(0), number(1), number(2));
      wins += first.index() == 0 ? 1 : 0;
    } else {
      auto first = co_await select(number(0), number(1), number(2));
      wins += first.index() == 0 ? 1 : 0;
    }
  }
  co_return wins;
}

TEST(Select, PrefersNobody) {
  const int wins = Runtime().block_on(wins_of_the_first(false, 3000));
  EXPECT_GT(wins, 850);
  EXPECT_LT(wins, 1150);
}

TEST(SelectBiased, AsksInTheOrderGiven) {
  EXPECT_EQ(Runtime().block_on(wins_of_the_first(true, 100)), 100);
}

Task<void> selects_in_a_loop(int* alive, int rounds) {
  auto notify = std::make_shared<sync::Notify>();
  for (int i = 0; i < rounds; ++i) {
    if (i % 3 == 0) notify->notify_one();
    auto first = co_await select(notify->notified(), sleeps_with(Belonging(*alive)),
                                 number_after(i % 4, i), time::sleep(hours(1)));
    EXPECT_LT(first.index(), 3u);
    EXPECT_EQ(*alive, 0);
  }
}

TEST(Select, InALoopLeavesNothingBehind) {
  int alive = 0;
  Runtime().block_on(selects_in_a_loop(&alive, 1000));
  EXPECT_EQ(alive, 0);
}

Task<int> nests(int depth) {
  if (depth == 0) {
    co_await task::yield_now();
    co_return 0;
  }
  auto first = co_await select(nests(depth - 1), sleeps_long());
  co_return std::get<0>(first) + 1;
}

TEST(Select, NestsInCoroutinesOfItsBranches) { EXPECT_EQ(Runtime().block_on(nests(100)), 100); }

Task<std::size_t> nests_in_one_expression() {
  auto first = co_await select(select(sleeps_long(), time::sleep(hours(1))),
                               join(number_after(1, 1), select(number_after(2, 2), sleeps_long())));
  const auto& joined = std::get<1>(first);
  EXPECT_EQ(std::get<0>(joined), 1);
  EXPECT_EQ(std::get<0>(std::get<1>(joined)), 2);
  co_return first.index();
}

TEST(Select, NestsInOneExpression) { EXPECT_EQ(Runtime().block_on(nests_in_one_expression()), 1u); }

// Uses up the budget, then selects what would be ready.
Task<std::size_t> selects_without_budget() {
  for (int i = 0; i < 128; ++i) co_await task::consume_budget();
  auto first = co_await select(number(1), number(2));
  co_return first.index();
}

TEST(Select, WithoutBudgetGivesWayOnce) {
  test::Recorder recorder;
  Runtime().block_on(selects_without_budget());
  EXPECT_EQ(recorder.text(),
            "T1 | new\nT1 | enter\nT1 | runtime::coop: op=\"budget_exhausted\"\nT1 | clone(T1)\n"
            "T1 | exit\n- | wake(T1)\nT1 | enter\nT1 | exit\n"
            "T1 | destroy\nT1 | exit\nT1 | close completed\n");
}

using WithTemporary = decltype(select(std::declval<time::Sleep>()));
using WithName = decltype(select(std::declval<time::Sleep&>(), std::declval<Task<int>>()));
static_assert(AwaitableAs<WithTemporary>, "awaited where it is made");
static_assert(!AwaitableAs<WithTemporary&>, "the temporary is gone when it has a name");
static_assert(AwaitableAs<WithName&>, "what it refers to has a name of its own");
static_assert(!task::Branchable<Task<int>&>, "a Task is given away, with std::move");

Task<std::size_t> awaits_later() {
  auto sleep = time::sleep(hours(1));
  auto later = select(sleep, number(4));
  auto first = co_await later;
  co_return first.index();
}

TEST(Select, OfNamesMayHaveANameAndBeAwaitedLater) {
  EXPECT_EQ(Runtime().block_on(awaits_later()), 1u);
}

}  // namespace
}  // namespace ari

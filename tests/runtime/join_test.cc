// join and try_join: all at once, in one task.
#include "runtime/task/join.h"

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
using test::Belonging;

Task<int> number_after(int yields, int n) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  co_return n;
}
Task<std::unique_ptr<std::string>> text_after(int yields, const char* text) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  co_return std::make_unique<std::string>(text);
}
Task<int> throws_after(int yields, const char* what) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  throw std::runtime_error(what);
}
Task<int> sleeps_with(Belonging) {
  co_await time::sleep(hours(1));
  co_return 0;
}

Task<void> joins_all() {
  auto handle = spawn(number_after(2, 3));
  auto all = co_await join(number_after(3, 1), text_after(0, "two"), task::yield_now(), handle);
  EXPECT_EQ(std::get<0>(all), 1);
  EXPECT_EQ(*std::get<1>(all), "two");
  EXPECT_EQ(std::get<2>(all), std::monostate());
  EXPECT_EQ(std::get<3>(all), 3);
}

TEST(Join, GivesAllResultsInTheOrderGiven) { Runtime().block_on(joins_all()); }

Task<void> tries_all() {
  auto all = co_await try_join(number_after(1, 1), text_after(2, "two"));
  EXPECT_EQ(std::get<0>(all), 1);
  EXPECT_EQ(*std::get<1>(all), "two");
}

TEST(TryJoin, GivesAllResultsIfNoneThrows) { Runtime().block_on(tries_all()); }

Task<void> notes_its_end(bool* ended) {
  for (int i = 0; i < 5; ++i) co_await task::yield_now();
  *ended = true;
}

Task<std::string> joins_what_throws(bool* ended) {
  try {
    auto all =
        co_await join(throws_after(3, "second"), throws_after(1, "first"), notes_its_end(ended));
    static_cast<void>(all);
  } catch (const std::runtime_error& error) {
    co_return error.what();
  }
  co_return "nothing was thrown";
}

TEST(Join, WaitsForTheOthersThenThrowsWhatCameFirst) {
  bool ended = false;
  EXPECT_EQ(Runtime().block_on(joins_what_throws(&ended)), "first");
  EXPECT_TRUE(ended);
}

Task<std::string> tries_what_throws(int* alive, bool* ended) {
  try {
    auto all = co_await try_join(sleeps_with(Belonging(*alive)), throws_after(1, "first"),
                                 notes_its_end(ended), throws_after(3, "second"));
    static_cast<void>(all);
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(*alive, 0) << "the others are gone";
    co_return error.what();
  }
  co_return "nothing was thrown";
}

TEST(TryJoin, ThrowsTheFirstAtOnceAndDropsTheOthers) {
  int alive = 0;
  bool ended = false;
  EXPECT_EQ(Runtime().block_on(tries_what_throws(&alive, &ended)), "first");
  EXPECT_FALSE(ended);
}

Task<int> holds(sync::oneshot::Sender<int>) { co_return 1; }
Task<bool> is_told(sync::oneshot::Receiver<int> receiver) {
  const auto value = co_await receiver;
  co_return value.has_value();
}
Task<bool> joins_both_ends() {
  auto channel = sync::oneshot::channel<int>();
  auto both = co_await join(holds(std::move(channel.first)), is_told(std::move(channel.second)));
  co_return std::get<1>(both);
}

TEST(Join, DestroysATaskWithItsParametersWhenItHasEnded) {
  EXPECT_FALSE(Runtime().block_on(joins_both_ends())) << "and does not wait for ever";
}

Task<int> consumes(int units, int* consumed) {
  for (; *consumed < units; ++*consumed) co_await task::consume_budget();
  co_return *consumed;
}
Task<void> shares_a_budget(int* one, int* two) {
  auto both = co_await join(consumes(300, one), consumes(300, two));
  static_cast<void>(both);
}
// Before each poll of the other task, tells how far the two have come.
Task<void> watches(const int* one, const int* two, std::string* seen) {
  for (int i = 0; i < 4; ++i) {
    *seen += std::to_string(*one) + "+" + std::to_string(*two) + " ";
    co_await task::yield_now();
  }
}

TEST(Join, ItsPartsShareTheBudgetOfAPollAndTakeTurnsToBeginOne) {
  int one = 0, two = 0;
  std::string seen;
  test::Recorder recorder;
  Runtime runtime;
  auto joining = runtime.spawn(shares_a_budget(&one, &two));
  runtime.block_on(watches(&one, &two, &seen));
  EXPECT_EQ(seen, "0+0 128+0 128+128 256+128 ");
  EXPECT_EQ(recorder.count("clone(T1)"), 4) << "one wake for both parts, each time";
}

}  // namespace
}  // namespace ari

// CancellationToken: whom it reaches, and when.
#include "runtime/sync/cancellation_token.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/at_first_wake.h"
#include "tests/runtime/belonging.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using std::chrono::hours;
using sync::CancellationToken;
using test::Belonging;

TEST(CancellationToken, CopiesAreOne) {
  const CancellationToken token;
  const CancellationToken copy = token;
  CancellationToken other;
  EXPECT_TRUE(copy == token);
  EXPECT_FALSE(other == token);
  other = copy;
  EXPECT_TRUE(other == token);
  copy.cancel();
  EXPECT_TRUE(token.is_cancelled());
  token.cancel();  // once more changes nothing
  EXPECT_TRUE(other.is_cancelled());
}

TEST(CancellationToken, ReachesDescendantsAndNobodyElse) {
  const CancellationToken root;
  const CancellationToken child = root.child_token();
  const CancellationToken grandchild = child.child_token();
  const CancellationToken sibling = root.child_token();
  child.cancel();
  EXPECT_FALSE(root.is_cancelled());
  EXPECT_TRUE(child.is_cancelled());
  EXPECT_TRUE(grandchild.is_cancelled());
  EXPECT_FALSE(sibling.is_cancelled());
  root.cancel();
  EXPECT_TRUE(sibling.is_cancelled());
}

TEST(CancellationToken, ChildOfACancelledOneIsCancelled) {
  const CancellationToken root;
  root.cancel();
  EXPECT_TRUE(root.child_token().child_token().is_cancelled());
}

TEST(CancellationToken, ReachesGrandchildrenThroughAParentThatHasNoTokenLeft) {
  const CancellationToken root;
  std::optional<CancellationToken> child = root.child_token();
  const CancellationToken grandchild = child->child_token();
  child.reset();
  root.cancel();
  EXPECT_TRUE(grandchild.is_cancelled());
}

TEST(CancellationToken, ChildThatIsGoneIsNotTouched) {
  const CancellationToken root;
  const CancellationToken before = root.child_token();
  { const CancellationToken gone = root.child_token(); }
  const CancellationToken after = root.child_token();
  root.cancel();
  EXPECT_TRUE(before.is_cancelled());
  EXPECT_TRUE(after.is_cancelled());
}

TEST(CancellationToken, ALineOfAHundredThousandDescendantsIsCancelledAndDestroyedWithoutRecursion) {
  const CancellationToken root;
  CancellationToken last = root;
  for (int i = 0; i < 100'000; ++i) last = last.child_token();
  root.cancel();
  EXPECT_TRUE(last.is_cancelled());
}

TEST(CancellationGuard, CancelsAtItsEndUnlessDisarmed) {
  const CancellationToken token;
  {
    auto guard = token.drop_guard();
    EXPECT_TRUE(guard.disarm() == token);
  }
  EXPECT_FALSE(token.is_cancelled());
  {
    auto guard = token.drop_guard();
    const auto moved = std::move(guard);
    EXPECT_FALSE(token.is_cancelled());
  }
  EXPECT_TRUE(token.is_cancelled());
}

Task<void> waits(CancellationToken token, int* woken) {
  co_await token.cancelled();
  ++*woken;
}
Task<void> cancels_waiters() {
  const CancellationToken root;
  const CancellationToken other;
  int woken = 0;
  JoinSet<void> set;
  for (int i = 0; i < 3; ++i) set.spawn(waits(root, &woken));
  set.spawn(waits(root.child_token(), &woken));
  set.spawn(waits(other, &woken));
  co_await task::yield_now();
  EXPECT_EQ(woken, 0);
  root.cancel();
  for (int i = 0; i < 4; ++i) co_await set.join_next();
  EXPECT_EQ(woken, 4);
  EXPECT_EQ(set.size(), 1u);
  co_await root.cancelled();  // at once
}

TEST(CancellationToken, WakesAllWhoWait) { Runtime().block_on(cancels_waiters()); }

// The last objects of it go while it is being cancelled. The sanitizers see it.
Task<void> goes_as_it_wakes(std::function<void()>* at_first_wake) {
  auto token = std::make_unique<CancellationToken>();
  auto first = test::boxed([&] { return token->cancelled(); });
  auto second = test::boxed([&] { return token->cancelled(); });
  for (auto* wait : {&first, &second}) {
    const bool is_ready = co_await test::poll_once(**wait);
    EXPECT_FALSE(is_ready);
  }
  *at_first_wake = [&] {
    first.reset();
    second.reset();
    token.reset();
  };
  token->cancel();
}
TEST(CancellationToken, MayBeDestroyedByWhoeverItWakes) {
  std::function<void()> at_first_wake;
  test::AtFirstWake acting([&] { at_first_wake(); });
  Runtime().block_on(goes_as_it_wakes(&at_first_wake));
  EXPECT_TRUE(acting.has_acted());
}

Task<int> sleeps_with(Belonging) {
  co_await time::sleep(hours(1));
  co_return 1;
}
Task<int> number_after(int yields, int n) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  co_return n;
}
Task<void> cancels_after(int yields, CancellationToken token) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  token.cancel();
}
Task<void> sets(bool* begun) {
  *begun = true;
  co_return;
}

Task<void> runs_until_cancelled(int* alive) {
  const CancellationToken token;
  auto ended = co_await token.run_until_cancelled(number_after(2, 5));
  EXPECT_EQ(ended, std::optional(5));
  bool begun = false;
  const bool ran = co_await token.run_until_cancelled(sets(&begun));
  EXPECT_TRUE(ran && begun);

  auto cancels = spawn(cancels_after(1, token));
  auto cut_short = co_await token.run_until_cancelled(sleeps_with(Belonging(*alive)));
  EXPECT_EQ(cut_short, std::nullopt);
  EXPECT_EQ(*alive, 0);

  begun = false;
  const bool ran_again = co_await token.run_until_cancelled(sets(&begun));
  EXPECT_FALSE(ran_again || begun) << "not even begun when cancelled already";
}

TEST(RunUntilCancelled, GivesTheResultOrNothing) {
  int alive = 0;
  Runtime().block_on(runs_until_cancelled(&alive));
}

Task<int> cancels_and_returns(CancellationToken token) {
  co_await task::yield_now();
  token.cancel();
  co_return 3;
}
Task<void> finishes_as_it_is_cancelled() {
  const CancellationToken token;
  auto result = co_await token.run_until_cancelled(cancels_and_returns(token));
  EXPECT_EQ(result, std::optional(3));
}

TEST(RunUntilCancelled, AResultThatComesAtTheSameTimeWins) {
  Runtime().block_on(finishes_as_it_is_cancelled());
}

Task<void> never_waits() {
  for (;;) co_await task::consume_budget();
}
Task<void> cancels_what_never_waits() {
  CancellationToken token;
  auto limited = token.run_until_cancelled(never_waits());
  auto cancelling = spawn(cancels_after(3, token));
  EXPECT_FALSE(co_await limited);
  co_await cancelling;
}
TEST(RunUntilCancelled, EndsAFutureThatUsesUpEveryBudget) {
  Runtime().block_on(cancels_what_never_waits());
}

Task<void> waits_once(CancellationToken token) { co_await token.cancelled(); }
Task<void> cancels_one_waiter() {
  const CancellationToken root;
  const CancellationToken child = root.child_token();
  auto handle = spawn(waits_once(child));
  co_await task::yield_now();
  root.cancel();
  co_await handle;
}

TEST(CancellationToken, IsAResourceWithAnOpForEachWait) {
  test::Recorder recorder;
  Runtime().block_on(cancels_one_waiter());
  std::string text;
  for (const std::string& line : recorder.lines()) {
    if (line[0] == 'R' || line.ends_with("wake(T4)")) text += line + "\n";
  }
  EXPECT_EQ(text,
            "R2 | new\n"
            "R2 | enter\n"
            "R2 | state_update cancelled=false cancelled.op=\"override\"\n"
            "R2 | exit\n"
            "R3 | new\n"
            "R3 | enter\n"
            "R3 | state_update cancelled=false cancelled.op=\"override\"\n"
            "R3 | exit\n"
            "R3 O5 | new\n"
            "R3 O5 P6 | new\n"
            "R3 | enter\n"
            "R3 O5 | enter\n"
            "R3 O5 P6 | enter\n"
            "R3 O5 P6 | clone(T4)\n"
            "R3 O5 P6 | poll_op poll_cancelled false\n"
            "R3 O5 P6 | exit\n"
            "R3 O5 | exit\n"
            "R3 | exit\n"
            "R2 | enter\n"
            "R2 | state_update cancelled=true cancelled.op=\"override\"\n"
            "R2 | exit\n"
            "R3 | enter\n"
            "R3 | state_update cancelled=true cancelled.op=\"override\"\n"
            "R3 | exit\n"
            "T1 | wake(T4)\n"
            "R3 | enter\n"
            "R3 O5 | enter\n"
            "R3 O5 P6 | enter\n"
            "R3 O5 P6 | poll_op poll_cancelled true\n"
            "R3 O5 P6 | exit\n"
            "R3 O5 | exit\n"
            "R3 | exit\n"
            "R3 O5 P6 | close\n"
            "R3 O5 | close\n"
            "R3 | close\n"
            "R2 | close\n");
  EXPECT_TRUE(recorder.fields("R3").starts_with(
      "concrete_type=\"CancellationToken\" kind=\"Sync\" loc.file="));
  EXPECT_EQ(recorder.fields("O5"), "source=\"CancellationToken::cancelled\"");
  EXPECT_EQ(recorder.target("R3"), "ari::sync::cancellation_token");
}

// One thread cancels the root while others make, wait for, cancel and drop descendants of
// it: every wait ends, and no node is touched after its end.
TEST(CancellationToken, CancelledWhileOthersMakeAndDropDescendants) {
  struct Work {
    static Task<void> waits(CancellationToken token) {
      while (!token.is_cancelled()) {
        const CancellationToken child = token.child_token();
        co_await join(child.cancelled(), child.child_token().cancelled());
      }
    }
    static Task<void> drops(CancellationToken token) {
      for (int i = 0; !token.is_cancelled(); ++i) {
        const CancellationToken child = token.child_token();
        const CancellationToken grandchild = child.child_token();
        if (i % 2 == 0) child.cancel();
        auto lost = co_await select_biased(grandchild.cancelled(), task::yield_now());
        static_cast<void>(lost);
      }
    }
  };
  for (int round = 0; round < 30; ++round) {
    const CancellationToken root;
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (const auto work : {&Work::waits, &Work::drops, &Work::drops}) {
      threads.emplace_back([&, work] {
        ready.fetch_add(1);
        Runtime().block_on(work(root));
      });
    }
    while (ready.load() < 3) std::this_thread::yield();
    root.cancel();
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace
}  // namespace ari

// watch: who sees which value, who is woken, and how it ends.
#include "runtime/sync/watch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/flavours.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

namespace watch = sync::watch;
using test::poll_once;

// What the receiver sees until the end, each value that it was told of.
Task<std::vector<int>> follows(watch::Receiver<int> rx) {
  std::vector<int> seen;
  bool alive = co_await rx.changed();
  while (alive) {
    seen.push_back(*rx.borrow());
    alive = co_await rx.changed();
  }
  co_return seen;
}

Task<void> changes_with_turns() {
  auto [tx, rx] = watch::channel(0);
  auto a = spawn(follows(rx));
  auto b = spawn(follows(std::move(rx)));
  co_await task::yield_now();
  for (int i = 1; i <= 3; ++i) {
    EXPECT_FALSE(tx.send(i));
    co_await task::yield_now();
  }
  EXPECT_FALSE(tx.send(4));
  EXPECT_FALSE(tx.send(5));  // before anyone saw the 4
  { const auto last = std::move(tx); }
  std::vector<int> seen = co_await a;
  EXPECT_EQ(seen, (std::vector<int>{1, 2, 3, 5}));
  seen = co_await b;
  EXPECT_EQ(seen, (std::vector<int>{1, 2, 3, 5}));
}
TEST(Watch, EachReceiverSeesTheLatestValueAndThenTheEnd) {
  Runtime().block_on(changes_with_turns());
}

Task<void> what_counts_as_seen() {
  auto [tx, rx] = watch::channel(0);
  EXPECT_FALSE(rx.has_changed()) << "the first value counts as seen";
  EXPECT_FALSE(tx.send(1));
  auto late = tx.subscribe();
  EXPECT_FALSE(late.has_changed()) << "so does the value at subscribe()";
  auto copy = rx;
  EXPECT_TRUE(copy.has_changed()) << "a copy has seen what the original has";
  EXPECT_EQ(*rx.borrow(), 1);
  EXPECT_TRUE(rx.has_changed()) << "borrow() marks nothing";
  EXPECT_EQ(*rx.borrow_and_update(), 1);
  EXPECT_FALSE(rx.has_changed());
  EXPECT_TRUE(copy.has_changed());
  const bool alive = co_await copy.changed();  // at once
  EXPECT_TRUE(alive);
  EXPECT_FALSE(copy.has_changed());
  copy.mark_changed();
  EXPECT_TRUE(copy.has_changed());
  copy.mark_unchanged();
  EXPECT_FALSE(copy.has_changed());
  late.mark_changed();
  rx = late;
  EXPECT_TRUE(rx.has_changed());
  EXPECT_EQ(tx.receiver_count(), 3u);
}
TEST(Watch, EachReceiverRemembersWhatItHasSeen) { Runtime().block_on(what_counts_as_seen()); }

Task<void> ends_with_an_unseen_value() {
  auto [tx, rx] = watch::channel(0);
  EXPECT_FALSE(tx.send(1));
  { const auto last = std::move(tx); }
  EXPECT_TRUE(rx.is_closed());
  EXPECT_TRUE(rx.has_changed());
  bool alive = co_await rx.changed();
  EXPECT_TRUE(alive) << "the last value is seen before the end";
  alive = co_await rx.changed();
  EXPECT_FALSE(alive);
  EXPECT_EQ(*rx.borrow(), 1) << "the value stays";
}
TEST(Watch, LastValueIsSeenBeforeTheEnd) { Runtime().block_on(ends_with_an_unseen_value()); }

TEST(Watch, SendNeedsAReceiverAndTheOtherWaysDoNot) {
  auto [tx, rx] = watch::channel(std::make_unique<int>(1));
  { const auto gone = std::move(rx); }
  EXPECT_TRUE(tx.is_closed());
  const auto back = tx.send(std::make_unique<int>(2));
  ASSERT_TRUE(back);
  EXPECT_EQ(**back, 2);
  EXPECT_EQ(**tx.borrow(), 1);
  EXPECT_EQ(*tx.send_replace(std::make_unique<int>(3)), 1);
  tx.send_modify([](std::unique_ptr<int>& value) { ++*value; });
  const auto again = tx.subscribe();
  EXPECT_FALSE(tx.is_closed());
  EXPECT_EQ(**again.borrow(), 4);
  EXPECT_FALSE(tx.send(std::make_unique<int>(5)));
}

TEST(Watch, ChangeThatIsNoneWakesNobody) {
  auto [tx, rx] = watch::channel(1);
  EXPECT_FALSE(tx.send_if_modified([](int&) { return false; }));
  EXPECT_FALSE(rx.has_changed());
  EXPECT_TRUE(tx.send_if_modified([](int& value) { return ++value == 2; }));
  EXPECT_TRUE(rx.has_changed());
}

TEST(Watch, ChangeThatThrowsIsNoChange) {
  auto [tx, rx] = watch::channel(1);
  EXPECT_THROW(tx.send_modify([](int&) { throw std::runtime_error("no"); }), std::runtime_error);
  EXPECT_FALSE(rx.has_changed());
  EXPECT_FALSE(tx.send(2)) << "the value is not locked for ever";
}

// ---- waiting

Task<std::optional<int>> waits_for_at_least(watch::Receiver<int> rx, int least) {
  const auto enough = [least](const int& value) { return value >= least; };
  const std::optional<int> got = co_await rx.wait_for(enough);
  EXPECT_FALSE(rx.has_changed());
  co_return got;
}
Task<void> waits_for() {
  auto [tx, rx] = watch::channel(3);
  std::optional<int> got = co_await waits_for_at_least(rx, 3);
  EXPECT_EQ(got, 3) << "the value of now is asked about first";
  auto four = spawn(waits_for_at_least(rx, 4));
  auto nine = spawn(waits_for_at_least(rx, 9));
  auto last = spawn(waits_for_at_least(rx, 7));
  co_await task::yield_now();
  EXPECT_FALSE(tx.send(2));
  co_await task::yield_now();
  EXPECT_FALSE(four.is_finished());
  EXPECT_FALSE(tx.send(5));
  got = co_await four;
  EXPECT_EQ(got, 5);
  EXPECT_FALSE(tx.send(7));
  { const auto gone = std::move(tx); }
  got = co_await last;
  EXPECT_EQ(got, 7) << "the last value is asked about before the end";
  got = co_await nine;
  EXPECT_FALSE(got);
}
TEST(Watch, WaitForEndsWithTheFirstValueThatHolds) { Runtime().block_on(waits_for()); }

Task<void> predicate_throws() {
  auto [tx, rx] = watch::channel(1);
  const auto throws = [](const int&) -> bool { throw std::runtime_error("no"); };
  bool thrown = false;
  try {
    static_cast<void>(co_await rx.wait_for(throws));
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  EXPECT_TRUE(thrown);
  EXPECT_FALSE(tx.send(2)) << "the value is not locked for ever";
}
TEST(Watch, WhatAPredicateThrowsComesOutOfTheCoAwait) { Runtime().block_on(predicate_throws()); }

Task<void> cancelled() {
  auto [tx, rx] = watch::channel(0);
  {
    auto changed = rx.changed();
    const bool ready = co_await poll_once(changed);
    EXPECT_FALSE(ready);
    EXPECT_FALSE(tx.send(1));
  }
  { const auto never_polled = rx.changed(); }
  EXPECT_TRUE(rx.has_changed());
  const bool alive = co_await rx.changed();
  EXPECT_TRUE(alive);
}
TEST(Watch, CancelledChangedHasMarkedNothing) { Runtime().block_on(cancelled()); }

Task<void> one_of_many_leaves() {
  auto [tx, rx] = watch::channel(0);
  std::vector<JoinHandle<std::vector<int>>> handles;
  for (int i = 0; i < 70; ++i) handles.push_back(spawn(follows(rx)));
  co_await task::yield_now();
  for (std::size_t i = 0; i < handles.size(); i += 3) handles[i].abort();
  EXPECT_FALSE(tx.send(1));  // wakes those who are about to die as well
  { const auto last = std::move(tx); }
  for (std::size_t i = 0; i < handles.size(); ++i) {
    if (i % 3 == 0) continue;
    const std::vector<int> seen = co_await handles[i];
    EXPECT_EQ(seen, std::vector<int>{1});
  }
}
TEST(Watch, WaitersThatAreDestroyedLeaveTheOthersInPlace) {
  Runtime().block_on(one_of_many_leaves());
}

Task<void> waits_for_close(watch::Sender<int> tx) { co_await tx.closed(); }
Task<void> close_wakes() {
  auto [tx, receiver] = watch::channel(0);
  std::optional<watch::Receiver<int>> rx(std::move(receiver)), copy(*rx);
  auto a = spawn(waits_for_close(tx));
  auto b = spawn(waits_for_close(tx));
  co_await task::yield_now();
  rx.reset();
  co_await task::yield_now();
  EXPECT_FALSE(a.is_finished());
  copy.reset();
  co_await a;
  co_await b;
  co_await tx.closed();  // at once
}
TEST(Watch, ClosedIsReadyOnceTheLastReceiverGoes) { Runtime().block_on(close_wakes()); }

TEST(Watch, EndsTellOfTheChannelThatTheyAreOf) {
  auto [tx, rx] = watch::channel(0);
  auto [other_tx, other_rx] = watch::channel(0);
  EXPECT_TRUE(tx.same_channel(watch::Sender<int>(tx)));
  EXPECT_FALSE(tx.same_channel(other_tx));
  EXPECT_TRUE(rx.same_channel(tx.subscribe()));
  EXPECT_FALSE(rx.same_channel(other_rx));
  const auto copy = tx;
  EXPECT_EQ(tx.sender_count(), 2u);
}

TEST(Watch, AssignedSendersAreCountedRight) {
  auto [tx, rx] = watch::channel(0);
  auto [other_tx, other_rx] = watch::channel(0);
  tx = other_tx;
  EXPECT_TRUE(rx.is_closed());
  EXPECT_FALSE(other_rx.is_closed());
}

Task<void> some_turns(int turns) {
  for (int i = 0; i < turns; ++i) co_await task::yield_now();
}
Task<void> sends_often(watch::Sender<std::shared_ptr<int>> tx, std::shared_ptr<int> value) {
  while (true) {
    EXPECT_FALSE(tx.send(value));
    co_await task::yield_now();
    co_await task::yield_now();
  }
}
Task<void> follows_for_ever(watch::Receiver<std::shared_ptr<int>> rx) {
  while (true) {
    static_cast<void>(co_await rx.changed());
    const auto never = [](const std::shared_ptr<int>& value) { return value.use_count() == 0; };
    if (*rx.borrow() != nullptr) static_cast<void>(co_await rx.wait_for(never));
  }
}
TEST(Watch, ShutdownInWhateverStateLeavesNothing) {
  const auto value = std::make_shared<int>(1);
  for (int turns = 0; turns < 12; ++turns) {
    Runtime runtime;
    {
      auto [tx, rx] = watch::channel(std::shared_ptr<int>());
      static_cast<void>(runtime.spawn(follows_for_ever(rx)));
      static_cast<void>(runtime.spawn(follows_for_ever(std::move(rx))));
      static_cast<void>(runtime.spawn(sends_often(std::move(tx), value)));
    }
    runtime.block_on(some_turns(turns));
  }
  EXPECT_EQ(value.use_count(), 1);
}

// ---- the budget

Task<void> counts_turns(std::shared_ptr<int> turns) {
  while (true) {
    ++*turns;
    co_await task::yield_now();
  }
}
Task<int> never_waits() {
  const auto turns = std::make_shared<int>(0);
  auto counting = spawn(counts_turns(turns));
  auto [tx, rx] = watch::channel(0);
  for (int i = 1; i <= 1280; ++i) {
    EXPECT_FALSE(tx.send(i));
    static_cast<void>(co_await rx.changed());
  }
  counting.abort();
  co_return *turns;
}
TEST(Watch, TaskThatAlwaysFindsChangesLetsOthersRun) {
  EXPECT_GE(Runtime().block_on(never_waits()), 9);
}

// ---- threads

using Random = std::minstd_rand;

// Two numbers that always change together: a value is never seen half changed.
struct Pair {
  int a = 0;
  int b = 0;
};

Task<void> checks(watch::Receiver<Pair> rx, unsigned seed) {
  Random random(seed);
  int before = 0;
  bool alive = true;
  while (alive) {
    if (random() % 8 == 0) {
      auto changed = rx.changed();
      const bool ready = co_await poll_once(changed);
      if (!ready) continue;  // cancelled
      alive = changed.result();
    } else {
      alive = co_await rx.changed();
    }
    const watch::Ref<Pair> value = rx.borrow_and_update();
    EXPECT_EQ(value->a, value->b);
    EXPECT_GE(value->a, before);
    before = value->a;
  }
  EXPECT_EQ(before, 1000) << "the last value is never missed";
}

TEST(WatchStress, ReceiversOnThreeThreadsSeeWholeValuesAndTheLast) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    auto [tx, rx] = watch::channel(Pair());
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 3; ++i) {
      threads.emplace_back([receiver = rx, seed, i]() mutable {
        Runtime().block_on(checks(std::move(receiver), seed * 10 + i));
      });
    }
    { const auto gone = std::move(rx); }
    for (unsigned i = 0; i < 2; ++i) {
      threads.emplace_back([sender = tx, seed, i] {
        Random random(seed * 20 + i);
        for (int n = 0; n < 500; ++n) {
          sender.send_modify([](Pair& pair) {
            ++pair.a;
            ++pair.b;
          });
          if (random() % 8 == 0) std::this_thread::yield();
        }
      });
    }
    { const auto last = std::move(tx); }
    for (std::thread& thread : threads) thread.join();
    if (HasFailure()) return;
  }
}

Task<void> counts_up(watch::Sender<Pair> tx) {
  for (int i = 0; i < 500; ++i) {
    tx.send_modify([](Pair& pair) {
      ++pair.a;
      ++pair.b;
    });
    if (i % 8 == 0) co_await task::yield_now();
  }
}
Task<void> joins_all(std::vector<JoinHandle<void>> handles) {
  for (auto& handle : handles) co_await handle;
}
TEST(WatchStress, ReceiversOnTwoWorkersSeeWholeValuesAndTheLast) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Runtime runtime = test::multi_thread(2);
    auto [tx, rx] = watch::channel(Pair());
    std::vector<JoinHandle<void>> handles;
    for (unsigned i = 0; i < 4; ++i) {
      handles.push_back(runtime.spawn(checks(rx, seed * 10 + i)));
    }
    handles.push_back(runtime.spawn(counts_up(tx)));
    handles.push_back(runtime.spawn(counts_up(std::move(tx))));
    runtime.block_on(joins_all(std::move(handles)));
    if (HasFailure()) return;
  }
}

// Has a Ref at all times, together with the other reader: each lets go of his once the other has
// got his next, or does not get it. True: a value was sent meanwhile.
bool borrows_until_sent(const watch::Receiver<int>& rx, std::atomic<int>& mine,
                        const std::atomic<int>& others, int ahead) {
  constexpr int kRounds = 100, kPatience = 200;
  for (int round = 1; round <= kRounds; ++round) {
    const watch::Ref<int> value = rx.borrow();
    if (*value != 0) return true;
    mine.store(round);
    for (int i = 0; others.load() < round + ahead && i < kPatience; ++i) std::this_thread::yield();
  }
  return false;
}
TEST(WatchThreads, ReadersThatOverlapDoNotKeepASenderWaiting) {
  auto [tx, rx] = watch::channel(0);
  std::atomic<int> a{0}, b{0};
  std::thread first([&, rx = rx] { EXPECT_TRUE(borrows_until_sent(rx, a, b, 0)); });
  std::thread second([&, rx = rx] { EXPECT_TRUE(borrows_until_sent(rx, b, a, 1)); });
  while (b.load() == 0) std::this_thread::yield();
  tx.send_replace(1);
  first.join();
  second.join();
}

// Two threads that only read, from two channels in opposite orders, and a sender of each.
TEST(WatchThreads, RefsOfTwoChannelsInOppositeOrdersHangNobody) {
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "it takes what is only shared, in opposite orders, for a deadlock";
#endif
#endif
  constexpr int kRounds = 5000;
  auto [left_tx, left] = watch::channel(1);
  auto [right_tx, right] = watch::channel(1);
  std::atomic<int> readers{2};
  const auto reads = [&readers](watch::Receiver<int> first, watch::Receiver<int> second) {
    int sum = 0;
    for (int i = 0; i < kRounds; ++i) {
      const watch::Ref<int> one = first.borrow();
      if (i % 100 == 0) std::this_thread::yield();
      const watch::Ref<int> two = second.borrow();
      sum += *one + *two;
    }
    --readers;
    EXPECT_GT(sum, 0);
  };
  const auto sends = [&readers](const watch::Sender<int>& tx) {
    while (readers.load() > 0) tx.send_replace(1);
  };
  std::vector<std::thread> threads;
  threads.emplace_back(sends, left_tx);
  threads.emplace_back(sends, right_tx);
  threads.emplace_back(reads, left, right);
  threads.emplace_back(reads, right, left);
  for (std::thread& thread : threads) thread.join();
}

TEST(WatchThreads, RefBesideAnotherOfTheSameChannelComesBeforeASenderThatWaits) {
  constexpr int kRounds = 20, kPatience = 20;
  auto [tx, rx] = watch::channel(0);
  std::atomic<int> round{0}, sent{0};
  std::thread sender([&, tx = tx] {
    for (int i = 1; i <= kRounds; ++i) {
      while (round.load() < i) std::this_thread::yield();
      sent.store(i);
      tx.send_replace(i);
    }
  });
  for (int i = 1; i <= kRounds; ++i) {
    const watch::Ref<int> once = rx.borrow();
    round.store(i);
    while (sent.load() < i) std::this_thread::yield();
    for (int turn = 0; turn < kPatience; ++turn) std::this_thread::yield();  // it waits by then
    const watch::Ref<int> twice = rx.borrow();
    EXPECT_EQ(*once, *twice);
  }
  sender.join();
  EXPECT_EQ(*rx.borrow(), kRounds);
}

// ---- what logs are told; T1 is the task of block_on

TEST(WatchRecord, ChannelTellsItsVersionAndWhoIsThere) {
  test::Recorder recorder;
  {
    auto [tx, rx] = watch::channel(0);
    const auto copy = rx;
    EXPECT_FALSE(tx.send(1));
    tx.send_if_modified([](int&) { return false; });
  }
  EXPECT_EQ(recorder.text(),
            "R1 | new\n"
            "R1 | enter\n"
            "R1 | state_update version=0 version.op=\"override\"\n"
            "R1 | state_update tx_count=1 tx_count.op=\"override\"\n"
            "R1 | state_update rx_count=1 rx_count.op=\"override\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update rx_count=1 rx_count.op=\"add\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update version=1 version.op=\"override\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update rx_count=1 rx_count.op=\"sub\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update rx_count=1 rx_count.op=\"sub\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update tx_count=1 tx_count.op=\"sub\"\n"
            "R1 | exit\n"
            "R1 | close\n");
  const std::string fields = recorder.fields("R1");
  EXPECT_TRUE(
      fields.starts_with("concrete_type=\"watch::Sender|Receiver\" kind=\"Sync\" loc.file="))
      << fields;
  EXPECT_EQ(recorder.target("R1"), "ari::sync::watch");
}

Task<void> one_change() {
  auto [tx, rx] = watch::channel(0);
  auto handle = spawn(follows(std::move(rx)));
  co_await task::yield_now();
  EXPECT_FALSE(tx.send(1));
  auto closed = tx.closed();
  co_await poll_once(closed);
  auto waiter = tx.subscribe();
  auto wait_for = waiter.wait_for([](const int& value) { return value == 1; });
  co_await poll_once(wait_for);
  handle.abort();
}
TEST(WatchRecord, ChangedWaitForAndClosedAreOps) {
  test::Recorder recorder;
  Runtime().block_on(one_change());
  EXPECT_EQ(recorder.between("T3 | enter", "T3 | exit"),
            "T3 | enter\n"
            "R2 O4 | new\n"
            "R2 O4 P5 | new\n"
            "R2 | enter\n"
            "R2 O4 | enter\n"
            "R2 O4 P5 | enter\n"
            "R2 O4 P5 | clone(T3)\n"
            "R2 O4 P5 | poll_op poll_changed false\n"
            "R2 O4 P5 | exit\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "T3 | exit\n");
  EXPECT_EQ(recorder.fields("O4"), "source=\"Receiver::changed\"");
  EXPECT_EQ(recorder.between("R2 | state_update version=1 version.op=\"override\"", "R2 | exit"),
            "R2 | state_update version=1 version.op=\"override\"\n"
            "R2 | wake(T3)\n"
            "R2 | exit\n");
  EXPECT_EQ(recorder.between("R2 O6 | new", "R2 O6 P7 | exit"),
            "R2 O6 | new\n"
            "R2 O6 P7 | new\n"
            "R2 | enter\n"
            "R2 O6 | enter\n"
            "R2 O6 P7 | enter\n"
            "R2 O6 P7 | clone(T1)\n"
            "R2 O6 P7 | poll_op poll_closed false\n"
            "R2 O6 P7 | exit\n");
  EXPECT_EQ(recorder.fields("O6"), "source=\"Sender::closed\"");
  EXPECT_EQ(recorder.fields("O8"), "source=\"Receiver::wait_for\"");
  EXPECT_EQ(recorder.between("R2 O8 P9 | poll_op poll_wait_for true", "R2 O8 P9 | exit"),
            "R2 O8 P9 | poll_op poll_wait_for true\n"
            "R2 O8 P9 | exit\n");
}

TEST(WatchDeathTest, RefThatIsGivenUpOnAnotherThreadIsTold) {
#ifdef NDEBUG
  GTEST_SKIP() << "this build has no assertions";
#else
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto [tx, rx] = watch::channel(1);
  EXPECT_DEATH(std::thread([ref = rx.borrow()] {}).join(), "kept across a co_await");
#endif
}

}  // namespace
}  // namespace ari

// broadcast: who gets what, what a slow receiver misses, and what is kept for how long.
#include "runtime/sync/broadcast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

namespace broadcast = sync::broadcast;
using sync::NoValue;
using test::poll_once;

// What the receiver gets until the end: "1 2 (3) 6", a number in brackets for each lag.
Task<std::string> receive_all(broadcast::Receiver<int> rx) {
  std::string all;
  while (true) {
    auto got = co_await rx.recv();
    if (got) {
      all += std::to_string(*got) + " ";
    } else if (got.error() == NoValue::kLagged) {
      all += "(" + std::to_string(got.missed()) + ") ";
    } else {
      EXPECT_EQ(got.error(), NoValue::kClosed);
      co_return all;
    }
  }
}

Task<void> everyone_gets_all() {
  auto [tx, rx] = broadcast::channel<int>(4);
  auto a = spawn(receive_all(std::move(rx)));
  auto b = spawn(receive_all(tx.subscribe()));
  co_await task::yield_now();
  for (int i = 1; i <= 6; ++i) {
    EXPECT_EQ(tx.send(i), 2u);
    co_await task::yield_now();
  }
  { const auto last = std::move(tx); }
  std::string all = co_await a;
  EXPECT_EQ(all, "1 2 3 4 5 6 ");
  all = co_await b;
  EXPECT_EQ(all, "1 2 3 4 5 6 ");
}
TEST(Broadcast, EveryReceiverGetsEveryValueAndThenTheEnd) {
  Runtime().block_on(everyone_gets_all());
}

TEST(Broadcast, ReceiverGetsWhatIsSentFromItsMakingOn) {
  auto [tx, rx] = broadcast::channel<int>(4);
  tx.send(1);
  auto second = tx.subscribe();
  tx.send(2);
  auto third = second.resubscribe();
  tx.send(3);
  { const auto last = std::move(tx); }
  Runtime runtime;
  EXPECT_EQ(runtime.block_on(receive_all(std::move(rx))), "1 2 3 ");
  EXPECT_EQ(runtime.block_on(receive_all(std::move(second))), "2 3 ");
  EXPECT_EQ(runtime.block_on(receive_all(std::move(third))), "3 ");
}

TEST(Broadcast, SlowReceiverLearnsHowManyItMissedAndGoesOnWithTheOldestKept) {
  struct Case {
    std::size_t capacity;
    int sent;
    const char* want;
  };
  constexpr Case kCases[] = {
      {3, 3, "1 2 3 "},  // as many as are kept
      {3, 4, "(1) 2 3 4 "},
      {3, 8, "(5) 6 7 8 "},
      {1, 3, "(2) 3 "},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.want);
    auto [tx, rx] = broadcast::channel<int>(c.capacity);
    for (int i = 1; i <= c.sent; ++i) tx.send(i);
    EXPECT_EQ(rx.len(), static_cast<std::uint64_t>(c.sent));
    { const auto last = std::move(tx); }
    EXPECT_EQ(Runtime().block_on(receive_all(std::move(rx))), c.want);
  }
}

TEST(Broadcast, LaggingHoldsNobodyElseUp) {
  auto [tx, slow] = broadcast::channel<int>(2);
  auto fast = tx.subscribe();
  for (int i = 1; i <= 5; ++i) {
    tx.send(i);
    EXPECT_EQ(*fast.try_recv(), i);
  }
  const auto lagged = slow.try_recv();
  EXPECT_EQ(lagged.error(), NoValue::kLagged);
  EXPECT_EQ(lagged.missed(), 3u);
  tx.send(6);  // between the news and the next value, one more is lost
  const auto again = slow.try_recv();
  EXPECT_EQ(again.error(), NoValue::kLagged);
  EXPECT_EQ(again.missed(), 1u);
  EXPECT_EQ(*slow.try_recv(), 5);
}

TEST(Broadcast, TryRecvSaysWhyNot) {
  auto [tx, rx] = broadcast::channel<int>(1);
  EXPECT_EQ(rx.try_recv().error(), NoValue::kEmpty);
  tx.send(1);
  { const auto last = std::move(tx); }
  EXPECT_EQ(*rx.try_recv(), 1);
  EXPECT_EQ(rx.try_recv().error(), NoValue::kClosed);
}

TEST(Broadcast, SendToNobodyIsToldAndTheChannelLivesOn) {
  auto [tx, rx] = broadcast::channel<int>(2);
  { const auto gone = std::move(rx); }
  EXPECT_EQ(tx.receiver_count(), 0u);
  EXPECT_EQ(tx.send(1), 0u);
  auto again = tx.subscribe();
  EXPECT_EQ(tx.send(2), 1u);
  EXPECT_EQ(*again.try_recv(), 2);
}

TEST(Broadcast, CapacityHasToBePossible) {
  EXPECT_THROW(broadcast::channel<int>(0), std::invalid_argument);
}

TEST(Broadcast, AssignedEndsAreCountedRight) {
  auto [tx, rx] = broadcast::channel<int>(1);
  auto [other_tx, other_rx] = broadcast::channel<int>(1);
  tx = other_tx;
  EXPECT_EQ(rx.try_recv().error(), NoValue::kClosed);
  rx = std::move(other_rx);
  EXPECT_EQ(tx.receiver_count(), 1u);
  EXPECT_EQ(tx.send(1), 1u);
  EXPECT_EQ(*rx.try_recv(), 1);
}

TEST(Broadcast, EndsTellOfTheChannelThatTheyAreOf) {
  auto [tx, rx] = broadcast::channel<int>(2);
  auto [other_tx, other_rx] = broadcast::channel<int>(2);
  EXPECT_TRUE(tx.same_channel(broadcast::Sender<int>(tx)));
  EXPECT_FALSE(tx.same_channel(other_tx));
  EXPECT_TRUE(rx.same_channel(tx.subscribe()));
  EXPECT_FALSE(rx.same_channel(other_rx));
  EXPECT_TRUE(rx.is_empty() && tx.is_empty());
  tx.send(1);
  EXPECT_FALSE(rx.is_empty() || tx.is_empty());
  EXPECT_FALSE(rx.is_closed());
  {
    const auto copy = tx;
    EXPECT_EQ(tx.strong_count(), 2u);
    tx = other_tx;
    EXPECT_EQ(copy.strong_count(), 1u);
    EXPECT_FALSE(rx.is_closed());
  }
  EXPECT_TRUE(rx.is_closed());
  EXPECT_EQ(*rx.try_recv(), 1) << "what was sent before the end";
}

TEST(Broadcast, BlockingRecvNeedsNoRuntime) {
  auto [tx, rx] = broadcast::channel<int>(1);
  std::thread sends([tx = std::move(tx)]() mutable {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    tx.send(1);
    tx.send(2);
    const auto last = std::move(tx);
  });
  std::uint64_t seen = 0;
  while (true) {
    const auto got = rx.blocking_recv();
    if (!got && got.error() == NoValue::kClosed) break;
    seen += got ? 1 : got.missed();
  }
  EXPECT_EQ(seen, 2u);
  sends.join();
}

// ---- cancelling

Task<void> cancelled() {
  auto [tx, rx] = broadcast::channel<int>(2);
  {
    auto recv = rx.recv();
    const bool ready = co_await poll_once(recv);
    EXPECT_FALSE(ready);
    tx.send(1);
  }
  { const auto never_polled = rx.recv(); }
  auto got = co_await rx.recv();
  EXPECT_EQ(*got, 1);
  EXPECT_EQ(rx.len(), 0u);
}
TEST(Broadcast, CancelledRecvHasTakenNothing) { Runtime().block_on(cancelled()); }

Task<void> one_of_many_leaves() {
  auto [tx, rx] = broadcast::channel<int>(2);
  std::vector<JoinHandle<std::string>> handles;
  for (int i = 0; i < 70; ++i) handles.push_back(spawn(receive_all(tx.subscribe())));
  co_await task::yield_now();
  for (std::size_t i = 0; i < handles.size(); i += 3) handles[i].abort();
  tx.send(1);  // wakes those who are about to die as well
  { const auto last = std::move(tx); }
  for (std::size_t i = 0; i < handles.size(); ++i) {
    if (i % 3 == 0) continue;
    const std::string all = co_await handles[i];
    EXPECT_EQ(all, "1 ");
  }
}
TEST(Broadcast, WaitersThatAreDestroyedLeaveTheOthersInPlace) {
  Runtime().block_on(one_of_many_leaves());
}

// ---- what is kept

using Shared = std::shared_ptr<int>;

TEST(Broadcast, ValueIsKeptUntilEveryReceiverHasIt) {
  const auto value = std::make_shared<int>(1);
  auto [tx, rx] = broadcast::channel<Shared>(2);
  auto other = tx.subscribe();
  tx.send(value);
  EXPECT_EQ(value.use_count(), 2);
  EXPECT_TRUE(rx.try_recv());
  EXPECT_EQ(tx.len(), 1u);
  EXPECT_TRUE(other.try_recv());
  EXPECT_EQ(tx.len(), 0u);
  EXPECT_EQ(value.use_count(), 1);

  for (int i = 0; i < 3; ++i) tx.send(value);  // the first is overwritten
  EXPECT_EQ(value.use_count(), 3);
  EXPECT_EQ(rx.try_recv().error(), NoValue::kLagged);
  EXPECT_TRUE(rx.try_recv());
  { const auto gone = std::move(other); }  // was the only one that had not got it yet
  EXPECT_EQ(tx.len(), 1u);
  EXPECT_EQ(value.use_count(), 2);
  { const auto gone = std::move(rx); }
  EXPECT_EQ(tx.len(), 0u);
  EXPECT_EQ(value.use_count(), 1);
}

TEST(Broadcast, ValuesThatNobodyTakesAreDestroyed) {
  const auto value = std::make_shared<int>(1);
  {
    auto [tx, rx] = broadcast::channel<Shared>(4);
    tx.send(value);
    { const auto last = std::move(tx); }
    EXPECT_EQ(value.use_count(), 2);
  }
  EXPECT_EQ(value.use_count(), 1);
}

Task<void> receives_slowly(broadcast::Receiver<Shared> rx) {
  while (true) {
    auto got = co_await rx.recv();
    co_await task::yield_now();
  }
}
Task<void> sends_often(broadcast::Sender<Shared> tx, Shared value) {
  while (true) {
    tx.send(value);
    co_await task::yield_now();
  }
}
Task<void> some_turns(int turns) {
  for (int i = 0; i < turns; ++i) co_await task::yield_now();
}
TEST(Broadcast, ShutdownInWhateverStateLeavesNothing) {
  const auto value = std::make_shared<int>(1);
  for (int turns = 0; turns < 12; ++turns) {
    Runtime runtime;
    {
      auto [tx, rx] = broadcast::channel<Shared>(2);
      static_cast<void>(runtime.spawn(receives_slowly(tx.subscribe())));
      static_cast<void>(runtime.spawn(receives_slowly(std::move(rx))));
      static_cast<void>(runtime.spawn(sends_often(std::move(tx), value)));
    }
    runtime.block_on(some_turns(turns));
  }
  EXPECT_EQ(value.use_count(), 1);
}

class CopyThrows {
 public:
  explicit CopyThrows(bool throws) : throws_(throws) {}
  CopyThrows(const CopyThrows& other) : throws_(other.throws_) {
    if (throws_) throw std::runtime_error("no copy");
  }
  CopyThrows(CopyThrows&&) noexcept = default;
  CopyThrows& operator=(CopyThrows&&) noexcept = default;

 private:
  bool throws_;
};
Task<void> receives_what_cannot_be_copied() {
  auto [tx, rx] = broadcast::channel<CopyThrows>(2);
  tx.send(CopyThrows(true));
  tx.send(CopyThrows(false));
  bool thrown = false;
  try {
    static_cast<void>(co_await rx.recv());
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  EXPECT_TRUE(thrown);
  auto next = co_await rx.recv();
  EXPECT_TRUE(next) << "the value that threw is passed over";
}
TEST(Broadcast, WhatCopyingThrowsComesOutOfTheCoAwait) {
  Runtime().block_on(receives_what_cannot_be_copied());
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
  auto [tx, rx] = broadcast::channel<int>(8);
  for (int i = 0; i < 1280; ++i) {
    tx.send(i);
    auto got = co_await rx.recv();
    EXPECT_EQ(*got, i);
  }
  counting.abort();
  co_return *turns;
}
TEST(Broadcast, TaskThatAlwaysFindsValuesLetsOthersRun) {
  EXPECT_GE(Runtime().block_on(never_waits()), 9);
}

// ---- stress

using Random = std::minstd_rand;

// Numbers have to grow by one, and by what was missed more after a lag.
Task<void> follows(broadcast::Receiver<int> rx, unsigned seed) {
  Random random(seed);
  std::int64_t expected = -1;  // any, at first
  while (true) {
    sync::Received<int> got = NoValue::kEmpty;
    if (random() % 8 == 0) {
      auto recv = rx.recv();
      const bool ready = co_await poll_once(recv);
      if (!ready) continue;  // cancelled
      got = recv.result();
    } else {
      got = co_await rx.recv();
    }
    if (got) {
      if (expected >= 0) {
        EXPECT_EQ(*got, expected);
      }
      expected = *got + 1;
    } else if (got.error() == NoValue::kLagged) {
      if (expected >= 0) expected += static_cast<std::int64_t>(got.missed());
    } else {
      co_return;
    }
    if (random() % 64 == 0) {
      rx = rx.resubscribe();
      expected = -1;
    }
  }
}

TEST(BroadcastStress, ReceiversOnThreeThreadsMissOnlyWhatTheyAreTold) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    auto [tx, rx] = broadcast::channel<int>(1 + seed % 5);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 3; ++i) {
      threads.emplace_back([receiver = tx.subscribe(), seed, i]() mutable {
        Runtime().block_on(follows(std::move(receiver), seed * 10 + i));
      });
    }
    Random random(seed);
    for (int i = 0; i < 500; ++i) {
      tx.send(i);
      if (random() % 4 == 0) std::this_thread::yield();
    }
    { const auto last = std::move(tx); }
    for (std::thread& thread : threads) thread.join();
    if (HasFailure()) return;
  }
}

Task<void> sends_range(broadcast::Sender<int> tx, int count) {
  for (int i = 0; i < count; ++i) {
    tx.send(i);
    if (i % 8 == 0) co_await task::yield_now();
  }
}
Task<void> joins_all(std::vector<JoinHandle<void>> handles) {
  for (auto& handle : handles) co_await handle;
}
TEST(BroadcastStress, ReceiversOnTwoWorkersMissOnlyWhatTheyAreTold) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Runtime runtime = test::multi_thread(2);
    auto [tx, rx] = broadcast::channel<int>(1 + seed % 5);
    std::vector<JoinHandle<void>> handles;
    for (unsigned i = 0; i < 4; ++i) {
      handles.push_back(runtime.spawn(follows(tx.subscribe(), seed * 10 + i)));
    }
    handles.push_back(runtime.spawn(sends_range(std::move(tx), 400)));
    runtime.block_on(joins_all(std::move(handles)));
    if (HasFailure()) return;
  }
}

// ---- what logs are told; T1 is the task of block_on

TEST(BroadcastRecord, ChannelTellsWhoIsThereAndWhatIsKept) {
  test::Recorder recorder;
  {
    auto [tx, rx] = broadcast::channel<int>(1);
    auto other = tx.subscribe();
    tx.send(1);
    tx.send(2);  // in place of the other: as many are kept as before
    EXPECT_EQ(rx.try_recv().missed(), 1u);
    EXPECT_TRUE(rx.try_recv());
  }
  EXPECT_EQ(recorder.text(),
            "R1 | new\n"
            "R1 | enter\n"
            "R1 | state_update capacity=1 capacity.op=\"override\"\n"
            "R1 | state_update len=0 len.op=\"override\"\n"
            "R1 | state_update tx_count=1 tx_count.op=\"override\"\n"
            "R1 | state_update rx_count=1 rx_count.op=\"override\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update rx_count=1 rx_count.op=\"add\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update len=1 len.op=\"add\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update missed=1 missed.op=\"add\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update rx_count=1 rx_count.op=\"sub\"\n"
            "R1 | state_update len=1 len.op=\"sub\"\n"
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
      fields.starts_with("concrete_type=\"broadcast::Sender|Receiver\" kind=\"Sync\" loc.file="))
      << fields;
  EXPECT_EQ(recorder.target("R1"), "ari::sync::broadcast");
}

Task<void> receives_once(broadcast::Receiver<int> rx) { static_cast<void>(co_await rx.recv()); }
Task<void> one_value() {
  auto [tx, rx] = broadcast::channel<int>(1);
  auto handle = spawn(receives_once(std::move(rx)));
  co_await task::yield_now();
  tx.send(1);
  tx.send(2);
  co_await handle;
}
TEST(BroadcastRecord, RecvIsAnOpThatTellsWhatItMissed) {
  test::Recorder recorder;
  Runtime().block_on(one_value());
  EXPECT_EQ(recorder.between("T3 | enter", "T3 | exit"),
            "T3 | enter\n"
            "R2 O4 | new\n"
            "R2 O4 P5 | new\n"
            "R2 | enter\n"
            "R2 O4 | enter\n"
            "R2 O4 P5 | enter\n"
            "R2 O4 P5 | clone(T3)\n"
            "R2 O4 P5 | poll_op poll_recv false\n"
            "R2 O4 P5 | exit\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "T3 | exit\n");
  EXPECT_EQ(recorder.fields("O4"), "source=\"Receiver::recv\"");
  EXPECT_EQ(recorder.between("R2 | state_update len=1 len.op=\"add\"", "R2 | exit"),
            "R2 | state_update len=1 len.op=\"add\"\n"
            "R2 | wake(T3)\n"
            "R2 | exit\n");
  EXPECT_THAT(recorder.text(),
              testing::HasSubstr("R2 O4 P5 | state_update missed=1 missed.op=\"add\"\n"));
  EXPECT_EQ(recorder.between("R2 O4 P5 | async_op::state_update missed=1 "
                             "missed.op=\"override\"",
                             "R2 O4 | close"),
            "R2 O4 P5 | async_op::state_update missed=1 "
            "missed.op=\"override\"\n"
            "R2 O4 P5 | poll_op poll_recv true\n"
            "R2 O4 P5 | exit\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "R2 O4 P5 | close\n"
            "R2 O4 | close\n");
}

}  // namespace
}  // namespace ari

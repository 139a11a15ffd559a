// mpsc: what gets through, in which order, who waits, and what is left behind.
#include "runtime/sync/mpsc.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/paused.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

namespace mpsc = sync::mpsc;
using std::chrono::milliseconds;
using sync::NoValue;
using test::boxed;
using test::poll_once;
using Why = mpsc::Refused<int>::Why;
using Value = std::unique_ptr<int>;

// ---- what gets through

Task<std::vector<int>> receive_all(mpsc::Receiver<int> rx) {
  std::vector<int> all;
  while (true) {
    const std::optional<int> value = co_await rx.recv();
    if (!value) co_return all;
    all.push_back(*value);
  }
}

Task<void> send_range(mpsc::Sender<int> tx, int from, int to) {
  for (int i = from; i < to; ++i) static_cast<void>(co_await tx.send(i));
}

Task<std::vector<int>> ten_through_two() {
  auto [tx, rx] = mpsc::channel<int>(2);
  auto producer = spawn(send_range(std::move(tx), 0, 10));
  std::vector<int> all = co_await receive_all(std::move(rx));
  co_return all;
}
TEST(Mpsc, ValuesArriveInOrderAndThenTheEnd) {
  EXPECT_EQ(Runtime().block_on(ten_through_two()),
            (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(Mpsc, WhatWasSentBeforeTheLastSenderWentIsReceived) {
  auto [tx, rx] = mpsc::channel<int>(4);
  {
    const auto copy = tx;
    EXPECT_FALSE(copy.try_send(1));
    const auto last = std::move(tx);
    EXPECT_FALSE(last.try_send(2));
  }
  EXPECT_TRUE(rx.is_closed());
  EXPECT_EQ(Runtime().block_on(receive_all(std::move(rx))), (std::vector<int>{1, 2}));
}

Task<void> moves_only() {
  auto [tx, rx] = mpsc::channel<Value>(1);
  const std::optional<Value> refused = co_await tx.send(std::make_unique<int>(7));
  EXPECT_FALSE(refused);
  const std::optional<Value> got = co_await rx.recv();
  EXPECT_EQ(**got, 7);
}
TEST(Mpsc, ValueMayBeMoveOnly) { Runtime().block_on(moves_only()); }

TEST(Mpsc, TrySendAndTryRecvSayWhyNot) {
  auto [tx, rx] = mpsc::channel<int>(1);
  EXPECT_EQ(rx.try_recv().error(), NoValue::kEmpty);
  EXPECT_FALSE(tx.try_send(1));
  const auto full = tx.try_send(2);
  ASSERT_TRUE(full);
  EXPECT_EQ(full->why, Why::kFull);
  EXPECT_EQ(full->value, 2);
  rx.close();
  const auto closed = tx.try_send(3);
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->why, Why::kClosed);
  EXPECT_EQ(closed->value, 3);
  EXPECT_EQ(*rx.try_recv(), 1);
  EXPECT_EQ(rx.try_recv().error(), NoValue::kClosed);
}

Task<void> counts() {
  auto [tx, rx] = mpsc::channel<int>(3);
  EXPECT_EQ(tx.max_capacity(), 3u);
  EXPECT_TRUE(rx.is_empty());
  EXPECT_FALSE(tx.try_send(1));
  EXPECT_FALSE(tx.try_send(2));
  auto permit = co_await tx.reserve();
  EXPECT_EQ(tx.capacity(), 0u);
  EXPECT_EQ(rx.len(), 2u);
  EXPECT_EQ(*rx.try_recv(), 1);
  EXPECT_EQ(tx.capacity(), 1u);
  EXPECT_EQ(rx.len(), 1u);
  EXPECT_FALSE(rx.is_empty());
  permit.reset();
  EXPECT_EQ(tx.capacity(), 2u);
  EXPECT_FALSE(tx.try_send(3));
  EXPECT_EQ(rx.len(), 2u) << "one is the receiver's own by now, one is still shared";
}
TEST(Mpsc, CapacityAndLenCountPlacesAndValues) { Runtime().block_on(counts()); }

TEST(Mpsc, CapacityHasToBePossible) {
  EXPECT_THROW(mpsc::channel<int>(0), std::invalid_argument);
  EXPECT_THROW(mpsc::channel<int>(mpsc::Permits::kMaxCount + 1), std::invalid_argument);
  const auto largest = mpsc::channel<int>(mpsc::Permits::kMaxCount);
  EXPECT_EQ(largest.first.capacity(), mpsc::Permits::kMaxCount);
}

TEST(MpscUnbounded, TakesWhateverComes) {
  auto [tx, rx] = mpsc::unbounded_channel<int>();
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(tx.send(i));
  EXPECT_EQ(rx.len(), 1000u);
  { const auto last = std::move(tx); }
  const std::vector<int> all = Runtime().block_on(receive_all(std::move(rx)));
  ASSERT_EQ(all.size(), 1000u);
  EXPECT_EQ(all.back(), 999);
}

TEST(MpscUnbounded, CloseKeepsWhatWasSentAndRefusesTheRest) {
  auto [tx, rx] = mpsc::unbounded_channel<int>();
  EXPECT_FALSE(tx.send(1));
  EXPECT_FALSE(tx.send(2));
  EXPECT_EQ(*rx.try_recv(), 1);
  EXPECT_FALSE(tx.send(3));
  rx.close();
  EXPECT_TRUE(tx.is_closed());
  EXPECT_EQ(tx.send(4), 4);
  EXPECT_EQ(Runtime().block_on(receive_all(std::move(rx))), (std::vector<int>{2, 3}));
}

// ---- who waits

Task<void> first_come() {
  auto [tx, rx] = mpsc::channel<int>(1);
  EXPECT_FALSE(tx.try_send(0));
  auto a = tx.send(1), b = tx.send(2), c = tx.send(3);
  bool ready = co_await poll_once(a);
  EXPECT_FALSE(ready);
  ready = co_await poll_once(b);
  EXPECT_FALSE(ready);
  ready = co_await poll_once(c);
  EXPECT_FALSE(ready);

  EXPECT_EQ(*rx.try_recv(), 0);
  // The place is a's already: neither b nor who comes now gets it.
  ready = co_await poll_once(b);
  EXPECT_FALSE(ready);
  const auto late = tx.try_send(4);
  EXPECT_TRUE(late && late->why == Why::kFull);
  ready = co_await poll_once(a);
  EXPECT_TRUE(ready);
  EXPECT_FALSE(a.result());

  EXPECT_EQ(*rx.try_recv(), 1);
  ready = co_await poll_once(c);
  EXPECT_FALSE(ready);
  ready = co_await poll_once(b);
  EXPECT_TRUE(ready);
  EXPECT_EQ(*rx.try_recv(), 2);
  ready = co_await poll_once(c);
  EXPECT_TRUE(ready);
  EXPECT_EQ(*rx.try_recv(), 3);
  EXPECT_EQ(tx.capacity(), 1u);
}
TEST(Mpsc, SendersGetRoomInTheOrderInWhichTheyCame) { Runtime().block_on(first_come()); }

Task<void> cancelled_sends() {
  auto [tx, rx] = mpsc::channel<int>(1);
  EXPECT_FALSE(tx.try_send(0));
  auto a = boxed([&] { return tx.send(1); });
  auto b = boxed([&] { return tx.send(2); });
  auto c = boxed([&] { return tx.send(3); });
  for (const auto* send : {&a, &b, &c}) co_await poll_once(**send);
  a.reset();  // while it waits
  EXPECT_EQ(*rx.try_recv(), 0);
  b.reset();  // chosen, and not polled since: the place goes on to c
  bool ready = co_await poll_once(*c);
  EXPECT_TRUE(ready);
  c.reset();
  EXPECT_EQ(*rx.try_recv(), 3);
  EXPECT_EQ(tx.capacity(), 1u);

  auto d = boxed([&] { return tx.send(4); });
  d.reset();  // never polled: nothing is sent
  EXPECT_EQ(rx.try_recv().error(), NoValue::kEmpty);

  // The last of those who wait goes: the next place is free for anyone.
  EXPECT_FALSE(tx.try_send(5));
  auto e = boxed([&] { return tx.send(6); });
  co_await poll_once(*e);
  e.reset();
  EXPECT_EQ(*rx.try_recv(), 5);
  EXPECT_FALSE(tx.try_send(7));
}
TEST(Mpsc, CancelledSendHasNotSentAndGivesItsPlaceOn) { Runtime().block_on(cancelled_sends()); }

Task<void> cancelled_recv() {
  auto [tx, rx] = mpsc::channel<int>(2);
  {
    auto recv = rx.recv();
    const bool ready = co_await poll_once(recv);
    EXPECT_FALSE(ready);
    EXPECT_FALSE(tx.try_send(1));
  }
  const std::optional<int> got = co_await rx.recv();
  EXPECT_EQ(got, 1);
}
TEST(Mpsc, CancelledRecvHasTakenNothing) { Runtime().block_on(cancelled_recv()); }

Task<void> reserves() {
  auto [tx, rx] = mpsc::channel<int>(1);
  auto permit = co_await tx.reserve();
  const auto full = tx.try_send(1);
  EXPECT_TRUE(full && full->why == Why::kFull);
  auto moved = std::move(*permit);
  std::move(moved).send(2);
  EXPECT_EQ(*rx.try_recv(), 2);
  {
    const auto unused = co_await tx.reserve();
    EXPECT_EQ(tx.capacity(), 0u);
  }
  EXPECT_EQ(tx.capacity(), 1u);

  EXPECT_FALSE(tx.try_send(3));
  auto waiting = boxed([&] { return tx.reserve(); });
  bool ready = co_await poll_once(*waiting);
  EXPECT_FALSE(ready);
  EXPECT_EQ(*rx.try_recv(), 3);
  ready = co_await poll_once(*waiting);
  EXPECT_TRUE(ready);
  waiting.reset();  // ready, and the permit in it goes back
  EXPECT_EQ(tx.capacity(), 1u);
  rx.close();
  const auto none = co_await tx.reserve();
  EXPECT_FALSE(none);
}
TEST(Mpsc, PermitKeepsAPlaceUntilItIsUsedOrDropped) { Runtime().block_on(reserves()); }

// ---- several places at once

TEST(Mpsc, TryReserveManyKeepsAllPlacesOrNone) {
  auto [tx, rx] = mpsc::channel<int>(3);
  EXPECT_FALSE(tx.try_reserve_many(4)) << "there are not so many";
  {
    auto permits = tx.try_reserve_many(2);
    ASSERT_TRUE(permits);
    EXPECT_EQ(permits->size(), 2u);
    EXPECT_EQ(tx.capacity(), 1u);
    EXPECT_FALSE(tx.try_reserve_many(2));
    EXPECT_EQ(tx.capacity(), 1u) << "who is refused has taken none";
    const auto none = tx.try_reserve_many(0);
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->empty());
    auto moved = *std::move(permits);
    auto one = moved.next();
    ASSERT_TRUE(one);
    std::move(*one).send(7);
    EXPECT_EQ(moved.size(), 1u);
  }
  EXPECT_EQ(tx.capacity(), 2u) << "the one that was left is back";
  EXPECT_EQ(*rx.try_recv(), 7);
  rx.close();
  EXPECT_FALSE(tx.try_reserve_many(0));
  EXPECT_FALSE(tx.try_reserve_many(1));
}

TEST(Mpsc, PermitsOutliveTheIteratorAndTheSender) {
  auto [tx, rx] = mpsc::channel<int>(3);
  std::vector<mpsc::Permit<int>> kept;
  {
    const auto sender = std::move(tx);
    auto permits = sender.try_reserve_many(3);
    for (mpsc::Permit<int> permit : *permits) {
      kept.push_back(std::move(permit));
      if (kept.size() == 2) break;
    }
  }
  EXPECT_EQ(rx.try_recv().error(), NoValue::kEmpty) << "two may still come";
  std::move(kept[1]).send(1);
  kept.clear();
  EXPECT_EQ(*rx.try_recv(), 1);
  EXPECT_EQ(rx.try_recv().error(), NoValue::kClosed);
}

Task<void> sends_all(mpsc::Sender<int> tx, std::size_t at_once) {
  int next = 0;
  while (next < 12) {
    auto permits = co_await tx.reserve_many(at_once);
    for (mpsc::Permit<int> permit : *permits) std::move(permit).send(next++);
  }
}
TEST(Mpsc, ReserveManyWaitsForAllItsPlaces) {
  for (const std::size_t at_once : {1u, 3u, 4u}) {
    Runtime runtime;
    auto [tx, rx] = mpsc::channel<int>(4);
    static_cast<void>(runtime.spawn(sends_all(std::move(tx), at_once)));
    EXPECT_EQ(runtime.block_on(receive_all(std::move(rx))),
              (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  }
}

Task<void> fair() {
  auto [tx, rx] = mpsc::channel<int>(3);
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(tx.try_send(i));
  auto three = boxed([&, &tx = tx] { return tx.reserve_many(3); });
  auto one = boxed([&, &tx = tx] { return tx.reserve(); });
  bool ready = co_await poll_once(*three);
  EXPECT_FALSE(ready);
  EXPECT_EQ(tx.capacity(), 0u) << "the free place is kept for it";
  ready = co_await poll_once(*one);
  EXPECT_FALSE(ready);
  EXPECT_EQ(*rx.try_recv(), 0);
  ready = co_await poll_once(*one);
  EXPECT_FALSE(ready) << "who came first is not starved by who wants less";
  const auto late = tx.try_send(9);
  EXPECT_TRUE(late && late->why == Why::kFull);
  EXPECT_EQ(*rx.try_recv(), 1);
  ready = co_await poll_once(*three);
  EXPECT_TRUE(ready);
  {
    auto permits = three->result();
    std::move(*permits->next()).send(2);
    ready = co_await poll_once(*one);
    EXPECT_FALSE(ready);
  }
  ready = co_await poll_once(*one);
  EXPECT_TRUE(ready) << "of the two that were not used";
  EXPECT_EQ(tx.capacity(), 1u);
}
TEST(Mpsc, ReserveManyIsFairBothWays) { Runtime().block_on(fair()); }

// One is given up while it has some of its places, and when it has all.
Task<void> cancelled_reserves(bool complete) {
  auto [tx, rx] = mpsc::channel<int>(3);
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(tx.try_send(i));
  auto three = boxed([&, &tx = tx] { return tx.reserve_many(3); });
  auto two = boxed([&, &tx = tx] { return tx.reserve_many(2); });
  co_await poll_once(*three);
  co_await poll_once(*two);
  EXPECT_EQ(*rx.try_recv(), 0);
  if (complete) static_cast<void>(rx.try_recv());
  three.reset();
  const bool ready = co_await poll_once(*two);
  EXPECT_TRUE(ready);
  EXPECT_EQ(tx.capacity(), complete ? 1u : 0u);
  two.reset();
  EXPECT_EQ(tx.capacity(), complete ? 3u : 2u);
}
TEST(Mpsc, ReserveManyGivenUpPassesItsPlacesOn) {
  for (const bool complete : {false, true}) Runtime().block_on(cancelled_reserves(complete));
}

Task<void> reserves_what_never_comes() {
  auto [tx, rx] = mpsc::channel<int>(2);
  auto too_many = co_await tx.reserve_many(3);
  EXPECT_FALSE(too_many);
  auto none = co_await tx.reserve_many(0);
  EXPECT_TRUE(none && none->empty());
  EXPECT_FALSE(tx.try_send(1));
  auto waiting = boxed([&, &tx = tx] { return tx.reserve_many(2); });
  co_await poll_once(*waiting);
  rx.close();
  auto closed = co_await *waiting;
  EXPECT_FALSE(closed);
  EXPECT_EQ(tx.capacity(), 1u) << "what it had is back";
  none = co_await tx.reserve_many(0);
  EXPECT_FALSE(none);
  std::optional<int> got = co_await rx.recv();
  EXPECT_EQ(got, 1);
  got = co_await rx.recv();
  EXPECT_FALSE(got);
}
TEST(Mpsc, ReserveManyEndsWithNothingIfItCannotBe) {
  Runtime().block_on(reserves_what_never_comes());
}

// Waits for more than one list of wakers holds, all answered by one who gives back many.
Task<void> reserves_one(mpsc::Sender<int> tx, int* reserved) {
  auto permit = co_await tx.reserve();
  ++*reserved;
}
Task<void> gives_many_back() {
  constexpr int kMany = 100;
  auto [tx, rx] = mpsc::channel<int>(kMany);
  auto all = tx.try_reserve_many(kMany);
  int reserved = 0;
  std::vector<JoinHandle<void>> waiting;
  for (int i = 0; i < kMany; ++i) waiting.push_back(spawn(reserves_one(tx, &reserved)));
  co_await task::yield_now();
  EXPECT_EQ(reserved, 0);
  all.reset();
  EXPECT_EQ(tx.capacity(), 0u) << "they have them already";
  for (auto& each : waiting) co_await each;
  EXPECT_EQ(reserved, kMany);
  EXPECT_EQ(tx.capacity(), static_cast<std::size_t>(kMany));
}
TEST(Mpsc, PermitsGivenBackTogetherReachAllWhoWait) { Runtime().block_on(gives_many_back()); }

Task<void> owns() {
  auto [tx, rx] = mpsc::channel<int>(1);
  auto permit = co_await std::move(tx).reserve_owned();
  EXPECT_FALSE(rx.is_closed()) << "the permit has the sender";
  auto moved = *std::move(permit);
  permit.reset();
  auto back = std::move(moved).send(1);
  auto again = std::move(back).try_reserve_owned();
  EXPECT_FALSE(again);
  const auto full = back.try_send(2);
  EXPECT_TRUE(full && full->why == Why::kFull) << "refused, the sender is still there";
  EXPECT_EQ(*rx.try_recv(), 1);
  again = std::move(back).try_reserve_owned();
  EXPECT_TRUE(again);
  back = std::move(*again).release();
  EXPECT_EQ(back.capacity(), 1u);
  permit = co_await std::move(back).reserve_owned();
  auto recv = boxed([&, &rx = rx] { return rx.recv(); });
  const bool ready = co_await poll_once(*recv);
  EXPECT_FALSE(ready);
  permit.reset();
  const std::optional<int> end = co_await *recv;
  EXPECT_FALSE(end) << "the last sender went with it";
}
TEST(Mpsc, OwnedPermitHasTheSenderInIt) { Runtime().block_on(owns()); }

Task<void> gives_owned_up(bool close) {
  auto [tx, rx] = mpsc::channel<int>(1);
  EXPECT_FALSE(tx.try_send(1));
  auto sender = std::move(tx);
  auto waiting = boxed([&] { return std::move(sender).reserve_owned(); });
  co_await poll_once(*waiting);
  EXPECT_FALSE(rx.is_closed());
  if (close) {
    rx.close();
    const auto permit = co_await *waiting;
    EXPECT_FALSE(permit);
  }
  waiting.reset();
  std::optional<int> got = co_await rx.recv();
  EXPECT_EQ(got, 1);
  got = co_await rx.recv();
  EXPECT_FALSE(got);
}
TEST(Mpsc, ReserveOwnedThatFailsOrIsGivenUpDropsTheSender) {
  for (const bool close : {false, true}) Runtime().block_on(gives_owned_up(close));
}

// ---- the end

Task<void> closes_while_senders_wait() {
  auto [tx, rx] = mpsc::channel<int>(1);
  EXPECT_FALSE(tx.try_send(1));
  auto chosen = tx.send(2), waiting = tx.send(3);
  co_await poll_once(chosen);
  co_await poll_once(waiting);
  const std::optional<int> first = co_await rx.recv();  // chooses
  EXPECT_EQ(first, 1);
  rx.close();
  EXPECT_TRUE(tx.is_closed());
  std::optional<int> back = co_await chosen;
  EXPECT_EQ(back, 2) << "a send that had not come through when the channel closed has failed";
  back = co_await waiting;
  EXPECT_EQ(back, 3);
  back = co_await tx.send(4);
  EXPECT_EQ(back, 4);
  EXPECT_EQ(rx.try_recv().error(), NoValue::kClosed) << "the place of the failed one is back";
}
TEST(Mpsc, CloseGivesTheValuesOfThoseWhoWaitBack) {
  Runtime().block_on(closes_while_senders_wait());
}

Task<void> end_waits_for_permits(bool close, bool use) {
  auto [tx, rx] = mpsc::channel<int>(2);
  auto permit = co_await tx.reserve();
  if (close) {
    rx.close();
  } else {
    const auto last = std::move(tx);
  }
  auto recv = rx.recv();
  const bool ready = co_await poll_once(recv);
  EXPECT_FALSE(ready);
  EXPECT_EQ(rx.try_recv().error(), NoValue::kEmpty);
  if (use) {
    std::move(*permit).send(5);
  } else {
    permit.reset();
  }
  std::optional<int> got = co_await recv;
  EXPECT_EQ(got, use ? std::optional(5) : std::nullopt);
  got = co_await rx.recv();
  EXPECT_FALSE(got);
}
TEST(Mpsc, EndWaitsForPermitsThatWereHandedOut) {
  for (const bool close : {false, true}) {
    for (const bool use : {false, true}) {
      SCOPED_TRACE(testing::Message() << "close " << close << ", use " << use);
      Runtime().block_on(end_waits_for_permits(close, use));
    }
  }
}

Task<std::optional<int>> receive_one(std::shared_ptr<mpsc::Receiver<int>> rx) {
  const std::optional<int> got = co_await rx->recv();
  co_return got;
}
// The receiver waits for the end when the last thing that holds it up goes.
Task<void> wakes_at_the_end(int last) {
  auto [tx, receiver] = mpsc::channel<int>(1);
  auto rx = std::make_shared<mpsc::Receiver<int>>(std::move(receiver));
  auto permit = co_await tx.reserve();
  auto chosen = boxed([&] { return tx.send(1); });
  co_await poll_once(*chosen);
  if (last == 0) permit.reset();  // the place is `chosen`'s now
  if (last != 2) rx->close();
  if (last == 1) chosen.reset();
  auto waiting = spawn(receive_one(rx));
  co_await task::yield_now();
  EXPECT_FALSE(waiting.is_finished());
  if (last == 0) chosen.reset();
  if (last == 1) permit.reset();
  if (last == 2) {
    chosen.reset();
    permit.reset();
    co_await task::yield_now();
    EXPECT_FALSE(waiting.is_finished());
    const auto gone = std::move(tx);
  }
  const std::optional<int> got = co_await waiting;
  EXPECT_FALSE(got);
}
TEST(Mpsc, WhoeverMakesTheEndWakesTheReceiver) {
  for (const int last : {0, 1, 2}) {
    SCOPED_TRACE(last);
    Runtime().block_on(wakes_at_the_end(last));
  }
}

Task<void> waits_for_close(mpsc::Sender<int> tx, std::shared_ptr<int> closed) {
  co_await tx.closed();
  ++*closed;
}
Task<void> close_wakes(bool drop) {
  auto [tx, receiver] = mpsc::channel<int>(1);
  std::optional<mpsc::Receiver<int>> rx(std::move(receiver));
  const auto closed = std::make_shared<int>(0);
  auto a = spawn(waits_for_close(tx, closed));
  auto b = spawn(waits_for_close(tx, closed));
  auto gone = spawn(waits_for_close(tx, closed));
  co_await task::yield_now();
  EXPECT_EQ(*closed, 0);
  gone.abort();
  co_await task::yield_now();
  if (drop) {
    rx.reset();
  } else {
    rx->close();
  }
  EXPECT_TRUE(tx.is_closed());
  co_await a;
  co_await b;
  EXPECT_EQ(*closed, 2);
  co_await tx.closed();  // at once
}
TEST(Mpsc, ClosedIsReadyOnceTheReceiverClosesOrGoes) {
  Runtime().block_on(close_wakes(false));
  Runtime().block_on(close_wakes(true));
}

TEST(Mpsc, WeakSenderDoesNotHoldTheChannelOpen) {
  auto [tx, rx] = mpsc::channel<int>(1);
  const mpsc::WeakSender<int> weak = tx.downgrade();
  {
    const auto strong = weak.upgrade();
    ASSERT_TRUE(strong);
    EXPECT_FALSE(strong->try_send(1));
    const auto last = std::move(tx);
  }
  EXPECT_FALSE(weak.upgrade());
  EXPECT_EQ(*rx.try_recv(), 1);
  EXPECT_EQ(rx.try_recv().error(), NoValue::kClosed);

  auto [unbounded, receiver] = mpsc::unbounded_channel<int>();
  const mpsc::WeakUnboundedSender<int> weak_unbounded = unbounded.downgrade();
  EXPECT_FALSE(weak_unbounded.upgrade()->send(2));
  EXPECT_EQ(*receiver.try_recv(), 2);
}

TEST(Mpsc, AssignedSendersAreCountedRight) {
  auto [tx, rx] = mpsc::channel<int>(1);
  auto [other_tx, other_rx] = mpsc::channel<int>(1);
  tx = other_tx;  // the first channel has no sender any more
  EXPECT_TRUE(rx.is_closed());
  tx = std::move(other_tx);
  EXPECT_FALSE(other_rx.is_closed());
  { const auto last = std::move(tx); }
  EXPECT_TRUE(other_rx.is_closed());
}

TEST(Mpsc, SendersTellOfTheChannelThatTheyAreOf) {
  auto [tx, rx] = mpsc::channel<int>(1);
  auto [other_tx, other_rx] = mpsc::channel<int>(1);
  auto [unbounded, unbounded_rx] = mpsc::unbounded_channel<int>();
  const auto copy = tx;
  EXPECT_TRUE(tx.same_channel(copy));
  EXPECT_FALSE(tx.same_channel(other_tx));
  EXPECT_TRUE(unbounded.same_channel(mpsc::UnboundedSender<int>(unbounded)));
  const auto weak = tx.downgrade();
  EXPECT_EQ(tx.strong_count(), 2u);
  EXPECT_EQ(rx.sender_strong_count(), 2u);
  const auto third = weak.upgrade();
  EXPECT_EQ(rx.sender_strong_count(), 3u);
  EXPECT_EQ(unbounded_rx.sender_strong_count(), 1u);
}

// ---- what is left behind

using Shared = std::shared_ptr<int>;

Task<void> leaves_values_everywhere(Shared value) {
  auto [tx, receiver] = mpsc::channel<Shared>(3);
  std::optional<mpsc::Receiver<Shared>> rx(std::move(receiver));
  static_cast<void>(co_await tx.send(value));
  static_cast<void>(co_await tx.send(value));
  static_cast<void>(co_await tx.send(value));
  EXPECT_TRUE(rx->try_recv());                 // the two that are left are the receiver's own
  static_cast<void>(co_await tx.send(value));  // and one is shared
  auto waiting = tx.send(value);
  co_await poll_once(waiting);
  const auto unpolled = tx.send(value);
  EXPECT_EQ(value.use_count(), 7);
  rx.reset();
  EXPECT_EQ(value.use_count(), 4) << "what was sent goes with the receiver";
  std::optional<Shared> back = co_await waiting;
  EXPECT_EQ(back, value);
}
TEST(Mpsc, ValuesThatNobodyTakesAreDestroyed) {
  const auto value = std::make_shared<int>(1);
  Runtime().block_on(leaves_values_everywhere(value));
  EXPECT_EQ(value.use_count(), 1);
  {
    auto [tx, rx] = mpsc::unbounded_channel<Shared>();
    EXPECT_FALSE(tx.send(value));
    EXPECT_FALSE(tx.send(value));
    EXPECT_TRUE(rx.try_recv());
    EXPECT_EQ(value.use_count(), 2);
    { const auto gone = std::move(rx); }
    EXPECT_EQ(value.use_count(), 1);
    EXPECT_EQ(tx.send(value), value);
  }
  EXPECT_EQ(value.use_count(), 1);
}

Task<void> uses_permit_too_late(Shared value) {
  auto [tx, receiver] = mpsc::channel<Shared>(1);
  auto permit = co_await tx.reserve();
  { const auto gone = std::move(receiver); }
  std::move(*permit).send(value);
}
TEST(Mpsc, PermitUsedWhenTheReceiverHasGoneDestroysTheValue) {
  const auto value = std::make_shared<int>(1);
  Runtime().block_on(uses_permit_too_late(value));
  EXPECT_EQ(value.use_count(), 1);
}

Task<void> sends_for_ever(mpsc::Sender<Shared> tx, Shared value) {
  while (true) static_cast<void>(co_await tx.send(value));
}
Task<void> reserves_for_ever(mpsc::Sender<Shared> tx, Shared value) {
  while (true) {
    auto permit = co_await tx.reserve();
    co_await task::yield_now();
    std::move(*permit).send(value);
  }
}
Task<void> receives_slowly(mpsc::Receiver<Shared> rx, Shared value) {
  while (true) {
    const std::optional<Shared> got = co_await rx.recv();
    EXPECT_EQ(got, value);
    co_await task::yield_now();
    co_await task::yield_now();
  }
}
Task<void> some_turns(int turns) {
  for (int i = 0; i < turns; ++i) co_await task::yield_now();
}
TEST(Mpsc, ShutdownInWhateverStateLeavesNothing) {
  const auto value = std::make_shared<int>(1);
  for (int turns = 0; turns < 24; ++turns) {
    Runtime runtime;
    {
      auto [tx, rx] = mpsc::channel<Shared>(2);
      for (int i = 0; i < 2; ++i) static_cast<void>(runtime.spawn(sends_for_ever(tx, value)));
      static_cast<void>(runtime.spawn(reserves_for_ever(tx, value)));
      static_cast<void>(runtime.spawn(receives_slowly(std::move(rx), value)));
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
  auto [tx, rx] = mpsc::channel<int>(8);
  for (int i = 0; i < 640; ++i) {  // 1280 results, that is ten times 128
    static_cast<void>(co_await tx.send(i));
    const std::optional<int> got = co_await rx.recv();
    EXPECT_EQ(got, i);
  }
  counting.abort();
  co_return *turns;
}
TEST(Mpsc, TaskThatAlwaysFindsValuesLetsOthersRun) {
  EXPECT_GE(Runtime().block_on(never_waits()), 9);
}

// ---- many at once

Task<void> many_at_once() {
  auto [tx, rx] = mpsc::channel<int>(4);
  std::vector<int> got{-1};
  auto receiving = boxed([&, &rx = rx] { return rx.recv_many(got, 3); });
  const bool early = co_await poll_once(*receiving);
  EXPECT_FALSE(early) << "it waits for the first";
  receiving.reset();
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(tx.try_send(i));
  EXPECT_EQ(tx.capacity(), 0u);

  const std::size_t none = co_await rx.recv_many(got, 0);
  EXPECT_EQ(none, 0u);
  const std::size_t first = co_await rx.recv_many(got, 3);
  EXPECT_EQ(first, 3u);
  EXPECT_EQ(tx.capacity(), 3u) << "a place comes free with each";
  const std::size_t second = co_await rx.recv_many(got, 3);
  EXPECT_EQ(second, 1u) << "it waits for no second";
  EXPECT_EQ(got, (std::vector<int>{-1, 0, 1, 2, 3}));
  EXPECT_FALSE(tx.try_send(4));
  rx.close();
  const std::size_t last = co_await rx.recv_many(got, 3);
  const std::size_t end = co_await rx.recv_many(got, 3);
  EXPECT_EQ(last, 1u);
  EXPECT_EQ(end, 0u);
}
TEST(Mpsc, RecvManyTakesWhatIsThereUpToItsLimit) { Runtime().block_on(many_at_once()); }

Task<void> drops_many() {
  auto [tx, rx] = mpsc::unbounded_channel<Value>();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(tx.send(std::make_unique<int>(i)));
  std::vector<Value> got;
  auto receiving = boxed([&, &rx = rx] { return rx.recv_many(got, 2); });
  const bool ready = co_await poll_once(*receiving);
  EXPECT_TRUE(ready);
  receiving.reset();  // with two in it, which a leak check would miss
  EXPECT_TRUE(got.empty());
  EXPECT_EQ(rx.len(), 1u);
}
TEST(Mpsc, RecvManyDroppedAfterItWasReadyDestroysWhatItHas) { Runtime().block_on(drops_many()); }

TEST(Mpsc, TryReserveKeepsAPlaceOrSaysNo) {
  auto [tx, rx] = mpsc::channel<int>(1);
  {
    auto permit = tx.try_reserve();
    ASSERT_TRUE(permit);
    EXPECT_EQ(tx.capacity(), 0u);
    EXPECT_FALSE(tx.try_reserve());
  }
  auto permit = tx.try_reserve();
  ASSERT_TRUE(permit) << "the first gave its place back";
  rx.close();
  EXPECT_FALSE(tx.try_reserve());
  std::move(*permit).send(5);
  EXPECT_EQ(*rx.try_recv(), 5);
}

// ---- threads

TEST(Mpsc, BlockingSendAndRecvNeedNoRuntime) {
  auto [tx, rx] = mpsc::channel<int>(1);
  std::thread other([sender = std::move(tx)] {
    for (int i = 0; i < 500; ++i) EXPECT_FALSE(sender.blocking_send(i));
  });
  for (int i = 0; i < 500; ++i) EXPECT_EQ(rx.blocking_recv(), i);
  EXPECT_EQ(rx.blocking_recv(), std::nullopt);
  other.join();
}

Task<void> blocks_in_a_poll() {
  auto [tx, rx] = mpsc::channel<int>(1);
  EXPECT_THROW(static_cast<void>(tx.blocking_send(1)), std::logic_error);
  EXPECT_THROW(static_cast<void>(rx.blocking_recv()), std::logic_error);
  const auto blocks = [sender = tx] { return sender.blocking_send(7).has_value(); };
  auto handle = spawn_blocking(blocks);
  const bool refused = co_await handle;
  EXPECT_FALSE(refused);
  const std::optional<int> got = co_await rx.recv();
  EXPECT_EQ(got, 7);
}
TEST(Mpsc, BlockingFunctionsAreForThreadsThatPollNoTasks) {
  Runtime().block_on(blocks_in_a_poll());
}

TEST(Mpsc, LastSenderGoingOnAnotherThreadWakesTheReceiver) {
  for (int i = 0; i < 200; ++i) {
    auto [tx, rx] = mpsc::channel<int>(1);
    std::thread other([sender = std::move(tx), i]() mutable {
      if (i % 2 == 0) {
        EXPECT_FALSE(sender.try_send(i));
      }
      const auto gone = std::move(sender);
    });
    const std::vector<int> all = Runtime().block_on(receive_all(std::move(rx)));
    other.join();
    EXPECT_EQ(all.size(), i % 2 == 0 ? 1u : 0u);
  }
}

// Ping-pong: each round parks both threads, so every wake counts.
Task<void> echoes(mpsc::Receiver<int> rx, mpsc::UnboundedSender<int> tx) {
  while (true) {
    const std::optional<int> got = co_await rx.recv();
    if (!got) co_return;
    EXPECT_FALSE(tx.send(*got));
  }
}
Task<void> plays(mpsc::Sender<int> tx, mpsc::UnboundedReceiver<int> rx, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    static_cast<void>(co_await tx.send(i));
    const std::optional<int> got = co_await rx.recv();
    EXPECT_EQ(got, i);
  }
}
TEST(Mpsc, TwoRuntimesOnTwoThreadsTakeTurns) {
  auto [there, there_rx] = mpsc::channel<int>(1);
  auto [back, back_rx] = mpsc::unbounded_channel<int>();
  std::thread other([rx = std::move(there_rx), tx = std::move(back)]() mutable {
    Runtime().block_on(echoes(std::move(rx), std::move(tx)));
  });
  Runtime().block_on(plays(std::move(there), std::move(back_rx), 2000));
  other.join();
}

Task<void> sends_in_time() {
  auto [tx, rx] = mpsc::channel<int>(1);
  const auto at_once = co_await tx.send_timeout(1, milliseconds(0));
  EXPECT_FALSE(at_once) << "there was room: nothing is too late";
  const auto late = co_await tx.send_timeout(2, milliseconds(5));
  EXPECT_TRUE(late);
  if (!late) co_return;
  EXPECT_EQ(late->why, Why::kFull);
  EXPECT_EQ(late->value, 2);
  auto waiting = boxed([&tx = tx] { return tx.send_timeout(3, milliseconds(5)); });
  const bool ready = co_await poll_once(*waiting);
  EXPECT_FALSE(ready);
  const std::optional<int> first = co_await rx.recv();
  EXPECT_EQ(first, 1);
  const auto in_time = co_await *waiting;
  EXPECT_FALSE(in_time);
  rx.close();
  const auto closed = co_await tx.send_timeout(4, milliseconds(5));
  EXPECT_TRUE(closed);
  if (!closed) co_return;
  EXPECT_EQ(closed->why, Why::kClosed);
  EXPECT_EQ(closed->value, 4);
  const std::optional<int> second = co_await rx.recv();
  EXPECT_EQ(second, 3);
}
TEST(Mpsc, SendTimeoutSendsInTimeOrGivesTheValueBack) {
  test::paused_runtime().block_on(sends_in_time());
}

// Who is late leaves the line though its future lives on; who gives up leaves it too.
Task<void> leaves_the_line() {
  auto [tx, rx] = mpsc::channel<int>(1);
  static_cast<void>(co_await tx.send(0));
  auto late = boxed([&tx = tx] { return tx.send_timeout(1, milliseconds(5)); });
  auto given_up = boxed([&tx = tx] { return tx.send_timeout(2, milliseconds(5)); });
  auto next = boxed([&tx = tx] { return tx.send(3); });
  static_cast<void>(co_await poll_once(*late));
  static_cast<void>(co_await poll_once(*given_up));
  static_cast<void>(co_await poll_once(*next));
  given_up.reset();
  const auto refused = co_await *late;
  EXPECT_TRUE(refused.has_value());
  const std::optional<int> first = co_await rx.recv();
  EXPECT_EQ(first, 0);
  const auto back = co_await *next;
  EXPECT_FALSE(back);
  const std::optional<int> second = co_await rx.recv();
  EXPECT_EQ(second, 3);
}
TEST(Mpsc, SendTimeoutThatIsLateOrDroppedHoldsNobodyUp) {
  test::paused_runtime().block_on(leaves_the_line());
}

}  // namespace
}  // namespace ari

// mpmc: each value to one receiver, who comes first comes first, and what is left behind.
#include "runtime/sync/mpmc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/belonging.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

namespace mpmc = sync::mpmc;
using sync::NoValue;
using test::Belonging;
using test::boxed;
using test::poll_once;
using Why = mpmc::Refused<int>::Why;

Task<std::vector<int>> receive_all(mpmc::Receiver<int> rx) {
  std::vector<int> all;
  while (true) {
    const std::optional<int> value = co_await rx.recv();
    if (!value) co_return all;
    all.push_back(*value);
    co_await task::yield_now();
  }
}
Task<void> send_range(mpmc::Sender<int> tx, int from, int to) {
  for (int i = from; i < to; ++i) {
    const auto back = co_await tx.send(i);
    EXPECT_FALSE(back);
  }
}

Task<void> shares() {
  auto [tx, rx] = mpmc::channel<int>(2);
  auto one = spawn(receive_all(rx));
  auto two = spawn(receive_all(std::move(rx)));
  auto low = spawn(send_range(tx, 0, 10));
  auto high = spawn(send_range(std::move(tx), 10, 20));
  std::vector<int> first = co_await one;
  std::vector<int> second = co_await two;
  EXPECT_FALSE(first.empty());
  EXPECT_FALSE(second.empty());
  first.insert(first.end(), second.begin(), second.end());
  std::sort(first.begin(), first.end());
  std::vector<int> all(20);
  for (int i = 0; i < 20; ++i) all[static_cast<std::size_t>(i)] = i;
  EXPECT_EQ(first, all);
}
TEST(Mpmc, EachValueGoesToOneReceiverAndTheEndToAll) { Runtime().block_on(shares()); }

Task<void> one_receiver() {
  auto [tx, rx] = mpmc::channel<int>(3);
  auto sending = spawn(send_range(std::move(tx), 0, 10));
  const std::vector<int> all = co_await receive_all(std::move(rx));
  EXPECT_EQ(all, (std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}
TEST(Mpmc, ValuesComeInTheOrderInWhichTheyWereSent) { Runtime().block_on(one_receiver()); }

TEST(Mpmc, TriesSayWhyNot) {
  auto [tx, rx] = mpmc::channel<int>(1);
  EXPECT_EQ(tx.max_capacity(), 1u);
  EXPECT_EQ(rx.try_recv().error(), NoValue::kEmpty);
  EXPECT_FALSE(tx.try_send(1));
  EXPECT_EQ(tx.len(), 1u);
  auto full = tx.try_send(2);
  ASSERT_TRUE(full);
  EXPECT_EQ(full->why, Why::kFull);
  EXPECT_EQ(full->value, 2);
  EXPECT_TRUE(rx.close());
  EXPECT_FALSE(tx.close()) << "it is closed already";
  EXPECT_TRUE(tx.is_closed());
  auto closed = tx.try_send(3);
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->why, Why::kClosed);
  EXPECT_EQ(*rx.try_recv(), 1) << "what was sent before is received";
  EXPECT_EQ(rx.try_recv().error(), NoValue::kClosed);
  EXPECT_EQ(rx.len(), 0u);
}

TEST(Mpmc, CapacityHasToBePossible) {
  EXPECT_THROW(mpmc::channel<int>(0), std::invalid_argument);
  EXPECT_THROW(mpmc::channel<int>(mpmc::Permits::kMaxCount + 1), std::invalid_argument);
}

// ---- who waits

Task<void> first_come_first_served() {
  auto [tx, rx] = mpmc::channel<int>(1);
  auto first = boxed([&rx = rx] { return rx.recv(); });
  auto second = boxed([&rx = rx] { return rx.recv(); });
  const bool first_at_once = co_await poll_once(*first);
  EXPECT_FALSE(first_at_once);
  const bool second_at_once = co_await poll_once(*second);
  EXPECT_FALSE(second_at_once);
  EXPECT_FALSE(tx.try_send(1));
  EXPECT_EQ(rx.try_recv().error(), NoValue::kEmpty) << "it is for who waits";
  const bool overtakes = co_await poll_once(*second);
  EXPECT_FALSE(overtakes);
  const std::optional<int> got = co_await *first;
  EXPECT_EQ(got, 1);

  // Senders likewise.
  EXPECT_FALSE(tx.try_send(2));
  const std::optional<int> of_second = co_await *second;
  EXPECT_EQ(of_second, 2);
  EXPECT_FALSE(tx.try_send(3));
  auto third = boxed([&tx = tx] { return tx.send(4); });
  const bool has_room = co_await poll_once(*third);
  EXPECT_FALSE(has_room);
  EXPECT_EQ(*rx.try_recv(), 3);
  auto overtaker = tx.try_send(5);
  EXPECT_TRUE(overtaker) << "the place is for who waits";
  const auto back = co_await *third;
  EXPECT_FALSE(back);
  EXPECT_EQ(*rx.try_recv(), 4);
}
TEST(Mpmc, WhoWaitsIsServedInTheOrderOfComing) { Runtime().block_on(first_come_first_served()); }

Task<void> gives_up() {
  auto [tx, rx] = mpmc::channel<int>(1);
  // Chosen and dropped: the value goes to the next.
  auto chosen = boxed([&rx = rx] { return rx.recv(); });
  auto next = boxed([&rx = rx] { return rx.recv(); });
  static_cast<void>(co_await poll_once(*chosen));
  static_cast<void>(co_await poll_once(*next));
  EXPECT_FALSE(tx.try_send(1));
  chosen.reset();
  const std::optional<int> got = co_await *next;
  EXPECT_EQ(got, 1);
  // Dropped while it waits: the value stays.
  auto waiting = boxed([&rx = rx] { return rx.recv(); });
  static_cast<void>(co_await poll_once(*waiting));
  waiting.reset();
  EXPECT_FALSE(tx.try_send(2));
  EXPECT_EQ(*rx.try_recv(), 2);
  // A sender that has got its place and is dropped passes that on.
  EXPECT_FALSE(tx.try_send(3));
  auto first = boxed([&tx = tx] { return tx.send(4); });
  auto second = boxed([&tx = tx] { return tx.send(5); });
  static_cast<void>(co_await poll_once(*first));
  static_cast<void>(co_await poll_once(*second));
  EXPECT_EQ(*rx.try_recv(), 3);
  first.reset();
  const auto back = co_await *second;
  EXPECT_FALSE(back);
  EXPECT_EQ(*rx.try_recv(), 5);
  EXPECT_EQ(rx.try_recv().error(), NoValue::kEmpty);
}
TEST(Mpmc, WhoGivesUpLosesNothing) { Runtime().block_on(gives_up()); }

// ---- the end

Task<void> closes_on_those_who_wait() {
  auto [tx, rx] = mpmc::channel<int>(1);
  EXPECT_FALSE(tx.try_send(1));
  auto sending = boxed([&tx = tx] { return tx.send(2); });
  auto granted = boxed([&tx = tx] { return tx.send(3); });
  static_cast<void>(co_await poll_once(*granted));
  static_cast<void>(co_await poll_once(*sending));
  EXPECT_EQ(*rx.try_recv(), 1);  // the place is the first one's, who does not know yet
  EXPECT_TRUE(tx.close());
  const auto first_back = co_await *granted;
  EXPECT_EQ(first_back, 3);
  const auto second_back = co_await *sending;
  EXPECT_EQ(second_back, 2);
  const std::optional<int> end = co_await rx.recv();
  EXPECT_FALSE(end);

  auto [other_tx, other_rx] = mpmc::channel<int>(2);
  auto first = boxed([&rx = other_rx] { return rx.recv(); });
  auto second = boxed([&rx = other_rx] { return rx.recv(); });
  static_cast<void>(co_await poll_once(*first));
  static_cast<void>(co_await poll_once(*second));
  EXPECT_FALSE(other_tx.try_send(7));
  { const auto last = std::move(other_tx); }
  // The value was meant for the first; closed, it is whose who comes.
  const std::optional<int> value = co_await *second;
  EXPECT_EQ(value, 7);
  const std::optional<int> nothing = co_await *first;
  EXPECT_FALSE(nothing);
}
TEST(Mpmc, CloseIsToldToWhoWaitsAndNothingSentIsLost) {
  Runtime().block_on(closes_on_those_who_wait());
}

TEST(Mpmc, ValuesThatNobodyTakesAreDestroyedWithTheLastReceiver) {
  int alive = 0;
  {
    auto [tx, rx] = mpmc::channel<Belonging>(3);
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(tx.try_send(Belonging(alive)));
    {
      const auto copy = rx;
      static_cast<void>(copy.try_recv());
    }
    EXPECT_EQ(alive, 2) << "one receiver is left";
    { const auto last = std::move(rx); }
    EXPECT_EQ(alive, 0);
    EXPECT_TRUE(tx.is_closed());
    EXPECT_TRUE(tx.try_send(Belonging(alive)));
  }
  EXPECT_EQ(alive, 0);
}

// ---- threads

Task<void> blocks_in_a_poll() {
  auto [tx, rx] = mpmc::channel<int>(1);
  EXPECT_THROW(static_cast<void>(tx.blocking_send(1)), std::logic_error);
  EXPECT_THROW(static_cast<void>(rx.blocking_recv()), std::logic_error);
  co_return;
}
TEST(Mpmc, BlockingFunctionsAreForThreadsThatPollNoTasks) {
  Runtime().block_on(blocks_in_a_poll());
  constexpr int kEach = 300;
  auto [tx, rx] = mpmc::channel<int>(2);
  std::vector<std::thread> threads;
  std::atomic<int> sum{0}, count{0};
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([tx = tx] {
      for (int n = 1; n <= kEach; ++n) EXPECT_FALSE(tx.blocking_send(n));
    });
    threads.emplace_back([rx = rx, &sum, &count] {
      while (const std::optional<int> got = rx.blocking_recv()) {
        sum += *got;
        ++count;
      }
    });
  }
  { const auto last = std::move(tx); }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, 2 * kEach);
  EXPECT_EQ(sum, kEach * (kEach + 1));
}

// ---- the record

Task<void> one_value() {
  auto [tx, rx] = mpmc::channel<int>(1);
  auto waiting = boxed([&rx = rx] { return rx.recv(); });
  static_cast<void>(co_await poll_once(*waiting));
  static_cast<void>(co_await tx.send(1));
  const std::optional<int> got = co_await *waiting;
  EXPECT_EQ(got, 1);
}
TEST(Mpmc, IsAResourceAndItsWaitsAreOpsThatSayWhomTheyWake) {
  test::Recorder recorder;
  Runtime().block_on(one_value());
  EXPECT_THAT(recorder.fields("R2"),
              testing::StartsWith("concrete_type=\"mpmc::Sender|Receiver\" kind=\"Sync\""));
  EXPECT_EQ(recorder.fields("O3"), "source=\"Receiver::recv\"");
  EXPECT_EQ(recorder.fields("O5"), "source=\"Sender::send\"");
  EXPECT_EQ(recorder.between("R2 O5 P6 | new", "R2 O5 P6 | exit"),
            "R2 O5 P6 | new\n"
            "R2 | enter\n"
            "R2 O5 | enter\n"
            "R2 O5 P6 | enter\n"
            "R2 O5 P6 | state_update len=1 len.op=\"add\"\n"
            "R2 O5 P6 | wake(T1)\n"
            "R2 O5 P6 | poll_op poll_send true\n"
            "R2 O5 P6 | exit\n");
  EXPECT_EQ(recorder.count("state_update len=1 len.op=\"sub\""), 1);
  EXPECT_EQ(recorder.count("state_update closed=true closed.op=\"override\""), 1);
}

}  // namespace
}  // namespace ari

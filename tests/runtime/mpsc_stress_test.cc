// mpsc on several threads, with everything that senders and receivers can do at random.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/flavours.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

namespace mpsc = sync::mpsc;
using sync::NoValue;
using test::boxed;
using test::poll_once;

// A value that says where it is from, and counts how many of its kind there are.
class Item {
 public:
  Item(int sender, int number, std::atomic<int>& alive) noexcept
      : sender_(sender), number_(number), alive_(&alive) {
    ++*alive_;
  }
  Item(Item&& other) noexcept
      : sender_(other.sender_), number_(other.number_), alive_(other.alive_) {
    ++*alive_;
  }
  Item& operator=(Item&&) = delete;
  ~Item() { --*alive_; }

  int sender() const noexcept { return sender_; }
  int number() const noexcept { return number_; }

 private:
  int sender_;
  int number_;
  std::atomic<int>* alive_;
};

using Random = std::minstd_rand;

struct Totals {
  std::atomic<int> alive{0};
  std::atomic<int> sent{0};
};

// Sends in every way that there is, and gives up now and then.
Task<void> sends_at_random(mpsc::Sender<Item> tx, int sender, unsigned seed, Totals& totals) {
  Random random(seed);
  for (int number = 0; number < 150; ++number) {
    Item item(sender, number, totals.alive);
    switch (random() % 8) {
      case 0: {
        const auto refused = tx.try_send(std::move(item));
        if (!refused) ++totals.sent;
        break;
      }
      case 1: {
        auto permit = co_await tx.reserve();
        if (permit && random() % 4 != 0) {
          std::move(*permit).send(std::move(item));
          ++totals.sent;
        }
        break;
      }
      case 2: {
        auto send = boxed([&] { return tx.send(std::move(item)); });
        const bool ready = co_await poll_once(*send);
        if (ready && !send->result()) ++totals.sent;
        if (random() % 2 == 0) co_await task::yield_now();
        break;
      }
      default: {
        const auto refused = co_await tx.send(std::move(item));
        if (!refused) ++totals.sent;
      }
    }
    if (random() % 16 == 0) {
      const auto copy = tx;
      co_await task::yield_now();
    }
  }
}

Task<int> receives_at_random(mpsc::Receiver<Item> rx, int senders, unsigned seed) {
  Random random(seed);
  std::vector<int> last(static_cast<std::size_t>(senders), -1);
  int received = 0;
  bool open = random() % 2 == 0;  // or closes on the way
  while (true) {
    if (!open && received == 100) rx.close();
    std::optional<Item> got;
    switch (random() % 4) {
      case 0: {
        auto tried = rx.try_recv();
        if (tried)
          got.emplace(std::move(*tried));
        else if (tried.error() == NoValue::kClosed)
          co_return received;
        else
          co_await task::yield_now();
        break;
      }
      case 1: {
        auto recv = rx.recv();
        const bool ready = co_await poll_once(recv);
        if (!ready) break;  // cancelled
        std::optional<Item> result = recv.result();
        if (!result) co_return received;
        got.emplace(std::move(*result));
        break;
      }
      default: {
        std::optional<Item> result = co_await rx.recv();
        if (!result) co_return received;
        got.emplace(std::move(*result));
      }
    }
    if (!got) continue;
    ++received;
    int& before = last[static_cast<std::size_t>(got->sender())];
    EXPECT_GT(got->number(), before) << "a sender's values have changed places";
    before = got->number();
  }
}

Task<int> joins(JoinHandle<int> handle) {
  const int result = co_await handle;
  co_return result;
}

TEST(MpscStress, EveryValueSentIsReceivedOnceAndInItsSendersOrder) {
  constexpr int kSenders = 3;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Totals totals;
    int received = 0;
    {
      auto [tx, rx] = mpsc::channel<Item>(1 + seed % 4);
      std::vector<std::thread> threads;
      for (int i = 0; i < kSenders; ++i) {
        threads.emplace_back([sender = tx, i, seed, &totals]() mutable {
          Runtime().block_on(
              sends_at_random(std::move(sender), i, seed * 10 + static_cast<unsigned>(i), totals));
        });
      }
      { const auto last = std::move(tx); }
      received = Runtime().block_on(receives_at_random(std::move(rx), kSenders, seed));
      for (std::thread& thread : threads) thread.join();
    }
    EXPECT_EQ(received, totals.sent);
    EXPECT_EQ(totals.alive, 0);
    if (HasFailure()) return;
  }
}

// The same with all of them on two workers, which steal them from each other.
TEST(MpscStress, EveryValueSentIsReceivedOnceOnTwoWorkers) {
  constexpr int kSenders = 4;
  for (unsigned seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Totals totals;
    int received = 0;
    {
      Runtime runtime = test::multi_thread(2);
      auto [tx, rx] = mpsc::channel<Item>(1 + seed % 4);
      for (int i = 0; i < kSenders; ++i) {
        static_cast<void>(
            runtime.spawn(sends_at_random(tx, i, seed * 10 + static_cast<unsigned>(i), totals)));
      }
      { const auto last = std::move(tx); }
      auto receiving = runtime.spawn(receives_at_random(std::move(rx), kSenders, seed));
      received = runtime.block_on(joins(std::move(receiving)));
    }
    EXPECT_EQ(received, totals.sent);
    EXPECT_EQ(totals.alive, 0);
    if (HasFailure()) return;
  }
}

TEST(MpscStress, UnboundedSendersOnThreeThreadsKeepTheirOrder) {
  constexpr int kSenders = 3;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Totals totals;
    int received = 0;
    {
      auto [tx, rx] = mpsc::unbounded_channel<Item>();
      std::vector<std::thread> threads;
      for (int i = 0; i < kSenders; ++i) {
        threads.emplace_back([sender = tx, i, &totals] {
          for (int number = 0; number < 300; ++number) {
            if (!sender.send(Item(i, number, totals.alive))) ++totals.sent;
          }
        });
      }
      { const auto last = std::move(tx); }
      received = Runtime().block_on(receives_at_random(std::move(rx), kSenders, seed));
      for (std::thread& thread : threads) thread.join();
    }
    EXPECT_EQ(received, totals.sent);
    EXPECT_EQ(totals.alive, 0);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace ari

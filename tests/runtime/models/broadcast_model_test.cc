// A broadcast channel against a model of it: receivers that come and go, lag, wait, and give up in
// any order while values are sent.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/models/chances.h"
#include "tests/runtime/models/runs.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

using namespace sync;
using test::take_any;
using Position = std::shared_ptr<const std::uint64_t>;  // its position; so it is seen to be kept

class BroadcastRun {
 public:
  explicit BroadcastRun(unsigned seed) : chances_(seed), capacity_(1 + chances_.below(4)) {
    auto ends = broadcast::channel<Position>(capacity_);
    tx_.emplace(std::move(ends.first));
    end_of(0, std::move(ends.second));
  }

  Task<void> run(const test::Ledger* ledger) {
    for (int step = 0; step < 300; ++step) {
      const std::size_t what = chances_.below(100);
      if (what < 30) {
        send();
      } else if (what < 70 && !ends_.empty()) {
        co_await receives(*ends_[chances_.below(ends_.size())]);
      } else {
        act(what);
      }
      check(ledger);
      if (testing::Test::HasFailure()) co_return;
      co_await task::yield_now();
    }
  }

 private:
  struct End {
    std::uint64_t next;  // what it gets next
    broadcast::Receiver<Position> receiver;
    std::unique_ptr<broadcast::Recv<Position>> recv;
  };
  void end_of(std::uint64_t next, broadcast::Receiver<Position> receiver) {
    ends_.push_back(std::unique_ptr<End>(new End{next, std::move(receiver), nullptr}));
  }

  std::uint64_t oldest() const { return sent_ < capacity_ ? 0 : sent_ - capacity_; }

  void send() {
    if (!tx_) return;
    const auto value = std::make_shared<const std::uint64_t>(sent_);
    EXPECT_EQ(tx_->send(value), ends_.size());
    if (ends_.empty()) return;  // nobody got it, and it has no position
    values_.push_back(value);
    ++sent_;
  }

  void expect(End& end, const Received<Position>& got) {
    if (end.next == sent_) {
      EXPECT_FALSE(got.has_value());
      EXPECT_EQ(got.error(), tx_ ? NoValue::kEmpty : NoValue::kClosed);
    } else if (end.next < oldest()) {
      EXPECT_FALSE(got.has_value());
      EXPECT_EQ(got.error(), NoValue::kLagged);
      EXPECT_EQ(got.missed(), oldest() - end.next);
      end.next = oldest();
    } else {
      ASSERT_TRUE(got.has_value());
      EXPECT_EQ(**got, end.next);
      ++end.next;
    }
  }

  Task<void> receives(End& end) {
    if (end.recv != nullptr && chances_.one_in(5)) {
      end.recv.reset();
      co_return;
    }
    if (end.recv == nullptr && chances_.one_in(3)) {
      expect(end, end.receiver.try_recv());
      co_return;
    }
    if (end.recv == nullptr) end.recv = test::boxed([&] { return end.receiver.recv(); });
    const bool starved = chances_.one_in(6);
    const bool want = !starved && (end.next != sent_ || !tx_);
    const bool told = co_await test::poll_with(*end.recv, starved);
    EXPECT_EQ(told, want);
    if (!told) co_return;
    expect(end, end.recv->result());
    end.recv.reset();
  }

  void act(std::size_t what) {
    if (what < 78) {
      if (tx_) end_of(sent_, tx_->subscribe());
    } else if (what < 84) {
      if (!ends_.empty()) {
        end_of(sent_, ends_[chances_.below(ends_.size())]->receiver.resubscribe());
      }
    } else if (what < 97) {
      if (ends_.empty()) return;
      const auto gone = take_any(ends_, chances_);
      gone->recv.reset();
    } else if (chances_.one_in(6)) {
      tx_.reset();
    }
  }

  // The values that are kept are those that somebody has yet to get.
  void check(const test::Ledger* ledger) {
    std::size_t kept = 0, waits = 0;
    std::uint64_t first = sent_;
    for (const auto& end : ends_) {
      first = std::min(first, std::max(end->next, oldest()));
      waits += end->recv != nullptr;
      EXPECT_EQ(end->receiver.len(), sent_ - end->next);
    }
    for (std::uint64_t i = 0; i < sent_; ++i) {
      const bool is_kept = i >= first;
      EXPECT_EQ(values_[i].expired(), !is_kept) << "value " << i;
      kept += is_kept;
    }
    if (tx_) {
      EXPECT_EQ(tx_->len(), kept);
    }
    if (tx_) {
      EXPECT_EQ(tx_->receiver_count(), ends_.size());
    }
    ledger->expect_open_ops(waits);
    if (!tx_ && ends_.empty()) return;  // nothing is left of it
    ledger->expect_attribute("len", static_cast<std::int64_t>(kept));
    ledger->expect_attribute("rx_count", static_cast<std::int64_t>(ends_.size()));
    ledger->expect_attribute("tx_count", tx_ ? 1 : 0);
  }

  test::Chances chances_;
  const std::size_t capacity_;
  std::uint64_t sent_ = 0;
  std::vector<std::weak_ptr<const std::uint64_t>> values_;
  std::optional<broadcast::Sender<Position>> tx_;
  std::vector<std::unique_ptr<End>> ends_;
};

TEST(BroadcastModel, ReceiversGetWhatTheModelSays) { test::runs<BroadcastRun>(200); }

}  // namespace
}  // namespace ari

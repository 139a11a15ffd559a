// A bounded mpsc channel against a model of it: sends, permits of every kind and receives that are
// polled, given up or served in any order, with the ends closed and dropped in between.
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/models/chances.h"
#include "tests/runtime/models/line.h"
#include "tests/runtime/models/runs.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

using namespace sync;
using test::boxed;
using test::take_any;

class MpscRun {
 public:
  explicit MpscRun(unsigned seed)
      : chances_(seed), capacity_(1 + chances_.below(4)), line_(capacity_) {
    auto ends = mpsc::channel<int>(capacity_);
    tx_.emplace(std::move(ends.first));
    rx_.emplace(std::move(ends.second));
  }

  Task<void> run(const test::Ledger* ledger) {
    for (int step = 0; step < 400; ++step) {
      const std::size_t what = chances_.below(100);
      if (what < 20) {
        begin();
      } else if (what < 45 && !waits_.empty()) {
        co_await polls();
      } else if (what < 65) {
        co_await receives();
      } else {
        act(what);
      }
      check();
      if (tx_ || rx_) tells(*ledger);
      ledger->expect_open_ops(waits_.size() + (recv_ != nullptr) + (recv_many_ != nullptr));
      if (testing::Test::HasFailure()) co_return;
      co_await task::yield_now();
    }
  }

 private:
  using Send = std::unique_ptr<mpsc::Send<int>>;
  using Reserve = std::unique_ptr<mpsc::Reserve<int>>;
  using ReserveMany = std::unique_ptr<mpsc::ReserveMany<int>>;
  using ReserveOwned = std::unique_ptr<mpsc::ReserveOwned<int>>;
  struct Wait {
    int who;
    std::size_t wanted;
    int value;  // of a send
    std::variant<Send, Reserve, ReserveMany, ReserveOwned> future;
  };

  void begin() {
    if (!tx_) return;
    const int who = next_++;
    switch (chances_.below(4)) {
      case 0: {
        const int value = next_value_++;
        waits_.push_back({who, 1, value, boxed([&] { return tx_->send(value); })});
        break;
      }
      case 1:
        waits_.push_back({who, 1, 0, boxed([&] { return tx_->reserve(); })});
        break;
      case 2: {
        const std::size_t wanted = chances_.below(capacity_ + 2);
        waits_.push_back({who, wanted, 0, boxed([&] { return tx_->reserve_many(wanted); })});
        break;
      }
      default:
        waits_.push_back(
            {who, 1, 0, boxed([&] { return mpsc::Sender<int>(*tx_).reserve_owned(); })});
    }
  }

  // What is to come of one that is polled with budget left; nothing: it goes on waiting.
  std::optional<bool> outcome(const Wait& wait) {
    if (wait.wanted > capacity_) return false;
    if (closed_) {
      if (line_.has.contains(wait.who)) line_.leave(wait.who);
      return false;
    }
    if (!line_.has.contains(wait.who)) line_.arrive(wait.who, wait.wanted);
    if (!line_.is_served(wait.who)) return std::nullopt;
    line_.forget(wait.who);
    return true;
  }

  Task<void> polls() {
    const std::size_t which = chances_.below(waits_.size());
    const bool starved = chances_.one_in(6);
    const std::optional<bool> want = starved ? std::nullopt : outcome(waits_[which]);
    bool told = false;
    if (auto* send = std::get_if<Send>(&waits_[which].future)) {
      told = co_await test::poll_with(**send, starved);
    } else if (auto* one = std::get_if<Reserve>(&waits_[which].future)) {
      told = co_await test::poll_with(**one, starved);
    } else if (auto* many = std::get_if<ReserveMany>(&waits_[which].future)) {
      told = co_await test::poll_with(**many, starved);
    } else {
      told = co_await test::poll_with(*std::get<ReserveOwned>(waits_[which].future), starved);
    }
    EXPECT_EQ(told, want.has_value());
    if (!told || !want) co_return;
    const Wait ended = std::move(waits_[which]);
    waits_.erase(waits_.begin() + static_cast<std::ptrdiff_t>(which));
    end(ended, *want);
  }

  void end(const Wait& ended, bool succeeds) {
    if (auto* send = std::get_if<Send>(&ended.future)) {
      const std::optional<int> back = (*send)->result();
      EXPECT_EQ(back, succeeds ? std::nullopt : std::optional(ended.value));
      if (succeeds) put(ended.value);
    } else if (auto* one = std::get_if<Reserve>(&ended.future)) {
      auto permit = (*one)->result();
      EXPECT_EQ(permit.has_value(), succeeds);
      if (permit) permits_.push_back(*std::move(permit));
    } else if (auto* many = std::get_if<ReserveMany>(&ended.future)) {
      auto permits = (*many)->result();
      EXPECT_EQ(permits.has_value(), succeeds);
      if (!permits) return;
      EXPECT_EQ(permits->size(), ended.wanted);
      while (auto permit = permits->next()) permits_.push_back(*std::move(permit));
    } else {
      auto permit = std::get<ReserveOwned>(ended.future)->result();
      EXPECT_EQ(permit.has_value(), succeeds);
      if (permit) owned_.push_back(*std::move(permit));
    }
  }

  // With a place that is taken already.
  void put(int value) {
    if (rx_) values_.push_back(value);
  }

  bool is_over() const { return (closed_ || senders() == 0) && line_.free == capacity_; }
  std::size_t senders() const {
    std::size_t waiting = 0;
    for (const Wait& wait : waits_) waiting += std::holds_alternative<ReserveOwned>(wait.future);
    return (tx_ ? 1 : 0) + owned_.size() + waiting;
  }

  std::optional<int> take() {
    if (values_.empty()) return std::nullopt;
    const int value = values_.front();
    values_.pop_front();
    line_.release(1);
    return value;
  }

  Task<void> receives() {
    if (!rx_) co_return;
    const bool starved = chances_.one_in(6);
    const std::size_t what = chances_.below(10);
    if (what < 2) {
      const bool over = is_over();
      const auto got = rx_->try_recv();
      const auto want = take();
      EXPECT_EQ(got.has_value(), want.has_value());
      if (got && want) {
        EXPECT_EQ(*got, *want);
      }
      if (!got) {
        EXPECT_EQ(got.error(), over ? NoValue::kClosed : NoValue::kEmpty);
      }
    } else if (what < 4) {
      recv_.reset();
      recv_many_.reset();
    } else if (what < 8 && recv_many_ == nullptr) {
      if (recv_ == nullptr) recv_ = boxed([&] { return rx_->recv(); });
      const bool want = !starved && (!values_.empty() || is_over());
      const bool told = co_await test::poll_with(*recv_, starved);
      EXPECT_EQ(told, want);
      if (!told) co_return;
      const std::optional<int> got = recv_->result();
      EXPECT_EQ(got, take());
      recv_.reset();
    } else if (recv_ == nullptr) {
      if (recv_many_ == nullptr) recv_many_ = boxed([&] { return rx_->recv_many(many_, 3); });
      const bool want = !starved && (!values_.empty() || is_over());
      const bool told = co_await test::poll_with(*recv_many_, starved);
      EXPECT_EQ(told, want);
      if (!told) co_return;
      EXPECT_EQ(recv_many_->result(), std::min<std::size_t>(3, values_.size()));
      for (const int got : many_) EXPECT_EQ(got, take());
      many_.clear();
      recv_many_.reset();
    }
  }

  void act(std::size_t what) {
    if (what < 72) {
      if (waits_.empty()) return;
      const Wait gone = take_any(waits_, chances_);
      if (line_.has.contains(gone.who)) line_.leave(gone.who);
    } else if (what < 78) {
      if (permits_.empty()) return;
      const int value = next_value_++;
      take_any(permits_, chances_).send(value);
      put(value);
    } else if (what < 82) {
      if (permits_.empty()) return;
      { const auto gone = take_any(permits_, chances_); }
      line_.release(1);
    } else if (what < 86) {
      if (owned_.empty()) return;
      auto permit = take_any(owned_, chances_);
      if (chances_.one_in(2)) {
        const int value = next_value_++;
        static_cast<void>(std::move(permit).send(value));
        put(value);
      } else {
        static_cast<void>(std::move(permit).release());
        line_.release(1);
      }
    } else if (what < 90) {
      tries_to_send();
    } else if (what < 94) {
      if (!tx_) return;
      const std::size_t wanted = chances_.below(capacity_ + 1);
      auto got = tx_->try_reserve_many(wanted);
      EXPECT_EQ(got.has_value(), !closed_ && line_.free >= wanted);
      if (got) line_.free -= wanted;
      while (auto permit = got ? got->next() : std::nullopt) permits_.push_back(*std::move(permit));
    } else if (chances_.one_in(12)) {
      ends(what);
    }
  }

  void tries_to_send() {
    if (!tx_) return;
    const int value = next_value_++;
    const auto refused = tx_->try_send(value);
    using Why = mpsc::Refused<int>::Why;
    if (closed_ || line_.free == 0) {
      ASSERT_TRUE(refused.has_value());
      EXPECT_EQ(refused->why, closed_ ? Why::kClosed : Why::kFull);
      EXPECT_EQ(refused->value, value);
    } else {
      EXPECT_FALSE(refused.has_value());
      --line_.free;
      put(value);
    }
  }

  void ends(std::size_t what) {
    if (what < 96) {
      if (!rx_) return;
      rx_->close();
      close();
    } else if (what < 98) {
      if (waits_.empty()) tx_.reset();
    } else {
      recv_.reset();
      recv_many_.reset();
      rx_.reset();
      values_.clear();
      close();
    }
  }
  void close() {
    closed_ = true;
    line_.close();
  }

  void tells(const test::Ledger& ledger) {
    ledger.expect_attribute("len", static_cast<std::int64_t>(values_.size()));
    ledger.expect_attribute("closed", closed_ ? 1 : 0);
    ledger.expect_attribute("tx_count", static_cast<std::int64_t>(senders()));
    if (rx_) ledger.expect_attribute("permits", static_cast<std::int64_t>(line_.free));
  }

  void check() {
    if (tx_ && rx_) {
      EXPECT_EQ(tx_->capacity(), line_.free);
    }
    if (tx_) {
      EXPECT_EQ(tx_->is_closed(), closed_);
    }
    if (!rx_) return;
    EXPECT_EQ(rx_->len(), values_.size());
    EXPECT_EQ(rx_->sender_strong_count(), senders());
  }

  test::Chances chances_;
  const std::size_t capacity_;
  test::Line line_;
  std::deque<int> values_;
  bool closed_ = false;
  int next_ = 0;
  int next_value_ = 0;
  std::optional<mpsc::Sender<int>> tx_;
  std::optional<mpsc::Receiver<int>> rx_;
  std::vector<Wait> waits_;
  std::vector<mpsc::Permit<int>> permits_;
  std::vector<mpsc::OwnedPermit<int>> owned_;
  std::vector<int> many_;
  std::unique_ptr<mpsc::Recv<int>> recv_;
  std::unique_ptr<mpsc::RecvMany<int>> recv_many_;
};

TEST(MpscModel, SendsPermitsAndReceivesAreServedAsTheModelSays) { test::runs<MpscRun>(400); }

}  // namespace
}  // namespace ari

// Oneshot channels, one after the other, against a model of them: both ends polled, closed, moved
// and dropped in any order, whoever comes first.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "runtime/ari.h"
#include "tests/runtime/models/alarm.h"
#include "tests/runtime/models/chances.h"
#include "tests/runtime/models/runs.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

using namespace sync;
using Value = std::shared_ptr<const int>;  // so that it is seen to be kept, and no longer

class OneshotRun {
 public:
  explicit OneshotRun(unsigned seed) : chances_(seed) {}

  Task<void> run(const test::Ledger* ledger) {
    for (int step = 0; step < 400; ++step) {
      if (!sender_ && !receiver_) begin();
      if (receiver_ && chances_.one_in(2)) {
        co_await receiving();
      } else if (sender_) {
        co_await sending();
      }
      co_await task::yield_now();
      check(*ledger);
      if (testing::Test::HasFailure()) co_return;
    }
  }

 private:
  void begin() {
    auto ends = oneshot::channel<Value>();
    sender_.emplace(std::move(ends.first));
    receiver_.emplace(std::move(ends.second));
    is_done_ = is_closed_ = is_spent_ = false;
    received_waits_ = closed_waits_ = nullptr;
    value_.reset();
  }

  // What the receiver gets now; nothing: the end. It is spent then.
  void expect(const std::optional<Value>& got) {
    EXPECT_EQ(got.has_value(), !value_.expired());
    if (got && !value_.expired()) {
      EXPECT_EQ(*got, value_.lock());
    }
    is_spent_ = true;
  }

  Task<void> receiving() {
    switch (chances_.below(8)) {
      case 0:
        if (!chances_.one_in(3)) break;
        receiver_.reset();
        is_closed_ = is_closed_ || !is_spent_;
        break;
      case 1:
        if (!chances_.one_in(3)) break;
        receiver_->close();
        received_waits_ = nullptr;  // nobody is told of what it does itself
        is_closed_ = is_closed_ || !is_spent_;
        break;
      case 2: {
        oneshot::Receiver<Value> moved = *std::move(receiver_);
        receiver_.emplace(std::move(moved));
        break;
      }
      case 3: {
        const bool is_over = is_spent_ || is_done_ || is_closed_;
        const bool has_value = !is_spent_ && !value_.expired();
        auto got = receiver_->try_recv();
        EXPECT_EQ(got.has_value(), has_value);
        if (!got) {
          EXPECT_EQ(got.error(), is_over ? NoValue::kClosed : NoValue::kEmpty);
        }
        if (is_over && !is_spent_) expect(got ? std::optional(*std::move(got)) : std::nullopt);
        break;
      }
      default:
        co_await polls();
    }
  }
  Task<void> polls() {
    const bool starved = chances_.one_in(6) && !is_spent_;
    const bool want = is_spent_ || (!starved && (is_done_ || is_closed_));
    test::Alarm& alarm = alarms_[chances_.below(2)];
    const bool told = co_await test::poll_with(*receiver_, alarm, starved);
    EXPECT_EQ(told, want);
    if (!told) {
      if (!starved) received_waits_ = &alarm;
    } else if (is_spent_) {
      EXPECT_THROW(static_cast<void>(receiver_->result()), std::logic_error);
    } else {
      expect(receiver_->result());
      received_waits_ = nullptr;
    }
  }

  Task<void> sending() {
    switch (chances_.below(6)) {
      case 0: {
        if (!chances_.one_in(2)) break;
        closed_.reset();
        auto value = std::make_shared<const int>(next_++);
        value_ = value;
        const std::optional<Value> back = sender_->send(std::move(value));
        EXPECT_EQ(back.has_value(), is_closed_);
        sender_.reset();
        is_done_ = true;
        break;
      }
      case 1:
        if (!chances_.one_in(3)) break;
        closed_.reset();
        sender_.reset();
        is_done_ = true;
        break;
      case 2:
        closed_.reset();
        closed_waits_ = nullptr;
        break;
      default:
        EXPECT_EQ(sender_->is_closed(), is_closed_);
        if (!closed_) closed_ = test::boxed([&] { return sender_->closed(); });
        co_await polls_closed();
    }
  }
  Task<void> polls_closed() {
    const bool starved = chances_.one_in(6);
    test::Alarm& alarm = alarms_[2 + chances_.below(2)];
    const bool told = co_await test::poll_with(*closed_, alarm, starved);
    EXPECT_EQ(told, !starved && is_closed_);
    if (told) {
      closed_.reset();
      closed_waits_ = nullptr;
    } else if (!starved) {
      closed_waits_ = &alarm;
    }
  }

  void check(const test::Ledger& ledger) const {
    const bool is_wanted = receiver_.has_value() && !is_spent_;
    EXPECT_TRUE(value_.expired() || is_wanted) << "a value that nobody can get is kept";
    const bool is_sent = received_waits_ != nullptr && receiver_ && is_done_;
    const bool is_unwanted = closed_waits_ != nullptr && sender_ && is_closed_;
    EXPECT_TRUE(!is_sent || received_waits_->has_rung()) << "a value that is not told";
    EXPECT_TRUE(!is_unwanted || closed_waits_->has_rung()) << "a close that is not told";
    ledger.expect_open_ops("Receiver::await", receiver_.has_value());
    ledger.expect_open_ops("Sender::closed", closed_ != nullptr);
    if (!sender_ && !receiver_) return;
    ledger.expect_attribute("rx_dropped", is_closed_);
  }

  test::Chances chances_;
  int next_ = 0;
  std::array<test::Alarm, 4> alarms_;
  // Of the channel of now.
  std::optional<oneshot::Sender<Value>> sender_;
  std::optional<oneshot::Receiver<Value>> receiver_;
  std::unique_ptr<oneshot::Closed> closed_;
  std::weak_ptr<const int> value_;         // that was sent
  bool is_done_ = false;                   // the sender has sent or gone
  bool is_closed_ = false;                 // the receiver has
  bool is_spent_ = false;                  // the receiver has got the value, or the end
  test::Alarm* received_waits_ = nullptr;  // of the last poll, if that was pending
  test::Alarm* closed_waits_ = nullptr;
};

TEST(OneshotModel, TheValueIsWhereTheModelSays) { test::runs<OneshotRun>(200); }

}  // namespace
}  // namespace ari

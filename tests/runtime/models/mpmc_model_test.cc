// An mpmc channel against a model of it: sends and receives of several ends that are polled, given
// up or served in any order, and closed in between.
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>
#include <utility>
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

class MpmcRun {
 public:
  explicit MpmcRun(unsigned seed)
      : chances_(seed), places_(1 + chances_.below(3)), ends_(mpmc::channel<int>(places_.free)) {}

  Task<void> run(const test::Ledger* ledger) {
    for (int step = 0; step < 300; ++step) {
      const std::size_t what = chances_.below(100);
      if (what < 14) {
        const int value = next_value_++;
        sends_.push_back({next_++, value, boxed([&] { return ends_.first.send(value); })});
      } else if (what < 28) {
        receives_.push_back({next_++, 0, boxed([&] { return ends_.second.recv(); })});
      } else if (what < 48 && !sends_.empty()) {
        co_await polls_send();
      } else if (what < 70 && !receives_.empty()) {
        co_await polls_receive();
      } else {
        act(what);
      }
      EXPECT_EQ(ends_.second.len(), values_.size());
      EXPECT_EQ(ends_.first.is_closed(), closed_);
      ledger->expect_open_ops(sends_.size() + receives_.size());
      ledger->expect_attribute("len", static_cast<std::int64_t>(values_.size()));
      ledger->expect_attribute("closed", closed_ ? 1 : 0);
      if (testing::Test::HasFailure()) co_return;
      co_await task::yield_now();
    }
  }

 private:
  template <class F>
  struct Wait {
    int who;
    int value;
    std::unique_ptr<F> future;
  };
  using Sends = std::vector<Wait<mpmc::Send<int>>>;
  using Receives = std::vector<Wait<mpmc::Recv<int>>>;

  // Whether one who is polled gets on: with a permit, or because the channel is closed.
  bool advance(test::Line& line, int who) {
    if (closed_) {
      if (line.has.contains(who)) line.leave(who);
      return true;
    }
    if (!line.has.contains(who)) line.arrive(who, 1);
    if (!line.is_served(who)) return false;
    line.forget(who);
    return true;
  }
  void put(int value) {
    values_.push_back(value);
    there_.release(1);
  }
  std::optional<int> take() {
    if (values_.empty()) return std::nullopt;
    const int value = values_.front();
    values_.pop_front();
    places_.release(1);
    return value;
  }

  Task<void> polls_send() {
    const std::size_t which = chances_.below(sends_.size());
    const bool starved = chances_.one_in(6);
    const bool want = !starved && advance(places_, sends_[which].who);
    const bool told = co_await test::poll_with(*sends_[which].future, starved);
    EXPECT_EQ(told, want);
    if (!told) co_return;
    const int value = sends_[which].value;
    const std::optional<int> back = sends_[which].future->result();
    EXPECT_EQ(back, closed_ ? std::optional(value) : std::nullopt);
    if (!closed_) put(value);
    sends_.erase(sends_.begin() + static_cast<std::ptrdiff_t>(which));
  }

  Task<void> polls_receive() {
    const std::size_t which = chances_.below(receives_.size());
    const bool starved = chances_.one_in(6);
    const bool want = !starved && advance(there_, receives_[which].who);
    const bool told = co_await test::poll_with(*receives_[which].future, starved);
    EXPECT_EQ(told, want);
    if (!told) co_return;
    EXPECT_EQ(receives_[which].future->result(), take());
    receives_.erase(receives_.begin() + static_cast<std::ptrdiff_t>(which));
  }

  template <class Waits>
  void gives_up(Waits& waits, test::Line& line) {
    if (waits.empty()) return;
    auto gone = take_any(waits, chances_);
    gone.future.reset();
    if (line.has.contains(gone.who)) line.leave(gone.who);
  }

  void act(std::size_t what) {
    if (what < 76) {
      gives_up(sends_, places_);
    } else if (what < 82) {
      gives_up(receives_, there_);
    } else if (what < 90) {
      const int value = next_value_++;
      const auto refused = ends_.first.try_send(value);
      EXPECT_EQ(refused.has_value(), closed_ || places_.free == 0);
      if (refused) return;
      --places_.free;
      put(value);
    } else if (what < 98) {
      const bool may_take = closed_ || there_.free > 0;
      const auto got = ends_.second.try_recv();
      if (may_take && !closed_) --there_.free;
      const auto want = may_take ? take() : std::nullopt;
      EXPECT_EQ(got.has_value(), want.has_value());
      if (got && want) {
        EXPECT_EQ(*got, *want);
      }
      if (!got) {
        EXPECT_EQ(got.error(), closed_ ? NoValue::kClosed : NoValue::kEmpty);
      }
    } else if (chances_.one_in(4)) {
      EXPECT_EQ(ends_.first.close(), !closed_);
      closed_ = true;
      places_.close();
      there_.close();
    }
  }

  test::Chances chances_;
  test::Line places_;
  test::Line there_{0};  // of the values that are there
  std::deque<int> values_;
  bool closed_ = false;
  int next_ = 0;
  int next_value_ = 0;
  std::pair<mpmc::Sender<int>, mpmc::Receiver<int>> ends_;
  Sends sends_;
  Receives receives_;
};

TEST(MpmcModel, SendsAndReceivesAreServedAsTheModelSays) { test::runs<MpmcRun>(400); }

}  // namespace
}  // namespace ari

// A watch channel against a model of it: senders and receivers that are copied and dropped, changes
// of every kind, and waits that are polled, given up or served in any order.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/models/alarm.h"
#include "tests/runtime/models/chances.h"
#include "tests/runtime/models/runs.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

using namespace sync;
using test::boxed;
using test::take_any;
using Value = std::shared_ptr<const int>;  // so that it is seen which are kept

// What a wait_for() waits for. Some values it does not stand.
class Holds {
 public:
  explicit Holds(int rest) noexcept : rest_(rest) {}
  bool operator()(const Value& value) const {
    if (is_stood(*value)) return *value % 4 == rest_;
    throw std::runtime_error("not this one");
  }
  static bool is_stood(int value) { return value % 11 != 10; }
  bool ends_with(int value) const { return !is_stood(value) || value % 4 == rest_; }

 private:
  int rest_;
};

class WatchRun {
 public:
  explicit WatchRun(unsigned seed) : chances_(seed) {
    auto ends = watch::channel(make_value());
    senders_.push_back(box(std::move(ends.first)));
    receivers_.push_back(box(std::move(ends.second), 0));
  }

  Task<void> run(const test::Ledger* ledger) {
    for (int step = 0; step < 300; ++step) {
      const std::size_t what = chances_.below(100);
      if (what < 40 && !receivers_.empty()) {
        co_await waits(*receivers_[chances_.below(receivers_.size())]);
      } else if (what < 46 && !senders_.empty()) {
        co_await waits_for_close(*senders_[chances_.below(senders_.size())]);
      } else if (what < 66 && !senders_.empty()) {
        changes(senders_[chances_.below(senders_.size())]->end);
      } else if (what < 82 && !receivers_.empty()) {
        looks(*receivers_[chances_.below(receivers_.size())]);
      } else {
        comes_or_goes(what);
      }
      co_await task::yield_now();
      check(*ledger);
      if (testing::Test::HasFailure()) co_return;
    }
  }

 private:
  struct Sending {
    watch::Sender<Value> end;
    std::unique_ptr<watch::Closed> closed;
    test::Alarm alarm;
    bool waits = false;
  };
  struct Receiving {
    watch::Receiver<Value> end;
    int seen;  // which version; another than any if it is to be seen as changed
    std::unique_ptr<watch::Changed<Value>> changed;
    std::unique_ptr<watch::WaitFor<Value, Holds>> wait_for;
    Holds holds{0};
    test::Alarm alarm;
    bool waits = false;
  };
  static std::unique_ptr<Sending> box(watch::Sender<Value> end) {
    return std::unique_ptr<Sending>(new Sending{std::move(end), nullptr, test::Alarm()});
  }
  static std::unique_ptr<Receiving> box(watch::Receiver<Value> end, int seen) {
    return std::unique_ptr<Receiving>(
        new Receiving{std::move(end), seen, nullptr, nullptr, Holds(0), test::Alarm()});
  }
  static constexpr int kNone = -1;

  Value make_value() {
    auto value = std::make_shared<const int>(next_value_++);
    values_.push_back(value);
    return value;
  }
  int value() const { return static_cast<int>(values_.size()) - 1; }  // the last that was made

  // Whether a poll with budget ends the wait; what it saw is seen then.
  bool ends(const Receiving& of) const {
    if (of.wait_for) return of.holds.ends_with(value()) || senders_.empty();
    return of.seen != version_ || senders_.empty();
  }

  Task<void> waits(Receiving& of) {
    if (!of.changed && !of.wait_for) {
      if (chances_.one_in(3)) {
        of.holds = Holds(static_cast<int>(chances_.below(4)));
        of.wait_for = boxed([&] { return of.end.wait_for(of.holds); });
      } else {
        of.changed = boxed([&] { return of.end.changed(); });
      }
    } else if (chances_.one_in(6)) {
      end_wait(of);
      co_return;
    }
    const bool starved = chances_.one_in(6);
    const bool want = !starved && ends(of);
    bool told = false;
    if (of.wait_for) {
      told = co_await test::poll_with(*of.wait_for, of.alarm, starved);
    } else {
      told = co_await test::poll_with(*of.changed, of.alarm, starved);
    }
    EXPECT_EQ(told, want);
    if (!told) {
      of.waits = of.waits || !starved;
      if (of.wait_for && !starved) of.seen = version_;
      co_return;
    }
    if (of.changed) {
      EXPECT_EQ(of.changed->result(), of.seen != version_);
    } else if (!Holds::is_stood(value())) {
      EXPECT_THROW(of.wait_for->result(), std::runtime_error);
    } else {
      const std::optional<Value> got = of.wait_for->result();
      EXPECT_EQ(got.has_value(), of.holds.ends_with(value()));
      if (got) {
        EXPECT_EQ(**got, value());
      }
    }
    of.seen = version_;
    end_wait(of);
  }
  static void end_wait(Receiving& of) {
    of.changed.reset();
    of.wait_for.reset();
    of.waits = false;
  }

  Task<void> waits_for_close(Sending& of) {
    if (!of.closed) {
      of.closed = boxed([&] { return of.end.closed(); });
    } else if (chances_.one_in(4)) {
      of.closed.reset();
      of.waits = false;
      co_return;
    }
    const bool starved = chances_.one_in(6);
    const bool told = co_await test::poll_with(*of.closed, of.alarm, starved);
    EXPECT_EQ(told, !starved && receivers_.empty());
    if (told) of.closed.reset();
    of.waits = !told && (of.waits || !starved);
  }

  void changes(const watch::Sender<Value>& sender) {
    const int before = value();
    switch (chances_.below(6)) {
      case 0:
      case 1: {
        Value next = make_value();
        const std::optional<Value> back = sender.send(std::move(next));
        EXPECT_EQ(back.has_value(), receivers_.empty());
        if (back) {
          values_.pop_back();
          --next_value_;
        } else {
          ++version_;
        }
        break;
      }
      case 2:
        EXPECT_EQ(*sender.send_replace(make_value()), before);
        ++version_;
        break;
      case 3:
        sender.send_modify([&](Value& value) { value = make_value(); });
        ++version_;
        break;
      case 4: {
        const bool does = chances_.one_in(2);
        EXPECT_EQ(sender.send_if_modified([&](Value& value) {
          if (does) value = make_value();
          return does;
        }),
                  does);
        version_ += does ? 1 : 0;
        break;
      }
      default:
        EXPECT_THROW(sender.send_modify([](Value&) { throw std::runtime_error("not now"); }),
                     std::runtime_error);
    }
  }

  void looks(Receiving& of) {
    if (of.changed || of.wait_for) return;  // it is a task's, that waits
    switch (chances_.below(4)) {
      case 0:
        EXPECT_EQ(**of.end.borrow(), value());
        break;
      case 1:
        EXPECT_EQ(**of.end.borrow_and_update(), value());
        of.seen = version_;
        break;
      case 2:
        of.end.mark_changed();
        of.seen = kNone;
        break;
      default:
        of.end.mark_unchanged();
        of.seen = version_;
    }
  }

  void comes_or_goes(std::size_t what) {
    if (what < 87) {
      if (senders_.empty()) return;
      const auto& of = *senders_[chances_.below(senders_.size())];
      if (chances_.one_in(2)) {
        senders_.push_back(box(of.end));
      } else {
        receivers_.push_back(box(of.end.subscribe(), version_));
      }
    } else if (what < 91) {
      if (receivers_.empty()) return;
      const auto& of = *receivers_[chances_.below(receivers_.size())];
      receivers_.push_back(box(of.end, of.seen));
    } else if (what < 97) {
      if (receivers_.empty()) return;
      const auto gone = take_any(receivers_, chances_);
      end_wait(*gone);
    } else {
      if (senders_.empty() || (senders_.size() == 1 && !chances_.one_in(8))) return;
      const auto gone = take_any(senders_, chances_);
      gone->closed.reset();
    }
  }

  void check(const test::Ledger& ledger) {
    std::size_t open = 0;
    for (const auto& of : receivers_) {
      open += of->changed || of->wait_for;
      EXPECT_EQ(of->end.has_changed(), of->seen != version_);
      EXPECT_EQ(of->end.is_closed(), senders_.empty());
      EXPECT_TRUE(!of->waits || !ends(*of) || of->alarm.has_rung()) << "a change that is not told";
    }
    for (const auto& of : senders_) {
      open += of->closed != nullptr;
      EXPECT_EQ(of->end.is_closed(), receivers_.empty());
      EXPECT_EQ(of->end.receiver_count(), receivers_.size());
      EXPECT_EQ(of->end.sender_count(), senders_.size());
      EXPECT_TRUE(!of->waits || !receivers_.empty() || of->alarm.has_rung()) << "an end not told";
    }
    ledger.expect_open_ops(open);
    const bool is_there = !senders_.empty() || !receivers_.empty();
    for (const auto& value : values_) {
      EXPECT_EQ(value.expired(), !is_there || &value != &values_.back());
    }
    if (!is_there) return;
    ledger.expect_attribute("version", version_);
    ledger.expect_attribute("tx_count", static_cast<std::int64_t>(senders_.size()));
    ledger.expect_attribute("rx_count", static_cast<std::int64_t>(receivers_.size()));
  }

  test::Chances chances_;
  int next_value_ = 0;
  int version_ = 0;
  std::vector<std::weak_ptr<const int>> values_;
  std::vector<std::unique_ptr<Sending>> senders_;
  std::vector<std::unique_ptr<Receiving>> receivers_;
};

TEST(WatchModel, ReceiversSeeWhatTheModelSays) { test::runs<WatchRun>(200); }

}  // namespace
}  // namespace ari

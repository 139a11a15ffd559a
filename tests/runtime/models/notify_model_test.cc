// Notify against a model of it: waits that are polled, enabled, given up or notified in any order.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
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

class NotifyRun {
 public:
  explicit NotifyRun(unsigned seed) : chances_(seed) {}

  Task<void> run(const test::Ledger* ledger) {
    for (int step = 0; step < 300; ++step) {
      const std::size_t what = chances_.below(100);
      if (what < 25) {
        waits_.push_back({next_++, test::boxed([&] { return notify_.notified(); }), broadcasts_});
      } else if (what < 60 && !waits_.empty()) {
        co_await polls();
      } else {
        act(what);
      }
      ledger->expect_open_ops("Notify::notified", waits_.size());
      ledger->expect_attribute("waiters", static_cast<std::int64_t>(listed_.size()));
      ledger->expect_attribute("permit", permit_ ? 1 : 0);
      if (testing::Test::HasFailure()) co_return;
      co_await task::yield_now();
    }
  }

 private:
  enum class State { kNew, kListed, kChosenFirst, kChosenLast };
  struct Wait {
    int who;
    std::unique_ptr<Notified> future;
    int broadcasts;  // before it was made
    State state = State::kNew;
  };

  Wait& of(int who) {
    return *std::find_if(waits_.begin(), waits_.end(), [&](Wait& w) { return w.who == who; });
  }

  // Whether it has a notification, which is its own then.
  bool advance(Wait& wait) {
    if (wait.state == State::kNew && permit_) {
      permit_ = false;
      return true;
    }
    if (wait.state == State::kChosenFirst || wait.state == State::kChosenLast) return true;
    if (wait.broadcasts != broadcasts_) {
      std::erase(listed_, wait.who);
      return true;
    }
    if (wait.state == State::kNew) listed_.push_back(wait.who);
    wait.state = State::kListed;
    return false;
  }

  Task<void> polls() {
    Wait& wait = waits_[chances_.below(waits_.size())];
    const int who = wait.who;
    bool told = false, want = false;
    if (chances_.one_in(4)) {
      want = advance(wait);
      told = wait.future->enable();
    } else {
      const bool starved = chances_.one_in(5);
      want = !starved && advance(wait);
      told = co_await test::poll_with(*wait.future, starved);
    }
    EXPECT_EQ(told, want) << "wait " << who;
    if (told) std::erase_if(waits_, [&](const Wait& each) { return each.who == who; });
  }

  void notify(bool first) {
    if (listed_.empty()) {
      permit_ = true;
      return;
    }
    Wait& chosen = of(first ? listed_.front() : listed_.back());
    std::erase(listed_, chosen.who);
    chosen.state = first ? State::kChosenFirst : State::kChosenLast;
  }

  void act(std::size_t what) {
    if (what < 70) {
      if (waits_.empty()) return;
      Wait gone = take_any(waits_, chances_);
      std::erase(listed_, gone.who);
      gone.future.reset();
      if (gone.state == State::kChosenFirst) notify(true);
      if (gone.state == State::kChosenLast) notify(false);
    } else if (what < 82) {
      notify_.notify_one();
      notify(true);
    } else if (what < 94) {
      notify_.notify_last();
      notify(false);
    } else {
      notify_.notify_waiters();
      ++broadcasts_;
      listed_.clear();
    }
  }

  test::Chances chances_;
  Notify notify_;
  bool permit_ = false;
  int broadcasts_ = 0;
  int next_ = 0;
  std::deque<int> listed_;
  std::vector<Wait> waits_;
};

TEST(NotifyModel, WaitsAreNotifiedAsTheModelSays) { test::runs<NotifyRun>(400); }

}  // namespace
}  // namespace ari

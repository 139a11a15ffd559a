// A LocalSet under random use: tasks that wake, spawn and end each other, wakes from inside and
// outside, and any number of those who wait for the set, polled and given up in any order. After
// each step it is looked at that whatever can run has somebody who is woken to run it.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
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

using test::boxed;
using test::take_any;

struct Life;
enum class Deed { kNothing, kWake, kSpawn, kYield, kEnd, kThrow };
struct Command {
  Deed deed;
  Life* other = nullptr;  // to wake, or to spawn
};

// A task of the set, and what it was told and has not done yet.
struct Life {
  std::deque<Command> commands;
  sync::Notify told;
  std::weak_ptr<int> belonging;  // alive as long as its coroutine
  std::optional<JoinHandle<void>> handle;
  bool has_begun = false;
  bool gives_way = false;
  bool is_aborted = false;

  void tell(Command command) {
    commands.push_back(std::move(command));
    told.notify_one();
  }
  bool is_alive() const { return !belonging.expired(); }
  bool can_run() const {
    return is_alive() && (is_aborted || !has_begun || gives_way || !commands.empty());
  }
};

Task<void> lives(Life* life, [[maybe_unused]] std::shared_ptr<int> belonging) {
  life->has_begun = true;
  while (true) {
    while (life->commands.empty()) co_await life->told.notified();
    const Command command = std::move(life->commands.front());
    life->commands.pop_front();
    switch (command.deed) {
      case Deed::kNothing:
        break;
      case Deed::kWake:
        command.other->tell({Deed::kNothing});
        break;
      case Deed::kSpawn: {
        auto begins = std::make_shared<int>();
        command.other->belonging = begins;
        command.other->handle = spawn_local(lives(command.other, std::move(begins)));
        break;
      }
      case Deed::kYield:
        life->gives_way = true;
        co_await task::yield_now();
        life->gives_way = false;
        break;
      case Deed::kEnd:
        co_return;
      case Deed::kThrow:
        throw std::runtime_error("it was told to");
    }
  }
}

// What a run_until() is for: it tells tasks something, from inside of the set, and is ready in the
// end.
class Until {
 public:
  Poll poll(Context& cx) noexcept {
    for (const auto& [life, deed] : std::exchange(to_tell_, {})) life->tell({deed});
    if (is_over_) return Poll::kReady;
    waker_ = cx.waker();
    return Poll::kPending;
  }
  void to_tell(Life* life, Deed deed) {
    to_tell_.emplace_back(life, deed);
    std::move(waker_).wake();
  }
  void is_over() {
    is_over_ = true;
    std::move(waker_).wake();
  }
  bool will_be_ready() const { return is_over_; }

 private:
  std::vector<std::pair<Life*, Deed>> to_tell_;
  bool is_over_ = false;
  Waker waker_;
};

class LocalSetRun {
 public:
  explicit LocalSetRun(unsigned seed)
      : chances_(seed), most_(chances_.one_in(4) ? 150 : 12), set_(std::make_unique<LocalSet>()) {}

  Task<void> run(const test::Ledger*) {
    for (int step = 0; step < 200; ++step) {
      const std::size_t what = chances_.below(100);
      if (what < 25 && !drivers_.empty()) {
        co_await drives(*drivers_[chances_.below(drivers_.size())]);
      } else if (what < 35) {
        co_await waits();
      } else {
        for (std::size_t i = chances_.below(3); i < 3; ++i) act(chances_.below(100));
      }
      co_await task::yield_now();  // those that gave way may go on
      co_await task::yield_now();  // and who is woken by that has heard of it
      check();
      if (testing::Test::HasFailure()) co_return;
    }
    drivers_.clear();
  }

 private:
  struct Driver {
    Until until;
    std::unique_ptr<LocalSet::RunUntil<Until&>> future;
    test::Alarm alarm;
    bool waits = false;
  };

  Task<void> drives(Driver& driver) {
    const bool want = driver.until.will_be_ready();
    const bool told = co_await test::poll_with(*driver.future, driver.alarm, /*starved=*/false);
    EXPECT_EQ(told, want);
    driver.waits = !told;
    if (told) {
      driver.future->result();
      std::erase_if(drivers_, [&](const auto& each) { return each.get() == &driver; });
    } else {
      expect_all_ran();
    }
  }
  Task<void> waits() {
    const bool told = co_await test::poll_with(*set_, alarm_, /*starved=*/false);
    take_in_spawned();
    expect_all_ran();
    EXPECT_EQ(told, count_of(&Life::is_alive) == 0);
    waits_ = !told;
    if (told) set_->result();
  }
  // In one tick, if there are not too many for that.
  void expect_all_ran() {
    if (most_ > 60) return;
    for (const Life* life : lives_) EXPECT_TRUE(!life->can_run() || life->gives_way);
  }

  Life* any() { return lives_[chances_.below(lives_.size())]; }

  void act(std::size_t what) {
    if (what < 20) {
      if (lives_.size() >= most_) return;
      Life& life = all_.emplace_back();
      auto belonging = std::make_shared<int>();
      life.belonging = belonging;
      life.handle = set_->spawn_local(lives(&life, std::move(belonging)));
      lives_.push_back(&life);
    } else if (what < 60) {
      if (!lives_.empty()) any()->tell(some_command());
    } else if (what < 66) {
      if (lives_.empty()) return;
      Life* const life = any();
      life->handle->abort();
      life->is_aborted = true;
    } else if (what < 76) {
      auto driver = std::make_unique<Driver>();
      driver->future = boxed([&] { return set_->run_until(driver->until); });
      drivers_.push_back(std::move(driver));
    } else if (what < 84) {
      if (!drivers_.empty() && !lives_.empty()) {
        const Deed deed = chances_.one_in(3) ? Deed::kEnd : Deed::kNothing;
        drivers_[chances_.below(drivers_.size())]->until.to_tell(any(), deed);
      }
    } else if (what < 92) {
      if (!drivers_.empty()) drivers_[chances_.below(drivers_.size())]->until.is_over();
    } else if (what < 98) {
      if (!drivers_.empty()) take_any(drivers_, chances_);
    } else if (chances_.one_in(8)) {
      drivers_.clear();
      set_ = std::make_unique<LocalSet>();
      waits_ = false;
      EXPECT_EQ(count_of(&Life::is_alive), 0u) << "left by the set's end";
    }
  }
  Command some_command() {
    const auto deed = static_cast<Deed>(chances_.below(6));
    if (deed == Deed::kWake) return {deed, any()};
    if (deed != Deed::kSpawn || lives_.size() >= most_) {
      return {deed == Deed::kSpawn ? Deed::kNothing : deed};
    }
    spawned_.push_back(&all_.emplace_back());
    return {deed, spawned_.back()};
  }

  std::size_t count_of(bool (Life::*holds)() const) const {
    std::size_t count = 0;
    for (const Life* life : lives_) count += (life->*holds)();
    return count;
  }

  void take_in_spawned() {
    for (Life* life : spawned_) {
      if (life->handle) lives_.push_back(life);
    }
    std::erase_if(spawned_, [](const Life* life) { return life->handle.has_value(); });
  }

  void check() {
    take_in_spawned();
    bool waits = waits_, is_woken = waits_ && alarm_.has_rung();
    for (const auto& driver : drivers_) {
      waits = waits || driver->waits;
      is_woken = is_woken || (driver->waits && driver->alarm.has_rung());
      EXPECT_TRUE(!driver->waits || !driver->until.will_be_ready() || driver->alarm.has_rung());
    }
    EXPECT_TRUE(count_of(&Life::can_run) == 0 || !waits || is_woken) << "nobody runs what could";
    EXPECT_TRUE(!waits_ || count_of(&Life::is_alive) > 0 || alarm_.has_rung())
        << "who waits for the set is not told that it is empty";
    for (const Life* life : lives_) EXPECT_EQ(life->handle->is_finished(), !life->is_alive());
    std::erase_if(lives_, [](const Life* life) { return !life->is_alive(); });
  }

  test::Chances chances_;
  const std::size_t most_;  // that live at a time
  test::Alarm alarm_;       // of who waits for the set itself
  bool waits_ = false;
  std::deque<Life> all_;                // stay where they are
  std::vector<Life*> lives_, spawned_;  // that are alive; that somebody was told to spawn
  std::unique_ptr<LocalSet> set_;
  std::vector<std::unique_ptr<Driver>> drivers_;
};

TEST(LocalSetModel, WhateverCanRunHasSomebodyWhoRunsIt) { test::runs<LocalSetRun>(200); }

}  // namespace
}  // namespace ari

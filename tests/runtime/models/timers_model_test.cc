// Timers on a paused clock against a plain list of when each is due: sleeps that are polled, moved
// and given up in any order, intervals and timeouts, while the clock jumps.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/models/alarm.h"
#include "tests/runtime/models/chances.h"
#include "tests/runtime/models/runs.h"
#include "tests/runtime/paused.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using test::boxed;
using test::take_any;
using time::Clock;
using time::Instant;

// Near and far, between two ticks mostly, and at times past or beyond all counting.
nanoseconds some_time(test::Chances& chances) {
  const auto ns = static_cast<std::int64_t>(chances.below(1'000'000));
  const auto ms = [&](std::size_t most) {
    return milliseconds(static_cast<std::int64_t>(chances.below(most)));
  };
  switch (chances.below(8)) {
    case 0:
      return milliseconds(3) - ms(8);
    case 1:
      return ms(200);  // on a tick, if now is
    case 2:
      return ms(100'000) + nanoseconds(ns);
    case 3:
      return chances.one_in(4) ? nanoseconds::max() : nanoseconds(hours(chances.below(1'000'000)));
    case 4:
      return nanoseconds(ns);
    default:
      return ms(70) + nanoseconds(ns);
  }
}

// When timers fire that are due at this instant: at the next full millisecond from the runtime's
// beginning.
Instant fires_at(Instant begin, Instant due) {
  const auto after = std::max(due - begin, Clock::duration(0));
  if (after > Instant::max() - begin - milliseconds(1)) return Instant::max();
  return begin + std::chrono::ceil<milliseconds>(after);
}

class SleepRun {
 public:
  explicit SleepRun(unsigned seed) : chances_(seed) {}

  Task<void> run(const test::Ledger* ledger) {
    for (int step = 0; step < 200; ++step) {
      const std::size_t what = chances_.below(100);
      if (what < 40 && !sleeps_.empty()) {
        co_await polls(*sleeps_[chances_.below(sleeps_.size())]);
      } else if (what < 60) {
        begin();
      } else if (what < 70) {
        if (!sleeps_.empty()) resets(*sleeps_[chances_.below(sleeps_.size())]);
      } else if (what < 80) {
        if (!sleeps_.empty()) take_any(sleeps_, chances_);
      } else {
        co_await time_goes_on();
      }
      co_await task::yield_now();
      check(*ledger);
      if (testing::Test::HasFailure()) co_return;
    }
  }

 private:
  struct One {
    Instant due;
    std::unique_ptr<time::Sleep> sleep;
    std::unique_ptr<test::Alarm> alarm;
    int listed = 0;  // when it was, counted; 0: it was not, or has fired
    bool fired = false;
    bool waits = false;  // somebody is to be told
  };
  struct Ring {
    const One* who;
    Instant when;
    bool operator==(const Ring&) const = default;
  };

  void begin() {
    auto one = std::make_unique<One>();
    const auto time = some_time(chances_);
    one->due = time::after(Clock::now(), time);
    one->sleep =
        boxed([&] { return chances_.one_in(2) ? time::sleep_until(one->due) : time::sleep(time); });
    EXPECT_EQ(one->sleep->deadline(), one->due);
    one->alarm = std::make_unique<test::Alarm>([this, who = one.get()] {
      rings_.push_back({who, Clock::now()});
    });
    sleeps_.push_back(std::move(one));
  }

  void list(One& one) {
    one.fired = fires_at(begin_, one.due) <= Clock::now();
    one.listed = one.fired ? 0 : ++last_listed_;
    if (!one.fired || !one.waits) return;
    expected_.push_back({&one, Clock::now()});
    one.waits = false;
  }

  Task<void> polls(One& one) {
    const bool starved = chances_.one_in(8);
    if (!starved && one.listed == 0 && !one.fired) list(one);
    const bool told = co_await test::poll_with(*one.sleep, *one.alarm, starved);
    EXPECT_EQ(told, !starved && one.fired);
    if (starved) expected_.push_back({&one, Clock::now()});  // to poll again
    if (told) {
      std::erase_if(sleeps_, [&](const auto& each) { return each.get() == &one; });
    } else if (!starved) {
      one.waits = true;
    }
  }

  void resets(One& one) {
    one.due = time::after(Clock::now(), some_time(chances_));
    one.sleep->reset(one.due);
    EXPECT_EQ(one.sleep->deadline(), one.due);
    list(one);
  }

  // All that are due by then, the earliest first; of those of one tick, the first listed. They fire
  // when they are due, or in one jump all at its end.
  void fire(Instant until, bool in_one_jump) {
    std::vector<One*> due;
    for (const auto& one : sleeps_) {
      if (one->listed > 0 && fires_at(begin_, one->due) <= until) due.push_back(one.get());
    }
    std::ranges::sort(due, [&](const One* a, const One* b) {
      return std::pair(fires_at(begin_, a->due), a->listed) <
             std::pair(fires_at(begin_, b->due), b->listed);
    });
    for (One* one : due) {
      one->fired = true;
      one->listed = 0;
      const Instant when = in_one_jump ? until : fires_at(begin_, one->due);
      if (std::exchange(one->waits, false)) expected_.push_back({one, when});
    }
  }
  Task<void> time_goes_on() {
    co_await task::yield_now();  // those that are to ring have
    const Instant before = Clock::now();
    if (chances_.one_in(2)) {
      const auto step = std::max(some_time(chances_), nanoseconds(0));
      const bool is_countable = step <= Instant::max() - before;
      if (!is_countable || step > hours(1000)) co_return;
      co_await time::advance(step);
      EXPECT_EQ(Clock::now(), before + step);
      fire(Clock::now(), /*in_one_jump=*/true);
    } else {
      const auto step = milliseconds(chances_.below(300));
      co_await time::sleep(step);
      EXPECT_EQ(Clock::now(), std::max(before, fires_at(begin_, before + step)));
      fire(Clock::now(), /*in_one_jump=*/false);
    }
  }

  void check(const test::Ledger& ledger) {
    ASSERT_EQ(rings_.size(), expected_.size());
    for (std::size_t i = 0; i < rings_.size(); ++i) EXPECT_EQ(rings_[i], expected_[i]) << i;
    rings_.clear();
    expected_.clear();
    for (const auto& one : sleeps_) EXPECT_EQ(one->sleep->is_elapsed(), one->fired);
    ledger.expect_open_resources(sleeps_.size());
    ledger.expect_open_ops(sleeps_.size());
  }

  test::Chances chances_;
  const Instant begin_ = Clock::now();  // as the clock has stood still since
  int last_listed_ = 0;
  std::vector<std::unique_ptr<One>> sleeps_;
  std::vector<Ring> rings_, expected_;
};

TEST(TimersModel, SleepsEndWhenAndInWhichOrderTheListSays) {
  test::runs<SleepRun>(200, test::paused_runtime);
}

// What is waited for inside of a timeout.
Task<int> receives(sync::oneshot::Receiver<int> receiver,
                   [[maybe_unused]] std::shared_ptr<int> belonging) {
  auto value = co_await receiver;
  co_return value.value_or(-1);
}

// Intervals and timeouts, which are made of sleeps.
class BeatRun {
 public:
  explicit BeatRun(unsigned seed) : chances_(seed) {}

  Task<void> run(const test::Ledger* ledger) {
    for (int step = 0; step < 200; ++step) {
      const std::size_t what = chances_.below(100);
      if (what < 12) {
        chances_.one_in(2) ? begins_beat() : begins_wait();
      } else if (what < 45 && !beats_.empty()) {
        co_await ticks(*beats_[chances_.below(beats_.size())]);
      } else if (what < 70 && !waits_.empty()) {
        co_await gets(*waits_[chances_.below(waits_.size())]);
      } else if (what < 80) {
        co_await time::advance(nanoseconds(chances_.below(40'000'000)));
      } else if (what < 85) {
        co_await time::sleep(milliseconds(chances_.below(60)));
      } else {
        act(what);
      }
      co_await task::yield_now();
      check(*ledger);
      if (testing::Test::HasFailure()) co_return;
    }
  }

 private:
  using Timeout = time::Timeout<Task<int>>;
  struct Beat {
    nanoseconds period;
    Instant due;
    time::Interval interval;
    test::Alarm alarm;
    std::unique_ptr<time::Interval::Tick> tick{};
    bool waits = false;
    bool has_op = false;
  };
  struct Wait {
    Instant due;
    std::optional<sync::oneshot::Sender<int>> sender;
    std::weak_ptr<int> belonging;  // to what is waited for
    std::unique_ptr<Timeout> timeout;
    test::Alarm alarm;
    int value = -1;
    bool waits = false;
  };

  void begins_beat() {
    const auto period = nanoseconds(1 + chances_.below(chances_.one_in(5) ? 10 : 30'000'000));
    const Instant start = Clock::now() + nanoseconds(chances_.below(40'000'000)) - milliseconds(20);
    beats_.push_back(std::unique_ptr<Beat>(
        new Beat{period, start, time::interval_at(start, period), test::Alarm()}));
  }
  void begins_wait() {
    auto ends = sync::oneshot::channel<int>();
    auto belonging = std::make_shared<int>();
    std::weak_ptr<int> seen = belonging;
    const auto patience = nanoseconds(chances_.below(40'000'000));
    auto timeout = boxed([&] {
      return time::timeout(patience, receives(std::move(ends.second), std::move(belonging)));
    });
    waits_.push_back(
        std::unique_ptr<Wait>(new Wait{Clock::now() + patience, std::move(ends.first),
                                       std::move(seen), std::move(timeout), test::Alarm()}));
  }

  bool has_come(Instant due) const { return fires_at(begin_, due) <= Clock::now(); }

  Task<void> ticks(Beat& beat) {
    if (!beat.tick) beat.tick = boxed([&] { return beat.interval.tick(); });
    beat.has_op = true;
    const bool starved = chances_.one_in(8);
    const bool told = co_await test::poll_with(*beat.tick, beat.alarm, starved);
    EXPECT_EQ(told, !starved && has_come(beat.due));
    beat.waits = !told && (beat.waits || !starved);
    if (!told) co_return;
    EXPECT_EQ(beat.tick->result(), beat.due);
    beat.due = next(beat, Clock::now());
    gives_up(beat);
  }
  static void gives_up(Beat& beat) {
    beat.tick.reset();
    beat.has_op = beat.waits = false;
  }
  static Instant next(const Beat& beat, Instant now) {
    using time::MissedTickBehavior;
    const MissedTickBehavior behavior = beat.interval.missed_tick_behavior();
    const bool is_missed = now - beat.due > milliseconds(5);
    if (!is_missed || behavior == MissedTickBehavior::kBurst) return beat.due + beat.period;
    if (behavior == MissedTickBehavior::kDelay) return now + beat.period;
    return beat.due + beat.period * ((now - beat.due) / beat.period + 1);
  }

  Task<void> gets(Wait& wait) {
    const bool starved = chances_.one_in(8);
    const bool is_there = !wait.sender;
    const bool told = co_await test::poll_with(*wait.timeout, wait.alarm, starved);
    EXPECT_EQ(told, !starved && (is_there || has_come(wait.due)));
    wait.waits = wait.waits || !starved;
    if (!told) co_return;
    auto result = wait.timeout->result();
    EXPECT_EQ(result.has_value(), is_there);
    if (result) {
      EXPECT_EQ(*result, wait.value);
    }
    EXPECT_TRUE(wait.belonging.expired());
    std::erase_if(waits_, [&](const auto& each) { return each.get() == &wait; });
  }

  void act(std::size_t what) {
    if (what < 92) {
      if (beats_.empty()) return;
      Beat& beat = *beats_[chances_.below(beats_.size())];
      switch (chances_.below(8)) {
        case 0:
          return static_cast<void>(take_any(beats_, chances_));
        case 1:
          return gives_up(beat);
        case 2:
          beat.interval.reset();
          beat.due = Clock::now() + beat.period;
          return;
        case 3:
          beat.interval.reset_immediately();
          beat.due = Clock::now();
          return;
        case 4: {
          const auto from_now = nanoseconds(chances_.below(40'000'000)) - milliseconds(10);
          beat.interval.reset_after(from_now);
          beat.due = Clock::now() + from_now;
          return;
        }
        default:
          beat.interval.set_missed_tick_behavior(
              static_cast<time::MissedTickBehavior>(chances_.below(3)));
      }
    } else {
      if (waits_.empty()) return;
      Wait& wait = *waits_[chances_.below(waits_.size())];
      if (chances_.one_in(4)) return static_cast<void>(take_any(waits_, chances_));
      if (!wait.sender) return;
      if (chances_.one_in(2)) {
        wait.value = next_value_++;
        EXPECT_EQ(wait.sender->send(wait.value), std::nullopt);
      }
      wait.sender.reset();
    }
  }

  void check(const test::Ledger& ledger) {
    std::size_t ticks = 0;
    for (const auto& beat : beats_) {
      ticks += beat->has_op;
      EXPECT_TRUE(!beat->waits || !has_come(beat->due) || beat->alarm.has_rung());
    }
    for (const auto& wait : waits_) {
      const bool is_over = !wait->sender || has_come(wait->due);
      EXPECT_TRUE(!wait->waits || !is_over || wait->alarm.has_rung());
      EXPECT_FALSE(wait->belonging.expired());
    }
    ledger.expect_open_ops("Interval::tick", ticks);
    ledger.expect_open_ops("Receiver::await", waits_.size());
  }

  test::Chances chances_;
  const Instant begin_ = Clock::now();
  int next_value_ = 0;
  std::vector<std::unique_ptr<Beat>> beats_;
  std::vector<std::unique_ptr<Wait>> waits_;
};

TEST(TimersModel, TicksAndTimeoutsComeWhenTheyAreDue) {
  test::runs<BeatRun>(200, test::paused_runtime);
}

}  // namespace
}  // namespace ari

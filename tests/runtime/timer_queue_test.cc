// TimerQueue against a slow and obvious one, and the clock's rounding.
#include "runtime/time/timer_queue.h"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/recorder.h"

namespace ari::time {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(TickClock, RoundsDeadlinesUpSoThatNoSleepEndsEarly) {
  const TickClock clock;
  const Clock::time_point start = clock.start_of(0);
  struct Case {
    Clock::duration after_start;
    Tick want;
  };
  const Case cases[] = {
      {-milliseconds(5), 0},    {milliseconds(0), 0}, {std::chrono::nanoseconds(1), 1},
      {microseconds(999), 1},   {milliseconds(1), 1}, {microseconds(1001), 2},
      {milliseconds(100), 100},
  };
  for (const Case& c : cases) EXPECT_EQ(clock.at_or_after(start + c.after_start), c.want);
  EXPECT_EQ(clock.start_of(7), start + milliseconds(7));
  EXPECT_EQ(clock.start_of(clock.at_or_after(Clock::time_point::max())), Clock::time_point::max());
}

// Waits in a timer queue without a clock, for a task to be woken by the test.
class Waits {
 public:
  Waits(TimerQueue& timers, TimerQueue::Entry& entry) : timers_(timers), entry_(entry) {}
  Poll poll(Context& cx) noexcept {
    return timers_.poll(entry_, cx.waker()) ? Poll::kReady : Poll::kPending;
  }

 private:
  TimerQueue& timers_;
  TimerQueue::Entry& entry_;
};

Task<void> waits(TimerQueue* timers, TimerQueue::Entry* entry, int name, std::vector<int>* fired) {
  Waits future(*timers, *entry);
  co_await future;
  fired->push_back(name);
}

Task<void> one_turn() { co_await task::yield_now(); }

TEST(TimerQueue, FiresInTheOrderOfDeadlinesAndThenOfRegistration) {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    SCOPED_TRACE(round);
    TimerQueue timers;
    std::deque<TimerQueue::Entry> entries;
    std::multimap<Tick, int> model;  // keeps the order of insertion among equals
    std::vector<int> fired;
    Runtime runtime;
    Tick now = 10;

    for (int step = 0; step < 40; ++step) {
      const unsigned choice = random() % 4;
      if (choice < 2) {
        const Tick due = now + random() % 8;  // may be due already
        const int name = static_cast<int>(entries.size());
        timers.register_at(due, now, entries.emplace_back());
        if (due > now) model.emplace(due, name);
        auto handle = runtime.spawn(waits(&timers, &entries.back(), name, &fired));
        runtime.block_on(one_turn());
        EXPECT_EQ(!fired.empty() && fired.back() == name, due <= now);
      } else if (choice == 2 && !model.empty()) {
        auto gone = std::next(model.begin(), static_cast<long>(random() % model.size()));
        timers.leave(entries[static_cast<std::size_t>(gone->second)]);
        model.erase(gone);
      } else {
        now += random() % 4;
        fired.clear();
        timers.fire_due(now);
        runtime.block_on(one_turn());
        std::vector<int> expected;
        for (; !model.empty() && model.begin()->first <= now; model.erase(model.begin())) {
          expected.push_back(model.begin()->second);
        }
        EXPECT_EQ(fired, expected);
      }
      EXPECT_EQ(timers.next_due(),
                model.empty() ? std::nullopt : std::optional(model.begin()->first));
    }
    for (TimerQueue::Entry& entry : entries) timers.leave(entry);
  }
}

Task<Clock::duration> measures(milliseconds duration) {
  const Clock::time_point before = Clock::now();
  co_await sleep(duration);
  co_return Clock::now() - before;
}

TEST(Sleep, NeverEndsEarly) {
  Runtime runtime;
  for (int ms = 0; ms < 5; ++ms) {
    EXPECT_GE(runtime.block_on(measures(milliseconds(ms))), milliseconds(ms));
  }
}

Task<void> sleeps(Clock::duration duration) { co_await sleep(duration); }
Task<void> sleeps_until_the_past() { co_await sleep_until(Clock::time_point::min()); }

TEST(Sleep, NotPositiveEndsInItsFirstPoll) {
  test::Recorder recorder;
  Runtime runtime;
  runtime.block_on(sleeps(-std::chrono::hours(1)));
  runtime.block_on(sleeps_until_the_past());
  EXPECT_EQ(recorder.count("wake(T1)"), 0);
  EXPECT_EQ(recorder.count("clone(T1)"), 1);
}

TEST(Sleep, BeyondTheClockNeverEnds) {
  Runtime runtime;
  auto handle = runtime.spawn(sleeps(Clock::duration::max()));
  runtime.block_on(one_turn());
  EXPECT_FALSE(handle.is_finished());
}

}  // namespace
}  // namespace ari::time

// TimerQueue with real tasks, and what it tells whoever sleeps until a timer is due.
#include "runtime/time/timer_queue.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>
#include <vector>

#include "runtime/ari.h"

namespace ari::time {
namespace {

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
        EXPECT_FALSE(timers.register_at(due, now, entries.emplace_back())) << "nobody sleeps";
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
        const std::size_t count = timers.fire_due(now);
        runtime.block_on(one_turn());
        std::vector<int> expected;
        for (; !model.empty() && model.begin()->first <= now; model.erase(model.begin())) {
          expected.push_back(model.begin()->second);
        }
        EXPECT_EQ(fired, expected);
        EXPECT_EQ(count, expected.size());
      }
      EXPECT_EQ(timers.next_due().has_value(), !model.empty());
      if (!model.empty()) {
        EXPECT_LE(timers.next_due(), model.begin()->first);
      }
    }
    for (TimerQueue::Entry& entry : entries) timers.leave(entry);
  }
}

// Where in time each thread is stands in the test: registering "from another thread" is a
// call between begin_sleep() and end_sleep().
TEST(TimerQueue, SaysThatTheSleeperIsLateForAnEarlierTimer) {
  TimerQueue timers;
  TimerQueue::Entry far, farther, near, nearer, at_leisure;
  EXPECT_FALSE(timers.register_at(50, 0, far)) << "nobody sleeps";

  EXPECT_EQ(timers.begin_sleep(), 50u);
  EXPECT_FALSE(timers.register_at(60, 0, farther)) << "the sleeper is up by then";
  EXPECT_TRUE(timers.register_at(40, 0, near));
  EXPECT_FALSE(timers.register_at(30, 0, nearer)) << "one call wakes the sleeper";
  timers.end_sleep();

  EXPECT_FALSE(timers.register_at(20, 0, at_leisure)) << "nobody sleeps any more";
  for (TimerQueue::Entry* entry : {&far, &farther, &near, &nearer, &at_leisure}) {
    timers.leave(*entry);
  }
}

TEST(TimerQueue, SaysThatOneWhoSleepsForEverIsLateForAnyTimer) {
  TimerQueue timers;
  TimerQueue::Entry entry, due;
  EXPECT_EQ(timers.begin_sleep(), std::nullopt);
  EXPECT_FALSE(timers.register_at(7, 7, due)) << "due already: nothing to wait for";
  EXPECT_TRUE(timers.register_at(Tick{1} << 40, 7, entry));
  timers.end_sleep();
  timers.leave(entry);
}

TEST(TimerQueue, CountsTheTicksByWhichATimerIsFiredTooLate) {
  TimerQueue timers;
  TimerQueue::Entry punctual, late;
  EXPECT_FALSE(timers.register_at(5, 0, punctual));
  EXPECT_EQ(timers.fire_due(5), 1u);
  EXPECT_EQ(punctual.late(), 0u);

  EXPECT_FALSE(timers.register_at(100, 5, late));
  EXPECT_EQ(timers.fire_due(99), 0u);
  EXPECT_EQ(timers.fire_due(117), 1u);
  EXPECT_EQ(late.late(), 17u);
}

TEST(TimerQueue, ATimerThatWasMovedFiresAtItsNewTickOnly) {
  TimerQueue timers;
  TimerQueue::Entry entry;
  EXPECT_FALSE(timers.register_at(5, 0, entry));
  EXPECT_FALSE(timers.register_at(90, 0, entry));
  EXPECT_EQ(timers.fire_due(89), 0u);
  EXPECT_FALSE(timers.has_fired(entry));
  EXPECT_EQ(timers.fire_due(90), 1u);
  EXPECT_TRUE(timers.has_fired(entry));
}

// A thread reads the clock at 5 and is interrupted, another fires until 999, the first goes on.
TEST(TimerQueue, ATickThatThisThreadHasNotSeenComeHasComeAllTheSame) {
  TimerQueue timers;
  TimerQueue::Entry pending, overtaken;
  EXPECT_FALSE(timers.register_at(1000, 0, pending));
  EXPECT_EQ(timers.fire_due(999), 0u);
  EXPECT_FALSE(timers.register_at(10, 5, overtaken));
  EXPECT_TRUE(timers.has_fired(overtaken));
  timers.leave(pending);
}

}  // namespace
}  // namespace ari::time

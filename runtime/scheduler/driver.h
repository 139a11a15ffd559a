// Driver: what a thread of a runtime sleeps on while no task is runnable.
//
// It knows who may make tasks runnable from outside: the timers whose time has come, and
// other threads, which call unpark(). One thread at a time sleeps in it or turns it; the
// timers and unpark() are for any thread.
#pragma once

#include <atomic>

#include "runtime/scheduler/parker.h"
#include "runtime/time/timer_queue.h"

namespace ari::scheduler {

class Driver {
 public:
  // Wakes the tasks whose timers are due.
  void turn() noexcept;

  // The same after a sleep, which lasts until the next timer is due or unpark() is called.
  void park() noexcept;

  // Ends the sleep, or the next one if nobody sleeps. Any thread.
  void unpark() noexcept { parker_.unpark(); }

  // Lists a timer, and ends the sleep if that would last too long for it. Any thread.
  void add_timer(time::Tick due, time::TimerQueue::Entry& entry) noexcept;

  time::TimerQueue& timers() noexcept { return timers_; }
  const time::TickClock& clock() const noexcept { return clock_; }

 private:
  time::TickClock clock_;
  time::TimerQueue timers_;
  Parker parker_;
  // Until when the sleeper sleeps; kAwake while nobody does.
  static constexpr time::Tick kAwake = 0;
  std::atomic<time::Tick> asleep_until_{kAwake};
};

}  // namespace ari::scheduler

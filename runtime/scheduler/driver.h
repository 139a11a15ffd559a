// Driver: what a thread of a runtime sleeps on while no task is runnable.
//
// It knows who may make tasks runnable from outside: the timers whose time has come, and
// other threads, which call unpark(). One thread at a time sleeps in it or turns it; the
// timers and unpark() are for any thread.
#pragma once

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

  time::TimerQueue& timers() noexcept { return timers_; }
  const time::TickClock& clock() const noexcept { return clock_; }

 private:
  time::TickClock clock_;
  time::TimerQueue timers_;
  Parker parker_;
};

}  // namespace ari::scheduler

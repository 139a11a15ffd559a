// Driver: what a thread of a runtime sleeps on while no task is runnable.
//
// It knows who may make tasks runnable from outside: the timers whose time has come, the
// sockets that became ready, and other threads, which call unpark(). One thread at a time
// sleeps in it or turns it; everything else is for any thread.
//
// A runtime without sockets pays nothing for them: the reactor is made when the first one
// has to wait, and until then the thread sleeps on a condition variable.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>

#include "runtime/net/reactor.h"
#include "runtime/scheduler/parker.h"
#include "runtime/time/timer_queue.h"

namespace ari::scheduler {

class Driver {
 public:
  // Wakes the tasks whose timers are due or whose sockets became ready.
  void turn() noexcept;

  // The same after a sleep, which lasts until there is one or unpark() is called.
  void park() noexcept;

  // Ends the sleep, or the next one if nobody sleeps. Any thread.
  void unpark() noexcept;

  // Lists a timer, and ends the sleep if that would last too long for it. Any thread.
  void add_timer(time::Tick due, time::TimerQueue::Entry& entry) noexcept;

  time::TimerQueue& timers() noexcept { return timers_; }
  const time::TickClock& clock() const noexcept { return clock_; }

  // Where sockets wait; made by the first call. Null with `error` set if the system refuses
  // or after shut_down(). Any thread.
  net::Reactor* reactor(std::error_code& error) noexcept;

  // The runtime ends: whoever waits for a socket in here, from another runtime, fails with
  // operation_canceled, now or later.
  void shut_down() noexcept;

 private:
  void sleep(std::optional<time::Clock::time_point> deadline) noexcept;
  void fire_timers() noexcept;

  time::TickClock clock_;
  time::TimerQueue timers_;
  Parker parker_;
  std::mutex making_reactor_;  // guards the next two
  bool shut_down_ = false;
  std::unique_ptr<net::Reactor> owned_reactor_;
  std::atomic<net::Reactor*> reactor_{nullptr};
  // Until when the sleeper sleeps; kAwake while nobody does.
  static constexpr time::Tick kAwake = 0;
  std::atomic<time::Tick> asleep_until_{kAwake};
};

}  // namespace ari::scheduler

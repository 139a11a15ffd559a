// Driver: what a thread of a runtime sleeps on while no task is runnable.
//
// It knows who may make tasks runnable from outside: the timers whose time has come, the
// sockets that became ready, and other threads, which call unpark(). One thread at a time
// sleeps in it or turns it; everything else is for any thread.
//
// A runtime without sockets pays nothing for them: the reactor is made when the first one
// has to wait, and until then the thread sleeps on a condition variable. It does so again if the
// program closes the reactor's descriptors: then, a second later at most, all that waits for a
// socket fails.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>

#include "runtime/net/reactor.h"
#include "runtime/scheduler/parker.h"
#include "runtime/time/tick_clock.h"
#include "runtime/time/timer_queue.h"

namespace ari::scheduler {

class Driver {
 public:
  explicit Driver(time::TickClock::Pausing pausing = time::TickClock::Pausing::kAllowed)
      : clock_(pausing) {}

  // Wakes the tasks whose timers are due or whose sockets became ready. If timers were due,
  // an event of the target runtime::driver tells how many.
  void turn() noexcept;

  // The same after a sleep, which lasts until there is one or unpark() is called. While the
  // clock is paused nobody sleeps until a timer is due: the clock jumps there, unless some
  // function is at work (blocking_began) that may wake a task before.
  void park() noexcept;

  // Ends the sleep, or the next one if nobody sleeps. Any thread.
  void unpark() noexcept;

  // Lists a timer, as TimerQueue::register_at(), and ends the sleep if that would last too
  // long for it. Any thread.
  void add_timer(time::Tick due, time::Tick now, time::TimerQueue::Entry& entry) noexcept {
    if (timers_.register_at(due, now, entry)) unpark();
  }

  // A blocking function was given to a thread of its own; it came to its end, and whoever
  // joins it was woken. Any thread.
  void blocking_began() noexcept;
  void blocking_ended() noexcept;

  time::TimerQueue& timers() noexcept { return timers_; }
  time::TickClock& clock() noexcept { return clock_; }

  // Where sockets wait; made by the first call. Null with `error` set if the system refuses
  // or after shut_down(). Any thread.
  net::Reactor* reactor(std::error_code& error) noexcept;

  // The runtime ends: whoever waits for a socket in here, from another runtime, fails with
  // operation_canceled, now or later.
  void shut_down() noexcept;

 private:
  void sleep(std::optional<std::chrono::steady_clock::time_point> deadline) noexcept;
  // Moves the paused clock, unless something happened that comes first.
  void jump_to(time::Tick tick) noexcept;
  void fire_timers() noexcept;

  time::TickClock clock_;
  time::TimerQueue timers_;
  Parker parker_;
  std::atomic<std::size_t> blocking_{0};  // functions at work
  std::mutex making_reactor_;             // guards the next two
  bool shut_down_ = false;
  std::unique_ptr<net::Reactor> owned_reactor_;
  std::atomic<net::Reactor*> reactor_{nullptr};
};

}  // namespace ari::scheduler

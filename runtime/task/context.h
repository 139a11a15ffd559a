// Context: what a future learns from the task that polls it.
//
// Valid during the poll only: a future that has to wait copies the waker, never keeps the
// Context.
//
// It also carries the cooperative budget. A task whose futures are ready every time would
// never suspend, and whoever shares its worker would never run; so each poll of a task
// may use 128 results of ari's own futures and then has to let others run. As in Tokio.
#pragma once

#include "runtime/task/waker.h"

namespace ari {

namespace scheduler {
class Scheduler;
}

class Context {
 public:
  Context(const Waker& waker, scheduler::Scheduler& scheduler) noexcept
      : waker_(waker), scheduler_(scheduler) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // The polling task's waker. Copy it to keep it.
  const Waker& waker() const noexcept { return waker_; }

  // What polls the task: it has the timers, and wakes who gave way to others.
  scheduler::Scheduler& scheduler() noexcept { return scheduler_; }

  // Asks for one unit of the budget. False when it is used up: the task is then woken
  // again after others had their turn, and the future has to suspend.
  [[nodiscard]] bool take_budget() noexcept;

  // Gives the unit back: the future got no further.
  void return_budget() noexcept { ++budget_; }

 private:
  const Waker& waker_;
  scheduler::Scheduler& scheduler_;
  unsigned budget_ = 128;
};

}  // namespace ari

// Context: what a future learns from the task that polls it.
//
// Valid during the poll only: a future that has to wait copies the waker, never keeps the
// Context.
//
// It also carries the cooperative budget. A task whose futures are ready every time would
// never suspend, and whoever shares its worker would never run; so each poll of a task
// may use 128 results of ari's own futures and then has to let others run. As in Tokio.
#pragma once

#include <limits>
#include <utility>

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

  // What polls the task: it has the timers.
  scheduler::Scheduler& scheduler() noexcept { return scheduler_; }

  // Lets others go first: the future has to suspend, and the task is woken after they had
  // their turn; once, however many of its futures ask for that in one poll.
  void give_way() noexcept;

  // Asks for one unit of the budget. False when it is used up: the task gives way then,
  // and the future has to suspend. The first time in a poll that is an event of the target
  // "runtime::coop", in the task's span.
  [[nodiscard]] bool take_budget() noexcept;

  // Asks whether there is any left, and takes none. False as above.
  [[nodiscard]] bool has_budget() noexcept;

  // The same for one who goes on in any case: the task does not give way.
  bool is_exhausted() const noexcept { return budget_ == 0; }

  // Gives the unit back: the future got no further.
  void return_budget() noexcept { ++budget_; }

  // While one of these lives, no poll with this Context runs out of budget.
  class Unconstrained {
   public:
    explicit Unconstrained(Context& cx) noexcept
        : cx_(cx), budget_before_(std::exchange(cx.budget_, kEndless)) {}
    ~Unconstrained() { cx_.budget_ = budget_before_; }
    Unconstrained(const Unconstrained&) = delete;
    Unconstrained& operator=(const Unconstrained&) = delete;

   private:
    Context& cx_;
    const unsigned budget_before_;
  };

 private:
  static constexpr unsigned kPerPoll = 128;
  static constexpr unsigned kEndless = std::numeric_limits<unsigned>::max();

  const Waker& waker_;
  scheduler::Scheduler& scheduler_;
  unsigned budget_ = kPerPoll;
  bool gave_way_ = false;
  bool told_exhausted_ = false;
};

}  // namespace ari

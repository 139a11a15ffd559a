#include "runtime/scheduler/driver.h"

#include <limits>
#include <optional>

namespace ari::scheduler {

void Driver::turn() noexcept {
  if (timers_.next_due()) timers_.fire_due(clock_.now());
}

void Driver::park() noexcept {
  constexpr time::Tick kForEver = std::numeric_limits<time::Tick>::max();
  // A thread that lists a timer right now does it and then reads how long we sleep; we say
  // how long and then look at the timers once more. Both are read-modify-writes of one
  // word, so the later of the two sees what the earlier one did: either we see its timer,
  // or it sees that it has to wake us.
  std::optional<time::Tick> due = timers_.next_due();
  asleep_until_.exchange(due.value_or(kForEver), std::memory_order_acq_rel);
  due = timers_.next_due();
  parker_.park(due ? std::optional(clock_.start_of(*due)) : std::nullopt);
  asleep_until_.store(kAwake, std::memory_order_relaxed);  // at worst we are woken once more
  turn();
}

void Driver::add_timer(time::Tick due, time::TimerQueue::Entry& entry) noexcept {
  timers_.register_at(due, clock_.now(), entry);
  if (due < asleep_until_.fetch_add(0, std::memory_order_acq_rel)) unpark();
}

}  // namespace ari::scheduler

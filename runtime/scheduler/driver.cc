#include "runtime/scheduler/driver.h"

#include <limits>
#include <optional>

namespace ari::scheduler {

void Driver::fire_timers() noexcept {
  if (timers_.next_due()) timers_.fire_due(clock_.now());
}

void Driver::turn() noexcept {
  // acquire, here and below: pairs with the release in reactor().
  if (net::Reactor* reactor = reactor_.load(std::memory_order_acquire)) reactor->turn();
  fire_timers();
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
  sleep(due ? std::optional(clock_.start_of(*due)) : std::nullopt);
  asleep_until_.store(kAwake, std::memory_order_relaxed);  // at worst we are woken once more
  fire_timers();
}

void Driver::sleep(std::optional<time::Clock::time_point> deadline) noexcept {
  net::Reactor* reactor = reactor_.load(std::memory_order_acquire);
  if (reactor == nullptr) {
    parker_.park(deadline);
  } else if (parker_.sleep_elsewhere()) {
    reactor->wait(deadline);
    parker_.wake_elsewhere();
  } else {
    reactor->turn();
  }
}

void Driver::unpark() noexcept {
  // One token says for both beds whether anybody sleeps, and in which; so none is missed
  // while the thread moves from one to the other. It moves only once reactor_ is set.
  if (parker_.unpark()) reactor_.load(std::memory_order_acquire)->rouse();
}

net::Reactor* Driver::reactor(std::error_code& error) noexcept {
  if (net::Reactor* made = reactor_.load(std::memory_order_acquire)) return made;
  net::Reactor* reactor = nullptr;
  {
    const std::lock_guard lock(making_reactor_);
    if (owned_reactor_ != nullptr) return owned_reactor_.get();
    if (shut_down_) {
      error = std::make_error_code(std::errc::operation_canceled);
      return nullptr;
    }
    owned_reactor_ = net::Reactor::make(error);
    reactor = owned_reactor_.get();
    if (reactor == nullptr) return nullptr;
    reactor_.store(reactor, std::memory_order_release);
  }
  unpark();  // whoever sleeps on the condition variable has to come over
  return reactor;
}

void Driver::shut_down() noexcept {
  {
    const std::lock_guard lock(making_reactor_);
    shut_down_ = true;
  }
  if (net::Reactor* reactor = reactor_.load(std::memory_order_acquire)) reactor->shut_down();
}

void Driver::add_timer(time::Tick due, time::TimerQueue::Entry& entry) noexcept {
  timers_.register_at(due, clock_.now(), entry);
  if (due < asleep_until_.fetch_add(0, std::memory_order_acq_rel)) unpark();
}

}  // namespace ari::scheduler

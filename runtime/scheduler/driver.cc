#include "runtime/scheduler/driver.h"

#include <optional>

#include "runtime/trace/span.h"

namespace ari::scheduler {

namespace {

constexpr std::string_view kTurnFields[] = {"op", "timers"};
constexpr trace::Metadata kTurn{"", "runtime::driver", trace::Level::kTrace, kTurnFields};

}  // namespace

void Driver::fire_timers() noexcept {
  if (!timers_.next_due()) return;
  const std::size_t fired = timers_.fire_due(clock_.now());
  if (fired > 0) trace::event(kTurn, {"turn", fired});
}

void Driver::turn() noexcept {
  // acquire, here and below: pairs with the release in reactor().
  if (net::Reactor* reactor = reactor_.load(std::memory_order_acquire)) reactor->turn();
  fire_timers();
}

void Driver::park() noexcept {
  const std::optional<time::Tick> due = timers_.begin_sleep();
  const bool paused = clock_.is_paused();
  // acquire: pairs with the release in blocking_ended(), so that the call that came of the
  // function is seen by take_call().
  if (!due || (paused && blocking_.load(std::memory_order_acquire) > 0)) {
    sleep(std::nullopt);
  } else if (!paused) {
    sleep(clock_.steady_start_of(*due));
  } else {
    jump_to(*due);
  }
  timers_.end_sleep();
  fire_timers();
}

void Driver::jump_to(time::Tick tick) noexcept {
  net::Reactor* reactor = reactor_.load(std::memory_order_acquire);
  const bool some_are_ready = reactor != nullptr && reactor->turn();
  if (!parker_.take_call() && !some_are_ready) clock_.advance_to(tick);
}

void Driver::sleep(std::optional<std::chrono::steady_clock::time_point> deadline) noexcept {
  net::Reactor* reactor = reactor_.load(std::memory_order_acquire);
  if (reactor == nullptr || reactor->is_broken()) {
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

void Driver::blocking_began() noexcept {
  // relaxed: the runtime's thread did it itself, or will learn of the function by a call.
  blocking_.fetch_add(1, std::memory_order_relaxed);
}

void Driver::blocking_ended() noexcept {
  // release: pairs with the acquire in park().
  blocking_.fetch_sub(1, std::memory_order_release);
  if (clock_.is_paused()) unpark();  // it may sleep for this alone
}

}  // namespace ari::scheduler

#include "runtime/time/tick_clock.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <stdexcept>

namespace ari::time {

namespace {
constinit std::atomic<bool> s_any_was_paused{false};
}

bool TickClock::any_was_paused() noexcept {
  // acquire: pairs with the release in pause_at(). Whoever learns on another thread that
  // a clock is paused sees it here too.
  return s_any_was_paused.load(std::memory_order_acquire);
}

TickClock::TickClock(Pausing pausing) : pausing_(pausing) {
  if (pausing_ == Pausing::kFromStart) pause_at(start_);
}

Instant TickClock::instant() const noexcept {
  if (!any_was_paused()) return std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  return instant_locked();
}

Instant TickClock::instant_locked() const noexcept {
  return stands_at_ ? *stands_at_ : std::chrono::steady_clock::now() + ahead_;
}

Tick TickClock::now() const noexcept {
  return static_cast<Tick>(std::chrono::floor<TickLength>(instant() - start_).count());
}

Tick TickClock::at_or_after(Instant deadline) const noexcept {
  if (deadline <= start_) return 0;
  const auto tick = static_cast<Tick>(std::chrono::ceil<TickLength>(deadline - start_).count());
  return tick <= last() ? tick : kNever;
}

Instant TickClock::start_of(Tick tick) const noexcept {
  return tick <= last() ? start_ + TickLength(tick) : Instant::max();
}

Tick TickClock::last() const noexcept {
  return static_cast<Tick>(std::chrono::floor<TickLength>(Instant::max() - start_).count());
}

std::chrono::steady_clock::time_point TickClock::steady_start_of(Tick tick) const noexcept {
  const Instant start = start_of(tick);
  if (!any_was_paused()) return start;
  const std::lock_guard lock(mutex_);
  assert(!stands_at_ && "nobody can wait for a clock that stands still");
  // One that lags behind has its last instants where the steady clock cannot count.
  return start > Instant::max() + std::min(ahead_, Clock::duration(0)) ? Instant::max()
                                                                       : start - ahead_;
}

bool TickClock::is_paused() const noexcept {
  if (!any_was_paused()) return false;
  const std::lock_guard lock(mutex_);
  return stands_at_.has_value();
}

void TickClock::pause() {
  if (pausing_ == Pausing::kRefused) {
    throw std::logic_error("ari: only the clock of a current-thread runtime can be paused");
  }
  const std::lock_guard lock(mutex_);
  if (stands_at_) throw std::logic_error("ari: the clock is paused already");
  pause_at(instant_locked());
}

void TickClock::pause_at(Instant instant) noexcept {
  stands_at_ = instant;
  // release: pairs with the acquire in any_was_paused().
  s_any_was_paused.store(true, std::memory_order_release);
}

void TickClock::resume() {
  const std::lock_guard lock(mutex_);
  if (!stands_at_) throw std::logic_error("ari: the clock is not paused");
  ahead_ = *stands_at_ - std::chrono::steady_clock::now();
  stands_at_.reset();
}

void TickClock::advance(Clock::duration duration) {
  const std::lock_guard lock(mutex_);
  if (!stands_at_) throw std::logic_error("ari: the clock can be moved only while it is paused");
  if (duration < Clock::duration(0) || duration > Instant::max() - *stands_at_) {
    throw std::invalid_argument("ari: the clock cannot be moved that far");
  }
  *stands_at_ += duration;
}

void TickClock::advance_to(Tick tick) noexcept {
  const std::lock_guard lock(mutex_);
  assert(stands_at_ && "a clock that runs is not moved");
  *stands_at_ = std::max(*stands_at_, start_of(tick));
}

}  // namespace ari::time

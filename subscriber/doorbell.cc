#include "subscriber/doorbell.h"

#include <time.h>

namespace ari::subscriber {

bool Doorbell::wait_for_room() noexcept {
  if (!lets_wait_.load(std::memory_order_relaxed)) return false;
  wake();
  constexpr timespec kMoment{0, 50'000};  // in which the drain writes some hundred events
  nanosleep(&kMoment, nullptr);
  return true;
}

void Doorbell::stop() {
  lets_wait_.store(false, std::memory_order_relaxed);
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  woken_.notify_one();
}

bool Doorbell::sleep(std::chrono::microseconds time) {
  std::unique_lock lock(mutex_);
  is_rung_ = false;
  sleeps_long_.store(time > kLongSleep, std::memory_order_relaxed);
  woken_.wait_for(lock, time, [this] { return is_rung_ || is_stopped_; });
  sleeps_long_.store(false, std::memory_order_relaxed);
  return !is_stopped_;
}

void Doorbell::wake() noexcept {
  // Of several threads one rings. The drain holds the mutex only while it falls asleep.
  if (!sleeps_long_.exchange(false, std::memory_order_relaxed)) return;
  {
    const std::lock_guard lock(mutex_);
    is_rung_ = true;
  }
  woken_.notify_one();
}

}  // namespace ari::subscriber

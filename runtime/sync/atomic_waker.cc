#include "runtime/sync/atomic_waker.h"

#include <utility>

namespace ari::sync {

void AtomicWaker::set(const Waker& waker) noexcept {
  std::uint8_t state = kIdle;
  // acquire: pairs with the release in take(), which has left the slot.
  if (!state_.compare_exchange_strong(state, kSetting, std::memory_order_acquire,
                                      std::memory_order_acquire)) {
    // The wake that is under way may have missed what this poll is waiting for.
    waker.wake_by_ref();
    return;
  }
  Waker before = waker;  // a copy, for now
  std::swap(waker_, before);
  state = kSetting;
  // release: the slot is for the next wake(); acquire: what came before a wake is seen.
  if (!state_.compare_exchange_strong(state, kIdle, std::memory_order_acq_rel,
                                      std::memory_order_acquire)) {
    Waker woken = std::move(waker_);
    state_.exchange(kIdle, std::memory_order_acq_rel);
    std::move(woken).wake();
  }
}

Waker AtomicWaker::take() noexcept {
  // acquire: the waker that set() left; release: what the caller did before.
  if (state_.fetch_or(kWaking, std::memory_order_acq_rel) != kIdle) return Waker();
  Waker taken = std::move(waker_);
  // release: the slot is for the next set().
  state_.fetch_and(static_cast<std::uint8_t>(~kWaking), std::memory_order_release);
  return taken;
}

}  // namespace ari::sync

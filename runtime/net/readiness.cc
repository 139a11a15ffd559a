#include "runtime/net/readiness.h"

#include <array>
#include <utility>

namespace ari::net {

Waiter::~Waiter() {
  if (place_.load(std::memory_order_acquire) != kListed) return;
  const std::lock_guard lock(list_->mutex_);
  if (place_.load(std::memory_order_relaxed) == kListed) list_->part(*this);
}

void Readiness::forget(Direction direction, Seen seen, Evidence evidence) noexcept {
  std::uint32_t bits = direction == Direction::kRead ? kReadable : kWritable;
  if (evidence == Evidence::kWouldBlock) {
    bits |= direction == Direction::kRead ? kReadClosed : kWriteClosed;
  }
  std::uint32_t word = seen.word_;
  // Only the other direction's bits may differ: the count tells whether news came.
  while (!word_.compare_exchange_weak(word, word & ~bits, std::memory_order_acq_rel,
                                      std::memory_order_acquire)) {
    if (word / kOneReport != seen.word_ / kOneReport) return;
  }
}

bool Readiness::wait(Waiter& waiter, Direction direction, const Waker& waker) noexcept {
  Waker old;  // dies after the mutex is free: it may take a task with it
  const std::lock_guard lock(mutex_);
  if (look().is_worth_trying(direction)) return false;
  if (waiter.place_.load(std::memory_order_relaxed) != Waiter::kListed) {
    waiter.direction_ = direction;
    join(waiter);
  }
  if (!waiter.waker_.will_wake(waker)) {
    old = waker;
    std::swap(waiter.waker_, old);
  }
  return true;
}

void Readiness::report(Bits bits) noexcept {
  std::uint32_t word = word_.load(std::memory_order_relaxed);
  std::uint32_t next = 0;
  do {
    next = (word + kOneReport) | bits;
    // release: pairs with the acquire in look().
  } while (!word_.compare_exchange_weak(word, next, std::memory_order_release,
                                        std::memory_order_relaxed));
  wake_waiters(Seen(next), Waiter::kNowhere);
}

void Readiness::open() noexcept { word_.store(0, std::memory_order_release); }

void Readiness::close() noexcept {
  wake_waiters(Seen(kShutDown), Waiter::kOrphaned);  // as it lets everybody through
}

void Readiness::join(Waiter& waiter) noexcept {
  waiter.list_ = this;
  waiter.before_ = last_;
  waiter.next_ = nullptr;
  (last_ == nullptr ? first_ : last_->next_) = &waiter;
  last_ = &waiter;
  waiter.place_.store(Waiter::kListed, std::memory_order_relaxed);
}

void Readiness::part(Waiter& waiter) noexcept {
  (waiter.before_ == nullptr ? first_ : waiter.before_->next_) = waiter.next_;
  (waiter.next_ == nullptr ? last_ : waiter.next_->before_) = waiter.before_;
}

void Readiness::wake_waiters(Seen seen, Waiter::Place to) noexcept {
  std::array<Waker, 16> wakers;
  std::size_t count = 0;
  do {
    count = 0;
    {
      const std::lock_guard lock(mutex_);
      for (Waiter* waiter = first_; waiter != nullptr && count < wakers.size();) {
        Waiter* next = waiter->next_;
        if (seen.is_worth_trying(waiter->direction_)) {
          part(*waiter);
          wakers[count++] = std::move(waiter->waker_);
          waiter->place_.store(to, std::memory_order_release);
        }
        waiter = next;
      }
    }
    for (std::size_t i = 0; i < count; ++i) std::move(wakers[i]).wake();
  } while (count == wakers.size());
}

}  // namespace ari::net

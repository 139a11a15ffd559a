#include "runtime/net/readiness.h"

#include <array>
#include <utility>

namespace ari::net {

Waiter::~Waiter() {
  const auto is_listed = [this] {
    const Place place = place_.load(std::memory_order_acquire);
    return place == kWaits || place == kWoken;
  };
  if (!is_listed()) return;
  const std::lock_guard lock(owner_->mutex_);
  if (is_listed()) owner_->part(*this);
}

void Readiness::forget(Direction direction, Seen seen, Evidence evidence) noexcept {
  const bool is_read = direction == Direction::kRead;
  if (evidence == Evidence::kShort && is_read && (seen.word_ & kUrgent) != 0) return;
  std::uint32_t bits = is_read ? kReadable : kWritable;
  if (evidence == Evidence::kWouldBlock) bits |= is_read ? kReadClosed : kWriteClosed;
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
  if (waiter.place_.load(std::memory_order_relaxed) != Waiter::kWaits) {
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
  wake_waiters(Seen(next), Waiter::kWoken);
}

void Readiness::open() noexcept { word_.store(0, std::memory_order_release); }

void Readiness::close() noexcept {
  wake_waiters(Seen(kShutDown), Waiter::kOrphaned);  // as it lets everybody through
  const std::lock_guard lock(mutex_);
  while (Waiter* waiter = woken_.first) {
    woken_.remove(*waiter);
    waiter->place_.store(Waiter::kOrphaned, std::memory_order_release);
  }
}

void Readiness::List::append(Waiter& waiter) noexcept {
  waiter.before_ = last;
  waiter.next_ = nullptr;
  (last == nullptr ? first : last->next_) = &waiter;
  last = &waiter;
}

void Readiness::List::remove(Waiter& waiter) noexcept {
  (waiter.before_ == nullptr ? first : waiter.before_->next_) = waiter.next_;
  (waiter.next_ == nullptr ? last : waiter.next_->before_) = waiter.before_;
}

void Readiness::join(Waiter& waiter) noexcept {
  if (waiter.place_.load(std::memory_order_relaxed) == Waiter::kWoken) woken_.remove(waiter);
  waiter.owner_ = this;
  waiting_.append(waiter);
  waiter.place_.store(Waiter::kWaits, std::memory_order_relaxed);
}

void Readiness::part(Waiter& waiter) noexcept {
  const bool waits = waiter.place_.load(std::memory_order_relaxed) == Waiter::kWaits;
  (waits ? waiting_ : woken_).remove(waiter);
}

Waker Readiness::take_waker(Waiter& waiter, Waiter::Place to) noexcept {
  Waker waker = std::move(waiter.waker_);
  waiting_.remove(waiter);
  if (to == Waiter::kWoken) woken_.append(waiter);
  waiter.place_.store(to, std::memory_order_release);
  return waker;
}

void Readiness::wake_waiters(Seen seen, Waiter::Place to) noexcept {
  std::array<Waker, 16> wakers;
  std::size_t count = 0;
  do {
    count = 0;
    {
      const std::lock_guard lock(mutex_);
      for (Waiter* waiter = waiting_.first; waiter != nullptr && count < wakers.size();) {
        Waiter* next = waiter->next_;
        if (seen.is_worth_trying(waiter->direction_)) wakers[count++] = take_waker(*waiter, to);
        waiter = next;
      }
    }
    for (std::size_t i = 0; i < count; ++i) std::move(wakers[i]).wake();
  } while (count == wakers.size());
}

}  // namespace ari::net

#include "runtime/sync/wait_list.h"

#include <utility>

#include "runtime/task/wake_list.h"

namespace ari::sync {

Waker WaitList::wait(Waiter& waiter, const Waker& waker) noexcept {
  if (!waiter.is_listed()) {
    waiter.before_ = end_.before_;
    waiter.next_ = &end_;
    waiter.before_->next_ = end_.before_ = &waiter;
    waiter.has_waited_ = true;
  } else if (waiter.waker_.will_wake(waker)) {
    return Waker();
  }
  Waker copy = waker;
  std::swap(waiter.waker_, copy);
  return copy;
}

Waker WaitList::take(Waiter& waiter) noexcept {
  remove(waiter);
  return std::move(waiter.waker_);
}

void WaitList::remove(Waiter& waiter) noexcept {
  if (!waiter.is_listed()) return;
  waiter.before_->next_ = waiter.next_;
  waiter.next_->before_ = waiter.before_;
  waiter.before_ = waiter.next_ = nullptr;
}

void WaitList::take_all(WaitList& other) noexcept {
  if (other.is_empty()) return;
  end_.next_ = other.end_.next_;
  end_.before_ = other.end_.before_;
  end_.next_->before_ = end_.before_->next_ = &end_;
  other.end_.before_ = other.end_.next_ = &other.end_;
}

void WaitList::wake_all(std::unique_lock<std::mutex>& lock) noexcept {
  // Those of now move to a list of their own, which they may still leave under the mutex.
  WaitList going;
  going.take_all(*this);
  task::WakeList wakers;
  while (true) {
    while (!going.is_empty() && !wakers.is_full()) wakers.push(going.pop_front());
    const bool is_rest = !going.is_empty();
    lock.unlock();
    wakers.wake_all();
    if (!is_rest) return;  // whoever was woken last may destroy the mutex
    lock.lock();
  }
}

}  // namespace ari::sync

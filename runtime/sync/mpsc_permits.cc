#include "runtime/sync/mpsc_permits.h"

#include <utility>

namespace ari::sync::mpsc {

Permits::Answer Permits::take_or_set(std::size_t flags) noexcept {
  std::size_t word = word_.load(std::memory_order_relaxed);
  while (true) {
    if ((word & kClosed) != 0) return Answer::kClosed;
    const bool is_free = word >= kOne;
    if (!is_free && flags == 0) return Answer::kNone;
    // acquire: pairs with the release in give_back(), so that the place is empty.
    if (word_.compare_exchange_weak(word, is_free ? word - kOne : word | flags,
                                    std::memory_order_acq_rel, std::memory_order_relaxed)) {
      return is_free ? Answer::kTaken : Answer::kNone;
    }
  }
}

Permits::Answer Permits::take() noexcept { return take_or_set(0); }

Permits::Answer Permits::take(Applicant& applicant, const Waker& waker) noexcept {
  if (!applicant.engaged_) {
    const Answer answer = take();
    if (answer != Answer::kNone) return answer;
  }
  Waker old;  // dies after the mutex is free
  const std::lock_guard lock(mutex_);
  if (is_closed()) return Answer::kClosed;
  if (applicant.granted_) {
    applicant.engaged_ = applicant.granted_ = false;
    return Answer::kGranted;
  }
  if (!applicant.engaged_) {
    const Answer answer = take_or_set(kWaiters);
    if (answer != Answer::kNone) return answer;
    applicant.engaged_ = true;
  }
  old = waiters_.wait(applicant, waker);
  return Answer::kNone;
}

bool Permits::forget(Applicant& applicant) noexcept {
  applicant.engaged_ = false;
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(applicant.granted_, false)) {
      WaitList::remove(applicant);
      // relaxed: the flag says no more than what the mutex guards.
      if (waiters_.is_empty()) word_.fetch_and(~kWaiters, std::memory_order_relaxed);
      return false;
    }
  }
  return give_back();
}

bool Permits::give_back() noexcept {
  std::size_t word = word_.load(std::memory_order_relaxed);
  while ((word & kWaiters) == 0) {
    // Pairs with the acquire in take_or_set() and with are_all_back().
    if (word_.compare_exchange_weak(word, word + kOne, std::memory_order_seq_cst,
                                    std::memory_order_relaxed)) {
      return true;
    }
  }
  Waker waker;
  {
    const std::lock_guard lock(mutex_);
    if (waiters_.is_empty()) {  // they have left meanwhile
      word_.fetch_add(kOne, std::memory_order_seq_cst);
      return true;
    }
    static_cast<Applicant&>(waiters_.front()).granted_ = true;
    waker = waiters_.pop_front();
    if (waiters_.is_empty()) word_.fetch_and(~kWaiters, std::memory_order_relaxed);
  }
  std::move(waker).wake();
  return false;
}

void Permits::close() noexcept {
  std::unique_lock lock(mutex_);
  word_.fetch_or(kClosed, std::memory_order_release);
  word_.fetch_and(~kWaiters, std::memory_order_relaxed);
  waiters_.wake_all(lock);
}

}  // namespace ari::sync::mpsc

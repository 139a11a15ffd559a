#include "runtime/sync/mpsc_permits.h"

#include <algorithm>
#include <utility>

#include "runtime/task/wake_list.h"

namespace ari::sync::mpsc {

Permits::Answer Permits::take(std::size_t count) noexcept {
  std::size_t word = word_.load(std::memory_order_relaxed);
  do {
    if ((word & kClosed) != 0) return Answer::kClosed;
    if (word >> kShift < count) return Answer::kNone;
    // acquire: pairs with the release in give_back(), so that the places are empty.
  } while (!word_.compare_exchange_weak(word, word - (count << kShift), std::memory_order_acq_rel,
                                        std::memory_order_relaxed));
  return Answer::kTaken;
}

std::size_t Permits::take_up_to(std::size_t count) noexcept {
  std::size_t word = word_.load(std::memory_order_relaxed);
  std::size_t taken = 0, flag = 0;
  do {
    taken = std::min(word >> kShift, count);
    flag = taken < count ? kWaiters : 0;
    // acquire: as in take(). Who gives back without the mutex may be faster: then once more.
  } while (!word_.compare_exchange_weak(word, (word - (taken << kShift)) | flag,
                                        std::memory_order_acq_rel, std::memory_order_relaxed));
  return taken;
}

Permits::Answer Permits::take(Applicant& applicant, const Waker& waker,
                              std::size_t& taken) noexcept {
  const std::size_t wanted = applicant.wanted_;
  if (!applicant.engaged_) {
    const Answer answer = take(wanted);
    taken = answer == Answer::kTaken ? wanted : 0;
    if (answer != Answer::kNone) return answer;
  }
  Waker old;  // dies after the mutex is free
  const std::lock_guard lock(mutex_);
  if (is_closed()) return Answer::kClosed;
  if (!applicant.engaged_) {
    taken = take_up_to(wanted);
    if (taken == wanted) return Answer::kTaken;
    applicant.missing_ = wanted - taken;
    applicant.engaged_ = true;
  } else if (applicant.missing_ == 0) {
    applicant.engaged_ = false;
    return Answer::kGranted;
  }
  old = waiters_.wait(applicant, waker);
  return Answer::kNone;
}

std::size_t Permits::forget(Applicant& applicant) noexcept {
  applicant.engaged_ = false;
  std::unique_lock lock(mutex_);
  WaitList::remove(applicant);
  // relaxed: the flag says no more than what the mutex guards.
  if (waiters_.is_empty()) word_.fetch_and(~kWaiters, std::memory_order_relaxed);
  return hand_out(applicant.wanted_ - applicant.missing_, std::move(lock));
}

std::size_t Permits::give_back(std::size_t count) noexcept {
  std::size_t word = word_.load(std::memory_order_relaxed);
  while ((word & kWaiters) == 0) {
    // Pairs with the acquire in take() and with are_all_back().
    if (word_.compare_exchange_weak(word, word + (count << kShift), std::memory_order_seq_cst,
                                    std::memory_order_relaxed)) {
      return count;
    }
  }
  return hand_out(count, std::unique_lock(mutex_));
}

std::size_t Permits::hand_out(std::size_t count, std::unique_lock<std::mutex> lock) noexcept {
  task::WakeList wakers;
  while (true) {
    while (count > 0 && !waiters_.is_empty() && !wakers.is_full()) {
      auto& longest = static_cast<Applicant&>(waiters_.front());
      const std::size_t given = std::min(count, longest.missing_);
      count -= given;
      longest.missing_ -= given;
      if (longest.missing_ == 0) wakers.push(waiters_.pop_front());
      longest.tell_obtained(given);
    }
    const bool is_done = count == 0 || waiters_.is_empty();
    if (waiters_.is_empty()) {
      word_.fetch_and(~kWaiters, std::memory_order_relaxed);
      // As in give_back().
      word_.fetch_add(count << kShift, std::memory_order_seq_cst);
    }
    lock.unlock();
    wakers.wake_all();
    if (is_done) return count;
    lock.lock();
  }
}

void Permits::close() noexcept {
  std::unique_lock lock(mutex_);
  word_.fetch_or(kClosed, std::memory_order_release);
  word_.fetch_and(~kWaiters, std::memory_order_relaxed);
  waiters_.wake_all(lock);
}

void Permits::Applicant::tell_obtained(std::size_t count) const noexcept {
  if (op_ == nullptr || count == 0) return;
  const trace::Span::Entered in(op_->span());
  trace::event(kObtained, {count, "add"});
}

}  // namespace ari::sync::mpsc

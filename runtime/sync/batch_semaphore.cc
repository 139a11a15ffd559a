// While nobody waits, permits are taken and given back by one compare-and-swap of the word.
// Who finds too few takes what there is under the mutex and is listed; from then on permits
// change hands under the mutex, from who releases straight to the longest waiter:
//
//   free  waiters
//     2   -                acquire(3): takes 2, listed with 1 missing
//     0   A misses 1       acquire(1): nothing free, listed behind A
//     0   A misses 1, B 1  release(3): A is complete, B is complete, 1 stays free
//     1   -                both are woken once the mutex is free
#include "runtime/sync/batch_semaphore.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "runtime/task/wake_list.h"

namespace ari::sync {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::sync::batch_semaphore";
constexpr std::string_view kResourceFields[] = {"concrete_type", "kind", "is_internal"};
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, kResourceFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};
constexpr Metadata kPoll{trace::kAsyncOpPollName, kTarget, Level::kTrace, {}};

constexpr std::string_view kPermitsFields[] = {"permits", "permits.op"};
constexpr Metadata kPermits{"", trace::kStateUpdate, Level::kTrace, kPermitsFields};
constexpr std::string_view kRequestedFields[] = {"permits_requested", "permits.op"};
constexpr Metadata kRequested{"", trace::kAsyncOpStateUpdate, Level::kTrace, kRequestedFields};
constexpr std::string_view kObtainedFields[] = {"permits_obtained", "permits.op"};
constexpr Metadata kObtained{"", trace::kAsyncOpStateUpdate, Level::kTrace, kObtainedFields};

constexpr std::string_view kPollName = "poll_acquire";

trace::AsyncOp open_op(const trace::Span& resource, std::size_t count) noexcept {
  const trace::Span::Entered in_resource(resource);
  trace::Span op = trace::Span::contextual(kOp, {"Acquire::new"});
  const trace::Span::Entered in_op(op);
  trace::event(kRequested, {count, "override"});
  trace::event(kObtained, {std::size_t{0}, "override"});
  trace::Span poll = trace::Span::contextual(kPoll, {});
  return trace::AsyncOp(std::move(op), std::move(poll));
}

}  // namespace

BatchSemaphore::BatchSemaphore(std::size_t permits) noexcept
    : resource_(trace::Span::root(kResource, {"Semaphore", "Sync", true})),
      word_(permits << kPermitShift) {
  assert(permits <= kMaxPermits && "a semaphore of more permits than it can count");
  tell_permits(permits, "override");
}

bool BatchSemaphore::try_acquire(std::size_t count) noexcept {
  if (!take(count)) return false;
  tell_permits(count, "sub");
  return true;
}

bool BatchSemaphore::take(std::size_t count) noexcept {
  std::size_t word = word_.load(std::memory_order_relaxed);
  do {
    if ((word & kClosed) != 0 || word >> kPermitShift < count) return false;
    // acquire: pairs with the release of whoever put the permits there, so that who takes
    // them sees what was done under them.
  } while (!word_.compare_exchange_weak(word, word - (count << kPermitShift),
                                        std::memory_order_acquire, std::memory_order_relaxed));
  return true;
}

std::size_t BatchSemaphore::take_up_to(std::size_t count) noexcept {
  std::size_t word = word_.load(std::memory_order_relaxed);
  std::size_t taken, flag;
  do {
    taken = std::min(word >> kPermitShift, count);
    flag = taken < count ? kWaiters : 0;
    // acquire: as in take(). Who releases without the mutex may be faster: then once more.
  } while (!word_.compare_exchange_weak(word, (word - (taken << kPermitShift)) | flag,
                                        std::memory_order_acquire, std::memory_order_relaxed));
  return taken;
}

void BatchSemaphore::release(std::size_t count) noexcept {
  if (count == 0) return;
  std::size_t word = word_.load(std::memory_order_relaxed);
  while ((word & kWaiters) == 0) {
    assert(count <= kMaxPermits - (word >> kPermitShift) && "more permits than can be counted");
    // release: pairs with the acquire in take() and take_up_to().
    if (word_.compare_exchange_weak(word, word + (count << kPermitShift), std::memory_order_release,
                                    std::memory_order_relaxed)) {
      tell_permits(count, "add");
      return;
    }
  }
  hand_out(count, std::unique_lock(mutex_));
}

void BatchSemaphore::hand_out(std::size_t count, std::unique_lock<std::mutex> lock) noexcept {
  task::WakeList wakers;
  while (true) {
    while (first_ != nullptr && !wakers.is_full()) {
      Acquire& longest = *first_;
      const std::size_t given = std::min(count, longest.missing_);
      count -= given;
      longest.missing_ -= given;
      const bool complete = longest.missing_ == 0;
      if (complete) {
        unlist(longest);
        wakers.push(std::move(longest.waker_));
      }
      longest.tell_obtained(given);  // also 0 to the next when all are gone, as Tokio does
      if (!complete) break;
    }
    if (first_ == nullptr && count > 0) {
      // release: pairs with the acquire in take() and take_up_to().
      word_.fetch_add(count << kPermitShift, std::memory_order_release);
      tell_permits(count, "add");
      count = 0;
    }
    lock.unlock();
    wakers.wake_all();
    if (count == 0) return;
    lock.lock();
  }
}

std::size_t BatchSemaphore::forget(std::size_t count) noexcept {
  std::size_t word = word_.load(std::memory_order_relaxed);
  std::size_t forgotten;
  do {
    forgotten = std::min(word >> kPermitShift, count);
    // acquire: as in take(); these permits' last holder happened before.
  } while (!word_.compare_exchange_weak(word, word - (forgotten << kPermitShift),
                                        std::memory_order_acquire, std::memory_order_relaxed));
  if (forgotten > 0) tell_permits(forgotten, "sub");
  return forgotten;
}

void BatchSemaphore::close() noexcept {
  task::WakeList wakers;
  std::unique_lock lock(mutex_);
  // release: pairs with the acquire in is_closed().
  word_.fetch_or(kClosed, std::memory_order_release);
  while (true) {
    while (first_ != nullptr && !wakers.is_full()) {
      wakers.push(std::move(first_->waker_));
      unlist(*first_);
    }
    const bool all = first_ == nullptr;
    lock.unlock();
    wakers.wake_all();
    if (all) return;
    lock.lock();
  }
}

void BatchSemaphore::list(Acquire& waiter) noexcept {
  waiter.listed_ = true;
  waiter.before_ = last_;
  (last_ == nullptr ? first_ : last_->next_) = &waiter;
  last_ = &waiter;
}

void BatchSemaphore::unlist(Acquire& waiter) noexcept {
  waiter.listed_ = false;
  (waiter.before_ == nullptr ? first_ : waiter.before_->next_) = waiter.next_;
  (waiter.next_ == nullptr ? last_ : waiter.next_->before_) = waiter.before_;
  // relaxed: tells only that nobody waits; permits that follow have orders of their own.
  if (first_ == nullptr) word_.fetch_and(~kWaiters, std::memory_order_relaxed);
}

void BatchSemaphore::tell_permits(std::size_t count, const char* op) const noexcept {
  const trace::Span::Entered in(resource_);
  trace::event(kPermits, {count, op});
}

Acquire::Acquire(BatchSemaphore& semaphore, std::size_t count) noexcept
    : semaphore_(semaphore), wanted_(count), op_(open_op(semaphore.resource_, count)) {
  assert(count <= BatchSemaphore::kMaxPermits && "a request for more permits than there can be");
}

Acquire::~Acquire() {
  if (progress_ != Progress::kEngaged) return;
  std::unique_lock lock(semaphore_.mutex_);
  if (listed_) semaphore_.unlist(*this);
  const std::size_t held = wanted_ - missing_;
  if (held > 0) semaphore_.hand_out(held, std::move(lock));
}

Poll Acquire::poll(Context& cx) noexcept {
  // As Tokio since 1.54: first the permits, then, with those, the budget. Tokio before that asked
  // for the budget first and told of that in each poll.
  const trace::AsyncOp::Polling polling(semaphore_.resource_, op_);
  const Outcome outcome = advance(cx.waker());
  if (outcome == Outcome::kClosed) return Poll::kReady;
  if (outcome == Outcome::kComplete && cx.take_budget()) {
    trace::poll_op(kPollName, true);  // there was budget
    trace::poll_op(kPollName, true);  // there were permits
    progress_ = Progress::kGranted;
    return Poll::kReady;
  }
  trace::poll_op(kPollName, false);
  return Poll::kPending;
}

Acquire::Outcome Acquire::advance(const Waker& waker) noexcept {
  const bool is_new = progress_ == Progress::kNew;
  if (is_new && semaphore_.take(wanted_)) return complete_at_once();

  Waker old;  // dies after the mutex is free: it may take a task with it
  const std::lock_guard lock(semaphore_.mutex_);
  if (semaphore_.is_closed()) return Outcome::kClosed;
  std::size_t taken = 0;
  if (is_new) {
    taken = semaphore_.take_up_to(wanted_);
    if (taken == wanted_) return complete_at_once();
    missing_ = wanted_ - taken;
  }
  semaphore_.tell_permits(taken, "sub");
  tell_obtained(taken);
  if (missing_ == 0) return Outcome::kComplete;

  if (!waker_.will_wake(waker)) {
    old = waker;
    std::swap(waker_, old);
  }
  if (is_new) {
    semaphore_.list(*this);
    progress_ = Progress::kEngaged;
  }
  return Outcome::kWaits;
}

Acquire::Outcome Acquire::complete_at_once() noexcept {
  progress_ = Progress::kEngaged;
  const trace::Span::Entered in(semaphore_.resource_);
  trace::event(kPermits, {wanted_, "sub"});
  trace::event(kObtained, {wanted_, "add"});
  return Outcome::kComplete;
}

void Acquire::tell_obtained(std::size_t count) const noexcept {
  const trace::Span::Entered in(op_.span());
  trace::event(kObtained, {count, "add"});
}

}  // namespace ari::sync

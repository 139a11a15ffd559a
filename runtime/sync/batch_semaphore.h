// BatchSemaphore: the permits inside of Semaphore, Mutex and RwLock.
//
// A task takes any number of permits at once and waits until it has them all. Who came
// first gets them first: what is released goes to the longest waiter until that one has
// enough, so a large request is not starved by small ones that would fit in between. A
// Mutex is a semaphore of one permit; a RwLock one of many, of which a writer takes all.
//
// No program uses this class itself. Any thread may use one. In logs it is a resource
// "Semaphore" with is_internal=true and the attribute `permits`; each use is an async op
// "Acquire::new" with `permits_requested` and `permits_obtained`.
//
//   Acquire acquire(semaphore, 3);
//   co_await acquire;                   // afterwards acquire.granted() says whether
//   …
//   semaphore.release(3);
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>

#include "runtime/task/future.h"
#include "runtime/trace/resource.h"

namespace ari::sync {

class Acquire;

class BatchSemaphore {
 public:
  // More than these are never in one semaphore, whoever holds them.
  static constexpr std::size_t kMaxPermits = std::numeric_limits<std::size_t>::max() >> 3;

  // Requires: permits <= kMaxPermits.
  explicit BatchSemaphore(std::size_t permits) noexcept;
  BatchSemaphore(const BatchSemaphore&) = delete;
  BatchSemaphore& operator=(const BatchSemaphore&) = delete;

  // Takes `count` permits if so many are free and the semaphore is not closed.
  bool try_acquire(std::size_t count) noexcept;

  // Adds permits: for those who wait, the rest free for anyone. Wakes whoever has enough.
  // Requires: there are no more than kMaxPermits then.
  void release(std::size_t count) noexcept;

  // Takes away up to `count` of the free permits for good; how many it were.
  std::size_t forget(std::size_t count) noexcept;

  // Nobody gets permits any more: whoever waits is woken and told so, also who has got
  // enough and was not polled since.
  void close() noexcept;

  // acquire: whoever learns from it of a permit or of the end sees what came before.
  bool is_closed() const noexcept { return (word_.load(std::memory_order_acquire) & kClosed) != 0; }
  std::size_t available() const noexcept {
    return word_.load(std::memory_order_acquire) >> kPermitShift;
  }

  // Who has waited longest, or null; it may be gone by now, so that it can only be compared.
  const Acquire* first_in_line() noexcept {
    const std::lock_guard lock(mutex_);
    return first_;
  }

 private:
  friend class Acquire;

  // Everything but the list is in one word, so that nobody locks while nobody waits:
  //
  //   bit 0    closed
  //   bit 1    waiters: the list is not empty. Then no permit is free, and only who has the
  //            mutex changes the word
  //   others   the free permits
  //
  // Both flags are set and cleared under the mutex.
  static constexpr std::size_t kClosed = 1;
  static constexpr std::size_t kWaiters = 2;
  static constexpr unsigned kPermitShift = 2;

  // Takes all or nothing. Any thread.
  bool take(std::size_t count) noexcept;

  // These require the mutex. Takes what there is; if that is less, sets the flag "waiters".
  std::size_t take_up_to(std::size_t count) noexcept;
  void list(Acquire& waiter) noexcept;
  void unlist(Acquire& waiter) noexcept;
  // Gives permits to those who wait, and adds the rest to the free ones.
  void hand_out(std::size_t count, std::unique_lock<std::mutex> lock) noexcept;

  void tell_permits(std::size_t count, const char* op) const noexcept;

  trace::Span resource_;
  std::atomic<std::size_t> word_;
  std::mutex mutex_;
  Acquire* first_ = nullptr;  // the waiters, longest first
  Acquire* last_ = nullptr;
};

// One request for permits. A Future; stays where it is. One that is destroyed before it
// was ready gives back what it got.
class Acquire {
 public:
  // Requires: count <= kMaxPermits.
  Acquire(BatchSemaphore& semaphore, std::size_t count) noexcept;
  ~Acquire();
  Acquire(const Acquire&) = delete;
  Acquire& operator=(const Acquire&) = delete;

  Poll poll(Context& cx) noexcept;

  // Once it is ready: true when the permits are the caller's, who has to release them;
  // false when the semaphore was closed.
  bool granted() const noexcept { return progress_ == Progress::kGranted; }

 private:
  friend class BatchSemaphore;

  enum class Progress : std::uint8_t {
    kNew,      // holds nothing
    kEngaged,  // listed, or holds permits that nobody knows of yet
    kGranted,  // the permits are the caller's
  };
  enum class Outcome : std::uint8_t { kWaits, kComplete, kClosed };

  Outcome advance(const Waker& waker) noexcept;
  Outcome complete_at_once() noexcept;
  void tell_obtained(std::size_t count) const noexcept;

  BatchSemaphore& semaphore_;
  const std::size_t wanted_;
  trace::AsyncOp op_;
  Progress progress_ = Progress::kNew;  // of whoever owns this
  // The rest is guarded by the semaphore's mutex.
  std::size_t missing_ = 0;
  bool listed_ = false;
  Acquire* before_ = nullptr;
  Acquire* next_ = nullptr;
  Waker waker_;
};

}  // namespace ari::sync

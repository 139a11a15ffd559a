// Permits: who may put a value into a bounded channel, and who has to wait for a place.
//
// One permit for each place. A sender takes one before it sends; the receiver gives it back
// when it takes the value out. Who came first gets a permit first: one that is given back
// goes straight to the longest waiter, and nobody who comes later can take it in between.
//
// BatchSemaphore (batch_semaphore.h) hands out many at a time and has a resource of its own
// in logs; here it is always one, and the channel tells of it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "runtime/sync/wait_list.h"

namespace ari::sync::mpsc {

class Permits {
 public:
  // One who waits for a permit.
  class Applicant : public Waiter {
   public:
    // Whether it has a place in the line, or a permit that nobody knows of yet.
    bool is_engaged() const noexcept { return engaged_; }

   private:
    friend class Permits;
    bool engaged_ = false;  // of its own future: was listed, and has not got the answer
    bool granted_ = false;  // guarded by the mutex: a permit is its own
  };

  enum class Answer : std::uint8_t {
    kTaken,    // one that was free
    kGranted,  // one that was given back, or refused by a waiter, and kept for the applicant
    kNone,     // none is free
    kClosed,   // there will be none
  };

  explicit Permits(std::size_t count) noexcept : count_(count), word_(count << kShift) {}
  Permits(const Permits&) = delete;
  Permits& operator=(const Permits&) = delete;

  // The most that there can be.
  static constexpr std::size_t kMaxCount = static_cast<std::size_t>(-1) >> 3;

  // Takes a permit if one is free. Any thread.
  Answer take() noexcept;

  // The same, and with kNone the applicant is listed: its waker is woken with the answer.
  Answer take(Applicant& applicant, const Waker& waker) noexcept;

  // The applicant gives up: a permit that it was granted goes to the next. True if one became
  // free by that. Requires: it is engaged.
  bool forget(Applicant& applicant) noexcept;

  // Gives a permit back. True if it is free now, false if a waiter got it (and was woken).
  bool give_back() noexcept;

  // Nobody gets a permit any more; those who wait are woken, also who was granted one and
  // has not been polled since.
  void close() noexcept;

  std::size_t count() const noexcept { return count_; }
  std::size_t free() const noexcept { return word_.load(std::memory_order_relaxed) >> kShift; }
  // seq_cst, as in give_back(): who gives the last one back and then finds a sender alive,
  // comes before that sender's end; who has seen that end finds all of them back here.
  bool are_all_back() const noexcept {
    return word_.load(std::memory_order_seq_cst) >> kShift == count_;
  }
  bool is_closed() const noexcept { return (word_.load(std::memory_order_acquire) & kClosed) != 0; }

 private:
  // All but the list is in one word, so that nobody locks while nobody waits:
  //
  //   bit 0    closed
  //   bit 1    waiters: the list is not empty, hence no permit is free
  //   others   the free permits
  //
  // Both flags change under the mutex only.
  static constexpr std::size_t kClosed = 1;
  static constexpr std::size_t kWaiters = 2;
  static constexpr unsigned kShift = 2;
  static constexpr std::size_t kOne = std::size_t{1} << kShift;

  // Takes one; if none is free, sets `flags` in the same step.
  Answer take_or_set(std::size_t flags) noexcept;

  const std::size_t count_;
  std::atomic<std::size_t> word_;
  std::mutex mutex_;
  WaitList waiters_;
};

}  // namespace ari::sync::mpsc

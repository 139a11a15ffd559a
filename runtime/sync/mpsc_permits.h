// Permits: who may put a value into a bounded channel, and who has to wait for a place.
//
// One permit for each place. A sender takes one before it sends, or several at once; the receiver
// gives it back when it takes the value out. Who came first gets permits first: what is given
// back goes straight to the longest waiter until that one has enough, and nobody who comes later
// can take it in between, though it may want fewer.
//
// An mpmc channel (mpmc_core.h) has a second one, for the values that are there.
//
// As BatchSemaphore (batch_semaphore.h), but that has a resource of its own in logs; here the
// channel tells of what is free, and each who wants several of what it got.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "runtime/sync/wait_list.h"
#include "runtime/trace/resource.h"

namespace ari::sync::mpsc {

// What the op of an applicant tells of the permits that it has got: how many, and "override" or
// "add".
inline constexpr std::string_view kObtainedFields[] = {"permits_obtained", "permits.op"};
inline constexpr trace::Metadata kObtained{"", trace::kAsyncOpStateUpdate, trace::Level::kTrace,
                                           kObtainedFields};

class Permits {
 public:
  // One who waits for permits.
  class Applicant : public Waiter {
   public:
    // `op` is told of those that it gets, where it is not null; it is looked at only then.
    explicit Applicant(std::size_t wanted = 1, const trace::AsyncOp* op = nullptr) noexcept
        : wanted_(wanted), op_(op) {}

    // Whether it has a place in the line, or permits that nobody knows of yet.
    bool is_engaged() const noexcept { return engaged_; }
    std::size_t wanted() const noexcept { return wanted_; }

    // In logs, inside of its op: so many more are its own.
    void tell_obtained(std::size_t count) const noexcept;

   private:
    friend class Permits;

    const std::size_t wanted_;
    const trace::AsyncOp* const op_;
    bool engaged_ = false;     // of its own future: was listed, and has not got the answer
    std::size_t missing_ = 0;  // guarded by the mutex: how many it has yet to get
  };

  enum class Answer : std::uint8_t {
    kTaken,    // all of them were free
    kGranted,  // what was missing was given back, or refused by a waiter, and kept for the
               // applicant
    kNone,     // not so many are free
    kClosed,   // there will be none
  };

  explicit Permits(std::size_t count) noexcept : count_(count), word_(count << kShift) {}
  Permits(const Permits&) = delete;
  Permits& operator=(const Permits&) = delete;

  // The most that there can be.
  static constexpr std::size_t kMaxCount = static_cast<std::size_t>(-1) >> 3;

  // Takes so many permits if they are free: all or none. Any thread.
  Answer take(std::size_t count) noexcept;

  // The same for an applicant. With kNone it is listed, its waker is woken with the answer, and
  // what is free is its own already. `taken` is how many were free until now.
  Answer take(Applicant& applicant, const Waker& waker, std::size_t& taken) noexcept;

  // The applicant gives up: what it has got goes to the next. How many became free by that.
  // Requires: it is engaged.
  std::size_t forget(Applicant& applicant) noexcept;

  // Gives permits back. How many are free now; waiters got the others, and who has enough was
  // woken.
  std::size_t give_back(std::size_t count) noexcept;

  // Nobody gets a permit any more; those who wait are woken, also who was granted all that it
  // wanted and has not been polled since.
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

  // Requires the mutex. Takes what there is of so many; if that is less, sets the flag "waiters".
  std::size_t take_up_to(std::size_t count) noexcept;
  // Requires that `lock` has the mutex, which it gives up. As give_back().
  std::size_t hand_out(std::size_t count, std::unique_lock<std::mutex> lock) noexcept;

  const std::size_t count_;
  std::atomic<std::size_t> word_;
  std::mutex mutex_;
  WaitList waiters_;
};

}  // namespace ari::sync::mpsc

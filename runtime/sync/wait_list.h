// WaitList: the futures that wait for one thing, in the order in which they came.
//
// Intrusive: each future has a Waiter in it, so waiting allocates nothing. The list and its
// waiters are guarded by a mutex of whoever owns the list; every function here requires it.
#pragma once

#include <mutex>

#include "runtime/task/waker.h"

namespace ari::sync {

// One who waits; a part of a future. Has to be off the list before it is destroyed.
class Waiter {
 public:
  Waiter() noexcept = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  bool is_listed() const noexcept { return next_ != nullptr; }

  // Whether it ever was on a list. For its own future, which needs no mutex to ask.
  bool has_waited() const noexcept { return has_waited_; }

 private:
  friend class WaitList;

  Waker waker_;
  bool has_waited_ = false;
  Waiter* before_ = nullptr;
  Waiter* next_ = nullptr;
};

class WaitList {
 public:
  WaitList() noexcept { end_.before_ = end_.next_ = &end_; }
  WaitList(const WaitList&) = delete;
  WaitList& operator=(const WaitList&) = delete;

  bool is_empty() const noexcept { return end_.next_ == &end_; }

  // Lists the waiter last, or leaves it where it is listed, with this waker. The waker that
  // it had before comes back: it has to die after the mutex is free, because it may take a
  // task with it.
  [[nodiscard]] Waker wait(Waiter& waiter, const Waker& waker) noexcept;

  // The longest waiter; the one that came last. Require: the list is not empty.
  Waiter& front() noexcept { return *end_.next_; }
  Waiter& back() noexcept { return *end_.before_; }

  // Takes off the longest waiter, or this one, whichever list that is on, and gives its waker, to
  // be woken once the mutex is free. Requires: there is one.
  Waker pop_front() noexcept { return take(front()); }
  static Waker take(Waiter& waiter) noexcept;

  // Takes the waiter off, whichever list it is on; nothing if it is on none.
  static void remove(Waiter& waiter) noexcept;

  // Takes over all that are on the other list, in their order. Requires: this one is empty.
  void take_all(WaitList& other) noexcept;

  // Empties the list and wakes all who were on it, the longest waiter first. `lock` holds
  // the mutex, and is free while wakers are at work and afterwards. Who comes to wait
  // meanwhile stays.
  void wake_all(std::unique_lock<std::mutex>& lock) noexcept;

 private:
  // A ring, so that a waiter leaves without knowing which list it is on.
  Waiter end_;
};

}  // namespace ari::sync

// Holder: who has locked a lock, and where that was made. For dumps (runtime/dump) alone.
//
// It tells in which task the lock was acquired; the guard may have been given to another since,
// above all an owned one, which it notes.
// Of a lock got by try_lock() outside of any nobody is known. Any thread: whoever has the lock
// writes, dumps read.
#pragma once

#include <atomic>
#include <source_location>

#include "runtime/sync/hold.h"
#include "runtime/task/wait.h"

namespace ari::sync {

class Holder {
 public:
  explicit Holder(std::source_location lock_made_at) noexcept : made_at_(lock_made_at) {}

  // relaxed, all three: the word says it all, nothing is read by it.
  void set_to_caller(bool by_owned_guard) noexcept {
    hold_.store(Hold::of_caller(by_owned_guard), std::memory_order_relaxed);
  }
  // Before the lock is free, so as not to wipe out the next one's name.
  void clear() noexcept { hold_.store(Hold(), std::memory_order_relaxed); }

  // What `wait`, one for this lock, says, and by whom it is held.
  task::Wait add_to(task::Wait wait) const noexcept {
    wait.made_at = made_at_;
    const Hold hold = hold_.load(std::memory_order_relaxed);
    wait.held_by = hold.task();
    wait.is_hold_owned = hold.is_owned();
    return wait;
  }

 private:
  const std::source_location made_at_;
  std::atomic<Hold> hold_{};
};

}  // namespace ari::sync

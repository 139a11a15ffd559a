// Holder: who has locked a lock, and where that was made. For dumps (runtime/dump) alone.
//
// It tells in which task the lock was acquired; the guard may have been given to another since,
// above all an owned one, which it notes.
// Of a lock got by try_lock() outside of any nobody is known. Any thread: whoever has the lock
// writes, dumps read.
#pragma once

#include <atomic>
#include <source_location>

#include "runtime/task/wait.h"
#include "runtime/trace/span_stack.h"

namespace ari::sync {

class Holder {
 public:
  explicit Holder(std::source_location lock_made_at) noexcept : made_at_(lock_made_at) {}

  // relaxed, all three: the word says it all, nothing is read by it.
  void set_to_caller(bool by_owned_guard) noexcept {
    const trace::SpanId task = trace::SpanStack::task();
    set(by_owned_guard && task != trace::kNoSpan ? task | kOwned : task);
  }
  // Before the lock is free, so as not to wipe out the next one's name.
  void clear() noexcept { set(trace::kNoSpan); }

  // What `wait`, one for this lock, says, and by whom it is held.
  task::Wait add_to(task::Wait wait) const noexcept {
    wait.made_at = made_at_;
    const trace::SpanId task = task_.load(std::memory_order_relaxed);
    wait.held_by = task & ~kOwned;
    wait.is_hold_owned = (task & kOwned) != 0;
    return wait;
  }

 private:
  // Ids count up from 1 and never come to this bit.
  static constexpr trace::SpanId kOwned = trace::SpanId{1} << 63;

  void set(trace::SpanId task) noexcept { task_.store(task, std::memory_order_relaxed); }

  const std::source_location made_at_;
  std::atomic<trace::SpanId> task_{trace::kNoSpan};
};

}  // namespace ari::sync

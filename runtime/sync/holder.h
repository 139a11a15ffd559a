// Holder: who has locked a lock, and where that was made. For dumps (runtime/dump) alone.
//
// It tells in which task the lock was acquired; the guard may have been given to another since.
// So it tells too where that is: among a task's variables it is still that task's.
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

  // relaxed, all of them: nothing is read by what they say. A dump that concludes something has
  // made sure that the task stands still, and so has what it stored.
  void set_to_caller(const void* guard) noexcept {
    task_.store(trace::SpanStack::task(), std::memory_order_relaxed);
    move_to(guard);
  }
  void move_to(const void* guard) noexcept { guard_.store(guard, std::memory_order_relaxed); }
  // Before the lock is free, so as not to wipe out the next one's name.
  void clear() noexcept { task_.store(trace::kNoSpan, std::memory_order_relaxed); }

  // What `wait`, one for this lock, says, and by whom it is held.
  task::Wait add_to(task::Wait wait) const noexcept {
    wait.made_at = made_at_;
    wait.held_by = task_.load(std::memory_order_relaxed);
    wait.guard = guard_.load(std::memory_order_relaxed);
    return wait;
  }

 private:
  const std::source_location made_at_;
  std::atomic<trace::SpanId> task_{trace::kNoSpan};
  std::atomic<const void*> guard_{nullptr};
};

}  // namespace ari::sync

#include "runtime/scheduler/root.h"

#include "runtime/task/header.h"
#include "runtime/task/task_local.h"
#include "runtime/time/coarse_clock.h"

namespace ari::scheduler {

void Root::run_until_complete(task::Header& root) noexcept {
  const task::LocalScope::Hidden hidden;  // of a task that blocks in place
  while (!root.state().is_complete()) {
    // acquire, here and below: pairs with the release in schedule().
    if (queue_.exchange(Queue::kEmpty, std::memory_order_acquire) == Queue::kRunnable) {
      time::CoarseClock::refresh();
      root.run();
    } else if (!deferred_.empty()) {
      for (Waker& waker : deferred_) std::move(waker).wake();
      deferred_.clear();
    } else {
      parker_.park(std::nullopt);
    }
  }
  // Tasks of a LocalSet may have given way in the last poll; they go on with the set's next.
  for (Waker& waker : deferred_) {
    if (waker.task_id() != root.span().id()) std::move(waker).wake();
  }
  deferred_.clear();
  // Shutdown may have ended the task while it was queued; and whoever woke it before may
  // not have come to schedule() yet.
  if (queue_.exchange(Queue::kClosed, std::memory_order_acquire) == Queue::kRunnable) {
    root.drop_reference();
  }
}

void Root::schedule(task::Header& task) noexcept {
  // Once runnable, the task may run to its end and take the last reference to this
  // scheduler with it, before we get to unpark.
  const auto alive = shared_from_this();
  Queue expected = Queue::kEmpty;
  // release: what was done before the wake is seen by the poll.
  if (queue_.compare_exchange_strong(expected, Queue::kRunnable, std::memory_order_release,
                                     std::memory_order_relaxed)) {
    parker_.unpark();
  } else {
    task.drop_reference();
  }
}

bool Root::release(task::Header& task) noexcept {
  parker_.unpark();  // if it was ended from another thread, by a shutdown
  return runtime_->release(task);
}

}  // namespace ari::scheduler

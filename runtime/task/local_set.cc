#include "runtime/task/local_set.h"

namespace ari {

Poll LocalSet::poll(Context& cx) noexcept {
  const scheduler::LocalTasks::Inside inside(*tasks_);
  misplaced_ = !waiting_.begin_poll(cx);
  if (misplaced_) return Poll::kReady;
  tasks_->tick(cx);
  if (!tasks_->is_empty()) return Poll::kPending;
  waiting_.end();
  return Poll::kReady;
}

}  // namespace ari

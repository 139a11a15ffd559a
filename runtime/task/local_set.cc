#include "runtime/task/local_set.h"

namespace ari {

Poll LocalSet::poll(Context& cx) noexcept {
  const scheduler::LocalTasks::Inside inside(*tasks_);
  misplaced_ = !tasks_->begin_poll(cx);
  if (misplaced_) return Poll::kReady;
  tasks_->tick(cx);
  return tasks_->is_empty() ? Poll::kReady : Poll::kPending;
}

}  // namespace ari

#include "runtime/task/local_set.h"

#include <utility>

namespace ari {

Poll LocalSet::poll(Context& cx) noexcept {
  const scheduler::LocalTasks::Inside inside(*tasks_);
  misplaced_ = !tasks_->begin_poll(cx);
  if (misplaced_) return Poll::kReady;
  if (!std::exchange(drives_, true)) tasks_->begin_driving();
  tasks_->tick(cx);
  if (!tasks_->is_empty()) return Poll::kPending;
  drives_ = false;
  tasks_->end_driving();
  return Poll::kReady;
}

}  // namespace ari

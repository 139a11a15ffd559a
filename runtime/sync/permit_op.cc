#include "runtime/sync/permit_op.h"

namespace ari::sync {

Poll PermitOp::poll(Context& cx) noexcept {
  if (!op_) open();
  Poll poll = Poll::kPending;
  {
    const trace::AsyncOp::Polling polling(resource_, *op_);
    if (!acquire_) acquire_.emplace(semaphore_, count_);
    poll = acquire_->poll(cx);
    if (poll == Poll::kReady && nesting_ == PermitOpNesting::kLock) end_inner();
    trace::poll_op("poll", poll == Poll::kReady);
  }
  if (poll == Poll::kReady) {
    if (acquire_) end_inner();
    op_.reset();
  }
  return poll;
}

task::Wait PermitOp::wait() const noexcept {
  task::Wait wait{source_, resource_.id()};
  if (acquire_) {
    wait.request = &*acquire_;
    wait.first_in_line = semaphore_.first_in_line();
  }
  return wait;
}

void PermitOp::open() noexcept {
  const bool is_semaphore = nesting_ == PermitOpNesting::kSemaphore;
  op_.emplace(trace::open_outer_op(resource_, source_, /*inherits_child_attrs=*/is_semaphore, [&] {
    if (is_semaphore) acquire_.emplace(semaphore_, count_);
  }));
}

void PermitOp::end_inner() noexcept {
  granted_ = acquire_->granted();
  acquire_.reset();
}

}  // namespace ari::sync

#include "runtime/task/branch.h"

namespace ari::task {

BranchBase::BranchBase(OwnedFrame root) : root_(std::move(root)) {
  static_cast<void>(root_.there());
  frames_.push(root_);
}

Poll BranchBase::poll(Context& cx) noexcept {
  const trace::SpanBranch::Inside inside(spans_);
  return frames_.poll(cx);
}

void BranchBase::cancel() noexcept {
  if (root_.get() == nullptr) return;
  const trace::SpanBranch::Inside inside(spans_);
  frames_.destroy();
  root_.reset();
}

}  // namespace ari::task

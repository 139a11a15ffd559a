#include "runtime/task/waker.h"

#include "runtime/task/header.h"

namespace ari {

using task::State;
using trace::WakerOp;

// The event comes first each time, so that a wake is on record before the poll it causes.

void Waker::clone() const noexcept {
  task_->span().waker(WakerOp::kClone);
  task_->state().add_reference();
}

void Waker::drop() noexcept {
  task_->span().waker(WakerOp::kDrop);
  std::exchange(task_, nullptr)->drop_reference();
}

void Waker::wake_by_value() noexcept {
  task_->span().waker(WakerOp::kWake);
  std::exchange(task_, nullptr)->wake_by_value();
}

void Waker::wake_by_ref() const noexcept {
  if (task_ == nullptr) return;
  task_->span().waker(WakerOp::kWakeByRef);
  task_->wake_by_ref();
}

trace::SpanId Waker::task_id() const noexcept {
  return task_ != nullptr ? task_->span().id() : trace::kNoSpan;
}

void Waker::tell_budget_exhausted() const noexcept {
  if (task_ != nullptr) task_->span().budget_exhausted();
}

}  // namespace ari

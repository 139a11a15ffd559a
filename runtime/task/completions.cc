#include "runtime/task/completions.h"

#include <utility>

namespace ari::task {

void Completions::push(Link& task) noexcept {
  Waker waiting;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    task.newer = nullptr;
    (oldest_ == nullptr ? oldest_ : newest_->newer) = &task;
    newest_ = &task;
    waiting = std::move(waiting_);
  }
  std::move(waiting).wake();
}

Completions::Link* Completions::pop(const Waker& waker) noexcept {
  Waker old;  // dies after the mutex is free: it may take a task with it
  const std::lock_guard lock(mutex_);
  Link* task = take_oldest();
  if (task == nullptr && !waiting_.will_wake(waker)) {
    old = waker;
    std::swap(waiting_, old);
  }
  return task;
}

Completions::Link* Completions::try_pop() noexcept {
  const std::lock_guard lock(mutex_);
  return take_oldest();
}

void Completions::put_back(Link& task) noexcept {
  const std::lock_guard lock(mutex_);
  task.newer = oldest_;
  if (oldest_ == nullptr) newest_ = &task;
  oldest_ = &task;
}

void Completions::close() noexcept {
  Waker old;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  std::swap(waiting_, old);
}

Completions::Link* Completions::take_oldest() noexcept {
  Link* task = oldest_;
  if (task != nullptr) oldest_ = task->newer;
  return task;
}

}  // namespace ari::task

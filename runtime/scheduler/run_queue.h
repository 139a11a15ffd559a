// RunQueue: the tasks that are runnable, first in, first out.
//
// Linked through the tasks themselves, so that queueing one allocates nothing. Owns one
// reference to each. Not thread-safe.
#pragma once

#include "runtime/task/header.h"

namespace ari::scheduler {

class RunQueue {
 public:
  bool empty() const noexcept { return first_ == nullptr; }

  void push(task::Header& task) noexcept {
    task.queue_next_ = nullptr;
    (first_ == nullptr ? first_ : last_->queue_next_) = &task;
    last_ = &task;
  }

  // The oldest, or null.
  task::Header* pop() noexcept {
    task::Header* task = first_;
    if (task != nullptr) first_ = task->queue_next_;
    return task;
  }

 private:
  task::Header* first_ = nullptr;
  task::Header* last_ = nullptr;  // meaningless while empty
};

}  // namespace ari::scheduler

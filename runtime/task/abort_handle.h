// AbortHandle: the right to end a task, and nothing more.
//
//   ari::AbortHandle stop = handle.abort_handle();     // of a JoinHandle, or from a JoinSet
//   stop.abort();                                      // from anywhere, whoever joins it
//
// Copies are as good as the original. It keeps the task's memory, not the task: that ends
// when it likes, and abort() does nothing then. Any thread; one object not from two threads
// at once.
#pragma once

#include <utility>

#include "runtime/task/header.h"

namespace ari {

class AbortHandle {
 public:
  // Whoever makes it has a reference to the task.
  explicit AbortHandle(task::Header& task) noexcept : task_(&task) { retain(); }

  AbortHandle(const AbortHandle& other) noexcept : task_(other.task_) { retain(); }
  AbortHandle(AbortHandle&& other) noexcept : task_(std::exchange(other.task_, nullptr)) {}
  AbortHandle& operator=(AbortHandle other) noexcept {
    std::swap(task_, other.task_);
    return *this;
  }
  ~AbortHandle() {
    if (task_ != nullptr) task_->drop_reference();
  }

  // Cancels the task: it is destroyed at its next turn instead of being polled. Does
  // nothing if it has ended.
  void abort() const noexcept { task_->abort(); }

  // Whether the task has ended, in whichever way.
  bool is_finished() const noexcept { return task_->state().is_complete(); }

  // The task's id: the id of its span in every log.
  trace::SpanId id() const noexcept { return task_->span().id(); }

 private:
  void retain() noexcept {
    if (task_ != nullptr) task_->state().add_reference();
  }

  task::Header* task_;
};

}  // namespace ari

// Waker: what makes a task runnable again.
//
// A future that cannot go on takes a copy of the polling task's waker, gives it to
// whatever it waits for, and suspends; that one wakes it later, from any thread. A Waker
// is a counted pointer to the task: it may outlive the task and the runtime, and then
// does nothing. Each of its four uses is an event on record, one for one:
//
//   copy            waker.clone          one waker more
//   destroy         waker.drop           one waker less
//   wake() &&       waker.wake           the task is made runnable, one waker less
//   wake_by_ref()   waker.wake_by_ref    the task is made runnable
//
// Moving is no event. One Waker object is not to be used from two threads at once;
// copies may.
#pragma once

#include <utility>

#include "runtime/trace/subscriber.h"

namespace ari {

namespace task {
class Header;
}

class Waker {
 public:
  // An empty waker, which wakes nobody.
  Waker() noexcept = default;

  Waker(const Waker& other) noexcept : task_(other.task_) {
    if (task_ != nullptr) clone();
  }
  Waker(Waker&& other) noexcept : task_(std::exchange(other.task_, nullptr)) {}
  // A copy is made before what was here is dropped, the order in which Tokio's logs show it.
  Waker& operator=(Waker other) noexcept {
    std::swap(task_, other.task_);
    return *this;
  }
  ~Waker() {
    if (task_ != nullptr) drop();
  }

  // Makes the task runnable and uses this waker up.
  void wake() && noexcept {
    if (task_ != nullptr) wake_by_value();
  }

  // Makes the task runnable.
  void wake_by_ref() const noexcept;

  // Whether both wake the same task.
  bool will_wake(const Waker& other) const noexcept { return task_ == other.task_; }

  // The id of the task that it wakes; kNoSpan for an empty waker.
  trace::SpanId task_id() const noexcept;

  // False for an empty waker.
  explicit operator bool() const noexcept { return task_ != nullptr; }

 private:
  friend class LentWaker;
  friend class Context;  // which asks the task that it belongs to to tell

  void clone() const noexcept;
  void drop() noexcept;
  void wake_by_value() noexcept;
  void tell_budget_exhausted() const noexcept;

  task::Header* task_ = nullptr;
};

// The waker that a poll lends to the futures it polls: it holds no reference, and neither
// its making nor its end is an event, because the poll itself keeps the task alive.
class LentWaker {
 public:
  explicit LentWaker(task::Header& task) noexcept : waker_() { waker_.task_ = &task; }
  ~LentWaker() {}
  LentWaker(const LentWaker&) = delete;
  LentWaker& operator=(const LentWaker&) = delete;

  const Waker& get() const noexcept { return waker_; }

 private:
  union {
    Waker waker_;  // in a union so that it is never destroyed
  };
};

}  // namespace ari

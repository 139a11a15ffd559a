// Runtime: what runs tasks.
//
//   int main() {
//     ari::Runtime runtime;
//     return runtime.block_on(main_task());
//   }
//
// Such a one has no thread of its own: tasks run while a thread is in block_on(), on that
// thread. Builder (builder.h) makes others. Tasks may be woken, aborted and spawned from any
// thread at any time. Destroying the Runtime cancels and destroys every task that is left.
#pragma once

#include <memory>
#include <source_location>

#include "runtime/scheduler/block_on.h"
#include "runtime/scheduler/handle.h"
#include "runtime/task/spawn.h"

namespace ari {

class Runtime {
 public:
  class Builder;

  // The same as Builder::current_thread().build().
  Runtime();
  Runtime(Runtime&& other) noexcept = default;
  Runtime& operator=(Runtime&& other) noexcept {
    std::swap(scheduler_, other.scheduler_);
    return *this;
  }
  // Requires: no thread is in block_on().
  ~Runtime();

  // Runs `task`, and whatever else was spawned, until `task` has ended; gives its result
  // or throws what left its body. Other tasks rest until the next block_on. One thread at
  // a time; throws std::logic_error on a thread that is running a runtime already.
  template <class T>
  T block_on(Task<T> task, std::source_location at = std::source_location::current()) {
    return scheduler::block_on(scheduler_, scheduler_->runner(), std::move(task), at);
  }

  // Spawns from outside of any task. It begins to run in the next block_on, or in the one
  // that another thread is in. Any thread.
  template <class T>
  JoinHandle<T> spawn(Task<T> task, std::source_location at = std::source_location::current()) {
    return handle().spawn(std::move(task), at);
  }

  // For other threads, and for whoever is not to own the runtime.
  Handle handle() const noexcept { return Handle(scheduler_); }

 private:
  explicit Runtime(std::shared_ptr<scheduler::Scheduler> scheduler) noexcept
      : scheduler_(std::move(scheduler)) {}

  std::shared_ptr<scheduler::Scheduler> scheduler_;  // null once moved from
};

}  // namespace ari

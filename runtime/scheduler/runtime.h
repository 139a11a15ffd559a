// Runtime: what runs tasks.
//
//   int main() {
//     ari::Runtime runtime;
//     return runtime.block_on(main_task());
//   }
//
// It has no thread of its own: tasks run while a thread is in block_on(), on that thread.
// They may be woken, aborted and spawned from any thread at any time. Destroying the
// Runtime cancels and destroys every task that is left.
#pragma once

#include <memory>
#include <source_location>

#include "runtime/scheduler/current_thread.h"
#include "runtime/task/spawn.h"

namespace ari {

class Runtime {
 public:
  Runtime();
  // Requires: no thread is in block_on().
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // Runs `task`, and whatever else was spawned, until `task` has ended; gives its result
  // or throws what left its body. Other tasks rest until the next block_on. One thread at
  // a time; throws std::logic_error on a thread that is running a runtime already.
  template <class T>
  T block_on(Task<T> task, std::source_location at = std::source_location::current()) {
    const scheduler::Scheduler::Running running(scheduler_, /*may_nest=*/false);
    auto root = task::Builder().spawn_on(shared(), std::move(task), at, "block_on");
    scheduler_->run_until_complete(root.task());
    return root.result();
  }

  // Spawns from outside of any task. It begins to run in the next block_on, or in the one
  // that another thread is in. Any thread.
  template <class T>
  JoinHandle<T> spawn(Task<T> task, std::source_location at = std::source_location::current()) {
    return task::Builder().spawn_on(shared(), std::move(task), at);
  }

 private:
  std::shared_ptr<scheduler::Scheduler> shared() const noexcept { return scheduler_; }

  std::shared_ptr<scheduler::CurrentThread> scheduler_;
};

}  // namespace ari

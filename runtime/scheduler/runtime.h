// Runtime: what runs tasks.
//
//   int main() {
//     ari::Runtime runtime;
//     return runtime.block_on(main_task());
//   }
//
// Such a one has no thread of its own: tasks run while a thread is in block_on(), on that
// thread. Builder (builder.h) makes multi-thread ones. Tasks may be woken, aborted and
// spawned from any thread at any time.
//
// Destroying the Runtime cancels and destroys every task that is left. It waits for polls
// and spawn_blocking functions that are running on the runtime's threads to end, however
// long that takes; shutdown_timeout() and shutdown_background() do not. Destroyed by one of
// its own threads, it cannot wait, and does not.
//
// In a child made by fork() there are none of its threads: there the end waits for nobody, and
// one with workers leaves its tasks alone. Its sockets are the parent's to wait for. The child
// may make runtimes of its own, unless another thread of the parent was using ari at the time
// of the fork, be it a worker at work or one that takes a dump: what such a thread had locked
// stays locked. The child of a program with threads that are not at rest must use nothing of
// ari before it calls exec() or _exit().
#pragma once

#include <chrono>
#include <memory>
#include <source_location>

#include "runtime/scheduler/block_on.h"
#include "runtime/scheduler/handle.h"
#include "runtime/task/spawn.h"
#include "runtime/time/duration.h"

namespace ari {

class Runtime {
 public:
  class Builder;

  // The same as Builder::current_thread().build().
  Runtime();
  Runtime(Runtime&& other) noexcept = default;
  // Ends what was here, as the destructor does.
  Runtime& operator=(Runtime other) noexcept {
    std::swap(scheduler_, other.scheduler_);
    return *this;
  }
  // Requires: no thread is in block_on().
  ~Runtime();

  // Runs `task` on the calling thread until it has ended; gives its result or throws what
  // left its body. Throws std::logic_error on a thread that is running a runtime already.
  // On a current-thread runtime whatever else was spawned runs meanwhile, and rests until
  // the next block_on; one thread at a time, or it throws std::logic_error.
  template <class T>
  T block_on(Task<T> task, std::source_location at = std::source_location::current()) {
    return scheduler::block_on(scheduler_, scheduler_->runner(), std::move(task), at);
  }

  // Spawns from outside of any task. On a current-thread runtime it begins to run in the
  // next block_on, or in the one that another thread is in. Any thread.
  template <class T>
  JoinHandle<T> spawn(Task<T> task, std::source_location at = std::source_location::current()) {
    return handle().spawn(std::move(task), at);
  }
  // The task that make() makes, as ari::spawn(make).
  template <class F>
  JoinHandle<task::ResultOf<F>> spawn(F make,
                                      std::source_location at = std::source_location::current()) {
    return handle().spawn(std::move(make), at);
  }

  // As ari::spawn_blocking, from outside of any task. Any thread.
  template <class F>
    requires std::is_invocable_v<F>
  JoinHandle<std::invoke_result_t<F>> spawn_blocking(
      F function, std::source_location at = std::source_location::current()) {
    return handle().spawn_blocking(std::move(function), at);
  }

  // The end, for whoever cannot wait: as the destructor, but what still runs after
  // `duration` is left to itself on its thread. What such a poll or function uses, or a
  // thread_local variable's destructor on that thread, must outlive it.
  //
  //   std::move(runtime).shutdown_timeout(std::chrono::seconds(5));
  void shutdown_timeout(time::Duration duration) && noexcept;
  void shutdown_background() && noexcept {
    std::move(*this).shutdown_timeout(std::chrono::nanoseconds(0));
  }

  // For other threads, and for whoever is not to own the runtime.
  Handle handle() const noexcept { return Handle(scheduler_); }

 private:
  explicit Runtime(std::shared_ptr<scheduler::Engine> scheduler) noexcept
      : scheduler_(std::move(scheduler)) {}

  std::shared_ptr<scheduler::Engine> scheduler_;  // null once moved from
};

}  // namespace ari

// Handle: a way into a runtime, to copy and pass around.
//
//   ari::Handle handle = runtime.handle();       // or Handle::current() in a task
//   std::thread other([handle] {
//     auto task = handle.spawn(work());          // runs on the runtime
//     handle.block_on(answer());                 // runs here, with the runtime's timers
//   });
//
// It does not keep the Runtime running: once that is destroyed, tasks spawned through a
// Handle are cancelled at once. Any thread may use one.
#pragma once

#include <memory>
#include <source_location>

#include "runtime/scheduler/block_on.h"
#include "runtime/scheduler/root.h"
#include "runtime/task/spawn.h"

namespace ari {

class Dump;

class Handle {
 public:
  // For Runtime::handle().
  explicit Handle(std::shared_ptr<scheduler::Engine> scheduler) noexcept
      : scheduler_(std::move(scheduler)) {}

  // Of the runtime that the calling thread is running. Throws std::logic_error if there is
  // none.
  static Handle current() {
    return Handle(scheduler::Scheduler::current(
        "Handle::current() is for code inside of a task; elsewhere use Runtime::handle()"));
  }

  template <class T>
  JoinHandle<T> spawn(Task<T> task,
                      std::source_location at = std::source_location::current()) const {
    return task::Builder().spawn_on(scheduler_, std::move(task), at);
  }

  template <class F>
    requires std::is_invocable_v<F>
  JoinHandle<std::invoke_result_t<F>> spawn_blocking(
      F function, std::source_location at = std::source_location::current()) const {
    return task::Builder().spawn_blocking_on(scheduler_, std::move(function), at);
  }

  // The runtime's own figures, now.
  RuntimeMetrics metrics() const { return scheduler_->metrics(); }

  // What each of its tasks is doing, now; of Tokio's async fn of that name, the answer: it
  // waits for nothing. runtime/dump/dump.h has it.
  Dump dump() const;

  // Runs `task` on the calling thread until it has ended; gives its result, throws what
  // left its body, or throws JoinError if the runtime shuts down. Unlike Runtime::block_on
  // it runs nothing else: on a current-thread runtime, timers and other tasks go on only
  // while some thread is in Runtime::block_on. Throws std::logic_error on a thread that is
  // running a runtime already.
  template <class T>
  T block_on(Task<T> task, std::source_location at = std::source_location::current()) const {
    return scheduler::block_on(scheduler_, std::make_shared<scheduler::Root>(scheduler_),
                               std::move(task), at);
  }

 private:
  std::shared_ptr<scheduler::Engine> scheduler_;
};

}  // namespace ari

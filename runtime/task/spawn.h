// spawn: lets a task run beside the one that calls.
//
//   auto handle = ari::spawn(work());
//   auto named = ari::task::Builder().name("worker").spawn(work());
//
// The task belongs to the runtime that polls the caller, runs from its next turn on, and
// whoever wants its result keeps the JoinHandle. Called where no runtime is running,
// spawn throws std::logic_error; Runtime::spawn works from outside.
#pragma once

#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "runtime/scheduler/engine.h"
#include "runtime/task/join_handle.h"

namespace ari {

namespace task {

// What a spawn_blocking's task runs.
template <class F>
Task<std::invoke_result_t<F>> call(F function) {
  co_return std::move(function)();
}

// The T of the Task<T> that a function without parameters makes, such as a lambda that is a
// coroutine.
template <class T>
std::type_identity<T> result_of(const Task<T>*);
template <class F>
using ResultOf =
    typename decltype(result_of(static_cast<std::invoke_result_t<F&>*>(nullptr)))::type;

// A function without parameters that makes a Task<T>.
template <class F, class T>
concept MakesTask = std::is_same_v<ResultOf<F>, T>;

// What spawn() of such a function runs: keeps it in this frame until the task has ended.
template <class T, class F>
Task<T> run_task_of(F make) {
  if constexpr (std::is_void_v<T>) {
    co_await make();
  } else {
    T result = co_await make();
    co_return result;
  }
}

// Says what a task is called before it is spawned.
class Builder {
 public:
  // What logs show as task.name.
  Builder name(std::string_view name) && {
    name_ = name;
    return std::move(*this);
  }
  std::string_view name() const noexcept { return name_; }

  template <class T>
  JoinHandle<T> spawn(Task<T> task,
                      std::source_location at = std::source_location::current()) const {
    return spawn_on(scheduler::Scheduler::current(), std::move(task), at);
  }

  // As spawn(make) below.
  template <class F>
  JoinHandle<ResultOf<F>> spawn(F make,
                                std::source_location at = std::source_location::current()) const {
    return spawn(run_task_of<ResultOf<F>>(std::move(make)), at);
  }

  // As spawn_local() (local_set.h).
  template <class T>
  JoinHandle<T> spawn_local(Task<T> task,
                            std::source_location at = std::source_location::current()) const {
    return spawn_on(scheduler::Scheduler::current_local(), std::move(task), at, kLocalKind);
  }
  template <class F>
  JoinHandle<ResultOf<F>> spawn_local(
      F make, std::source_location at = std::source_location::current()) const {
    return spawn_local(run_task_of<ResultOf<F>>(std::move(make)), at);
  }

  // As spawn_blocking().
  template <class F>
    requires std::is_invocable_v<F>
  JoinHandle<std::invoke_result_t<F>> spawn_blocking(
      F function, std::source_location at = std::source_location::current()) const {
    return spawn_blocking_on(scheduler::Scheduler::current(), std::move(function), at);
  }
  template <class F>
  JoinHandle<std::invoke_result_t<F>> spawn_blocking_on(std::shared_ptr<scheduler::Engine> engine,
                                                        F function, std::source_location at) const {
    return spawn_on(engine->shared_blocking(), call(std::move(function)), at, kBlockingKind);
  }

  // On this scheduler, whoever calls.
  template <class T>
  JoinHandle<T> spawn_on(std::shared_ptr<scheduler::Scheduler> scheduler, Task<T> task,
                         std::source_location at, std::string_view kind = "task") const {
    auto* cell = new Cell<T>(std::move(task), scheduler, kind, name_, at);
    JoinHandle<T> handle(*cell);
    scheduler->start(*cell);
    return handle;
  }

 private:
  std::string name_;
};

}  // namespace task

template <class T>
JoinHandle<T> spawn(Task<T> task, std::source_location at = std::source_location::current()) {
  return task::Builder().spawn(std::move(task), at);
}

// The task of the coroutine that make() makes when it is first polled. What make has captured
// lives as long:
//
//   ari::spawn([name]() -> ari::Task<void> { co_await greet(name); });
//
// In backtraces there is one frame more, below that coroutine's.
template <class F>
JoinHandle<task::ResultOf<F>> spawn(F make,
                                    std::source_location at = std::source_location::current()) {
  return task::Builder().spawn(std::move(make), at);
}

// Runs a function that takes its time on a thread for such.
//
//   auto handle = ari::spawn_blocking([path] { return read_file(path); });
//   std::string text = co_await handle;
//
// A worker that waits for a disk or computes for a second keeps every task behind it
// waiting. The function goes to the runtime's other threads instead: up to 512, kept for
// 10 s. It is called once; what it returns or throws goes to the JoinHandle. It may spawn,
// and block_on through Handle::current().
//
// Once begun it cannot be stopped: abort() only keeps it from beginning, and the end of
// the runtime waits for it. If the system gives no thread at all, it is cancelled.
template <class F>
  requires std::is_invocable_v<F>
JoinHandle<std::invoke_result_t<F>> spawn_blocking(
    F function, std::source_location at = std::source_location::current()) {
  return task::Builder().spawn_blocking(std::move(function), at);
}

}  // namespace ari

// LocalSet: tasks that stay on one thread.
//
//   ari::LocalSet local;
//   local.block_on(runtime, main_task());      // or co_await local.run_until(part())
//
//   ari::Task<void> main_task() {
//     auto handle = ari::spawn_local(uses_what_is_not_thread_safe());
//     co_await handle;
//   }
//
// On a multi-thread runtime a spawned task may go on on another thread after each co_await.
// Those of a LocalSet are polled by the thread that made the set, inside of whoever waits for
// the set, and only then. They may be woken and aborted from any thread, spawn() ordinary
// tasks, and use timers, sockets and channels as others do. In logs they are tasks of the kind
// "local", polled inside of the task that polls the set. As in Tokio.
//
// The set's end cancels and destroys the tasks that are left, and does not wait for them. It
// belongs to one thread: made, polled and destroyed there; and to the first runtime that
// polls it. Polled elsewhere it throws std::logic_error. None of its tasks may destroy it.
#pragma once

#include <memory>
#include <source_location>
#include <utility>

#include "runtime/scheduler/local_tasks.h"
#include "runtime/scheduler/runtime.h"
#include "runtime/task/branch.h"

namespace ari {

class LocalSet {
 public:
  template <task::Branchable F>
  class RunUntil;

  LocalSet() : tasks_(std::make_shared<scheduler::LocalTasks>()), waiting_(*tasks_) {}
  LocalSet(const LocalSet&) = delete;
  LocalSet& operator=(const LocalSet&) = delete;
  ~LocalSet() { tasks_->shut_down(); }

  // Spawns a task of the set, from inside of it or outside: it runs when the set is polled.
  template <class T>
  JoinHandle<T> spawn_local(Task<T> task,
                            std::source_location at = std::source_location::current()) {
    return spawn_local(task::Builder(), std::move(task), at);
  }
  // The same, for a task with a name: set.spawn_local(ari::task::Builder().name("ui"), draw()).
  template <class T>
  JoinHandle<T> spawn_local(const task::Builder& builder, Task<T> task,
                            std::source_location at = std::source_location::current()) {
    tasks_->require_own_thread();
    return builder.spawn_on(tasks_, std::move(task), at, task::kLocalKind);
  }

  // The task that make() makes, as ari::spawn(make).
  template <class F>
  JoinHandle<task::ResultOf<F>> spawn_local(
      F make, std::source_location at = std::source_location::current()) {
    return spawn_local(task::Builder(), std::move(make), at);
  }
  template <class F>
  JoinHandle<task::ResultOf<F>> spawn_local(
      const task::Builder& builder, F make,
      std::source_location at = std::source_location::current()) {
    return spawn_local(builder, task::run_task_of<task::ResultOf<F>>(std::move(make)), at);
  }

  // A Future: waits for a Task or a Future, inside of which spawn_local() goes to this set,
  // and runs the set's tasks meanwhile. Those that are left rest until the set is polled
  // again.
  template <task::Branchable F>
  [[nodiscard("does nothing until it is co_awaited")]] RunUntil<F> run_until(F&& future) {
    return RunUntil<F>(tasks_, std::forward<F>(future));
  }

  // The same by Runtime::block_on on the calling thread.
  template <class T>
  T block_on(Runtime& runtime, Task<T> task,
             std::source_location at = std::source_location::current()) {
    return runtime.block_on(drive(tasks_, std::move(task)), at);
  }

  // LocalSet is a Future: runs the tasks until all have ended. One waits so at a time.
  Poll poll(Context& cx) noexcept;
  static constexpr bool kIsJoin = true;
  task::Wait wait() const noexcept { return {.op = "LocalSet", .joins = tasks_->joined()}; }
  void result() const {
    if (misplaced_) tasks_->throw_misplaced();
  }

 private:
  template <class T>
  friend class JoinSet;  // which spawns into it

  using Tasks = std::shared_ptr<scheduler::LocalTasks>;

  template <class T>
  static Task<T> drive(Tasks tasks, Task<T> task) {
    RunUntil<Task<T>> until(std::move(tasks), std::move(task));
    if constexpr (std::is_void_v<T>) {
      co_await until;
    } else {
      auto value = co_await until;
      co_return value;
    }
  }

  const Tasks tasks_;
  bool misplaced_ = false;  // in the last poll
  scheduler::LocalTasks::Waiting waiting_;
};

// Stays where it is.
template <task::Branchable F>
class LocalSet::RunUntil {
 public:
  static constexpr bool kBorrows = task::kIsBorrowed<F>;

  RunUntil(Tasks tasks, F&& future)
      : tasks_(std::move(tasks)), waiting_(*tasks_), future_(task::lend(future)) {}
  RunUntil(const RunUntil&) = delete;
  RunUntil& operator=(const RunUntil&) = delete;

  Poll poll(Context& cx) noexcept {
    const scheduler::LocalTasks::Inside inside(*tasks_);
    misplaced_ = !waiting_.begin_poll(cx);
    if (misplaced_) return Poll::kReady;
    if (future_.poll(cx) == Poll::kReady) {
      waiting_.end();
      return Poll::kReady;
    }
    tasks_->tick(cx);
    return Poll::kPending;
  }

  decltype(auto) result() {
    if (misplaced_) tasks_->throw_misplaced();
    if constexpr (requires { future_.result(); }) return future_.result();
  }

  void visit_branches(task::BranchVisitor& visitor) const {
    task::visit_branches_of(future_, visitor);
  }

 private:
  const Tasks tasks_;
  scheduler::LocalTasks::Waiting waiting_;
  task::BranchOf<F> future_;
  bool misplaced_ = false;
};

// Spawns a task of the LocalSet that the caller is inside of. Throws std::logic_error if it
// is in none.
template <class T>
JoinHandle<T> spawn_local(Task<T> task, std::source_location at = std::source_location::current()) {
  return task::Builder().spawn_local(std::move(task), at);
}

// The task that make() makes, as ari::spawn(make).
template <class F>
JoinHandle<task::ResultOf<F>> spawn_local(
    F make, std::source_location at = std::source_location::current()) {
  return task::Builder().spawn_local(std::move(make), at);
}

}  // namespace ari

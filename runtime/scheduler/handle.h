// Handle: a way into a runtime, to copy and pass around.
//
//   ari::Handle handle = runtime.handle();       // or Handle::current() in a task
//   std::thread other([handle] {
//     auto task = handle.spawn(work());          // runs on the runtime
//     handle.block_on(answer());                 // runs here, with the runtime's timers
//   });
//
// Code that spawns but was not given a Handle can do so on such a thread as well:
//
//   const auto inside = handle.enter();
//   library_that_spawns();                       // its ari::spawn() goes to the runtime
//
// It does not keep the Runtime running: once that is destroyed, tasks spawned through a
// Handle are cancelled at once. Any thread may use one.
#pragma once

#include <memory>
#include <optional>
#include <source_location>

#include "runtime/scheduler/block_on.h"
#include "runtime/scheduler/root.h"
#include "runtime/task/spawn.h"

namespace ari {

class Dump;

// While one of these lives, what the calling thread spawns goes to the runtime, and
// Handle::current() is of that. They nest: destroyed on the thread that made them, the last
// made first.
class [[nodiscard("dropped at once, it enters nothing")]] EnterGuard {
 public:
  explicit EnterGuard(const std::shared_ptr<scheduler::Engine>& runtime) noexcept
      : EnterGuard(runtime, Running::innermost()) {}

 private:
  using Running = scheduler::Scheduler::Running;

  // A thread that polls tasks goes on to be one; any other becomes like one for blocking functions.
  EnterGuard(const std::shared_ptr<scheduler::Engine>& runtime, const Running* outer) noexcept
      : running_(outer != nullptr && outer->kind() == Running::Kind::kPolls
                     ? Running(runtime, outer->runner(), Running::Kind::kPolls)
                     : Running(runtime, runtime->blocking(), Running::Kind::kBlocks)) {}

  const Running running_;
};

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

  // The same, or nothing if there is none.
  static std::optional<Handle> try_current() noexcept {
    const auto* running = scheduler::Scheduler::Running::innermost();
    return running != nullptr ? std::optional(Handle(running->runtime())) : std::nullopt;
  }

  // Lets the calling thread spawn without naming the runtime. Not across a co_await. Does not
  // change whether the thread may block.
  EnterGuard enter() const noexcept { return EnterGuard(scheduler_); }

  template <class T>
  JoinHandle<T> spawn(Task<T> task,
                      std::source_location at = std::source_location::current()) const {
    return task::Builder().spawn_on(scheduler_, std::move(task), at);
  }
  // The task that make() makes, as ari::spawn(make).
  template <class F>
  JoinHandle<task::ResultOf<F>> spawn(
      F make, std::source_location at = std::source_location::current()) const {
    return spawn(task::run_task_of<task::ResultOf<F>>(std::move(make)), at);
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

  // For JoinSet.
  const std::shared_ptr<scheduler::Engine>& engine() const noexcept { return scheduler_; }

 private:
  std::shared_ptr<scheduler::Engine> scheduler_;
};

}  // namespace ari

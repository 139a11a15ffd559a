// Scheduler: what a task needs of whatever runs it.
//
// Tasks and futures know this interface only, so that a scheduler with one thread and one
// with many serve the same tasks. A task keeps its scheduler alive, and a waker its task:
// that makes waking safe from any thread at any time, even after the Runtime is gone.
//
//   Scheduler ◀── Engine         a whole runtime's (engine.h)
//      ▲            ▲ ▲
//      │            │ └───────── CurrentThread, which is a Runner
//      │            └─────────── MultiThread
//      ├──────────────────────── Root, a Runner: the task of one block_on
//      ├──────────────────────── LocalTasks: a LocalSet's, in the poll of whoever waits for it
//      └──────────────────────── BlockingTasks: functions, each on a thread of its own
#pragma once

#include <memory>
#include <string_view>

namespace ari::task {
class Header;
}
namespace ari {
class Waker;
}

namespace ari::scheduler {

class Driver;
class Engine;

class Scheduler : public std::enable_shared_from_this<Scheduler> {
 public:
  virtual ~Scheduler() = default;

  // A new task, with its three references (task/state.h): it is listed and queued, or
  // destroyed at once if the runtime is shutting down. Any thread.
  void start(task::Header& task) noexcept;

  // Lists a new task and takes over the list's reference. False: the runtime is shutting
  // down, the reference stays the caller's. Any thread.
  [[nodiscard]] virtual bool own(task::Header& task) noexcept = 0;

  // Queues a task that has become runnable, with the reference that goes with it. Any thread.
  virtual void schedule(task::Header& task) noexcept = 0;

  // The same for a task that was woken during its own poll: others go first.
  virtual void schedule_again(task::Header& task) noexcept { schedule(task); }

  // A task is complete: takes it off the list. True: the list's reference is the caller's
  // to give up. Any thread.
  virtual bool release(task::Header& task) noexcept = 0;

  // Wakes a copy of `waker` after the timers had their next turn, which is at once if nothing
  // else is runnable; its task goes behind those that are in the calling thread's queue by
  // then. Called inside a poll.
  virtual void defer(const Waker& waker) noexcept = 0;

  // What this scheduler sleeps on while it has nothing to run: it has the timers.
  virtual Driver& driver() noexcept = 0;

  // May a task that it polls block the thread, if it says so by block_in_place()?
  virtual bool may_block_in_place() const noexcept { return true; }

  // The runtime that the calling thread is running. Throws std::logic_error if there is
  // none, which says what to do `instead`.
  static std::shared_ptr<Engine> current(
      std::string_view instead = "spawn from inside of a task, or use Runtime::spawn");

  // That of the LocalSet that the calling thread is inside of. Throws std::logic_error if
  // there is none.
  static std::shared_ptr<Scheduler> current_local();

  // Throws std::logic_error if the calling thread polls tasks: to block it would block them.
  // It names the function that was called, and says what to do `instead`.
  static void require_may_block(std::string_view function = "block_on",
                                std::string_view instead = "co_await the task instead");

  // While alive, the calling thread runs `runner`, on behalf of `runtime`: that is where
  // its spawns go. They nest.
  class Running {
   public:
    enum class Kind : unsigned char {
      kPolls,   // polls tasks: must not block
      kBlocks,  // may take its time
    };
    Running(std::shared_ptr<Engine> runtime, const Scheduler& runner, Kind kind) noexcept;
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    // The innermost one of the calling thread, or null.
    static const Running* innermost() noexcept { return t_innermost_; }

    const std::shared_ptr<Engine>& runtime() const noexcept { return runtime_; }
    const Scheduler& runner() const noexcept { return runner_; }
    Kind kind() const noexcept { return kind_; }

   private:
    // Read and written in functions that never suspend.
    static inline constinit thread_local const Running* t_innermost_ = nullptr;

    const std::shared_ptr<Engine> runtime_;
    const Scheduler& runner_;
    const Kind kind_;
    const Running* const before_;
  };

  // Whether the calling thread runs this very scheduler.
  bool is_current() const noexcept {
    const Running* running = Running::innermost();
    return running != nullptr && &running->runner() == this;
  }
};

}  // namespace ari::scheduler

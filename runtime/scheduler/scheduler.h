// Scheduler: what a task needs of whatever runs it.
//
// Tasks and futures know this interface only, so that a scheduler with one thread and one
// with many serve the same tasks. A task keeps its scheduler alive, and a waker its task:
// that makes waking safe from any thread at any time, even after the Runtime is gone.
#pragma once

#include <memory>

namespace ari::task {
class Header;
}
namespace ari {
class Waker;
}

namespace ari::scheduler {

class Driver;
class Runner;

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

  // Wakes a copy of `waker` once the tasks that are runnable now and the timers had their
  // turn. Called inside a poll.
  virtual void defer(const Waker& waker) noexcept = 0;

  // What this scheduler sleeps on while it has nothing to run: it has the timers.
  virtual Driver& driver() noexcept = 0;

  // What runs the task of a Runtime::block_on.
  virtual std::shared_ptr<Runner> runner() = 0;

  // Destroys every task; those spawned or woken from now on are destroyed at once.
  // Requires: no thread is in a block_on.
  virtual void shut_down() noexcept = 0;

  // The scheduler of the runtime that the calling thread is running. Throws
  // std::logic_error if there is none.
  static std::shared_ptr<Scheduler> current();

  // While alive, the calling thread runs `runner`, on behalf of `runtime`: that is where
  // its spawns go. Throws std::logic_error if it runs one already and `may_nest` is false.
  class Running {
   public:
    Running(std::shared_ptr<Scheduler> runtime, const Scheduler& runner, bool may_nest);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    std::shared_ptr<Scheduler> runtime_;
    const Scheduler& runner_;
    Running* before_;
    friend class Scheduler;
  };

  // Whether the calling thread runs this very scheduler.
  bool is_current() const noexcept;
};

// A scheduler that the calling thread of a block_on runs.
class Runner : public Scheduler {
 public:
  // Runs tasks until `root`, one of its own, is complete. Requires: the calling thread is
  // Running this, and no other thread is in here.
  virtual void run_until_complete(task::Header& root) noexcept = 0;
};

}  // namespace ari::scheduler

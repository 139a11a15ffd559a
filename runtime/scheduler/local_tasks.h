// LocalTasks: the scheduler of a LocalSet (local_set.h).
//
//   woken by one another ─▶ queue ────────┬──▶ tick(): run() each, 61 at most
//   from elsewhere ─▶ inject queue ───────┘
//                         └─▶ wakes the tasks that poll the set
//
// The numbers are Tokio's, and so is which queue goes first (current_thread.h). Tasks are polled
// inside of the poll of whoever polls the set, on the thread that made it, and have its runtime's
// timers and sockets.
#pragma once

#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "runtime/scheduler/engine.h"
#include "runtime/scheduler/inject_queue.h"
#include "runtime/scheduler/owned_tasks.h"
#include "runtime/scheduler/run_queue.h"
#include "runtime/sync/wait_list.h"
#include "runtime/task/context.h"

namespace ari::scheduler {

class LocalTasks final : public Scheduler {
 public:
  // For the calling thread.
  LocalTasks() noexcept : thread_(std::this_thread::get_id()) {}

  bool own(task::Header& task) noexcept override { return owned_.add(task); }
  void schedule(task::Header& task) noexcept override;
  bool release(task::Header& task) noexcept override { return owned_.remove(task); }
  void defer(const Waker& waker) noexcept override;
  Driver& driver() noexcept override { return runtime_->driver(); }

  // While alive, what the calling thread spawns by spawn_local goes to these. They nest.
  class Inside {
   public:
    explicit Inside(LocalTasks& tasks) noexcept : before_(std::exchange(t_inside_, &tasks)) {}
    ~Inside() { t_inside_ = before_; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    LocalTasks* const before_;
  };
  // The innermost one of the calling thread, or null.
  static LocalTasks* inside() noexcept { return t_inside_; }

  // Throws std::logic_error if the calling thread is another than that of the constructor.
  void require_own_thread() const;

  // One who waits for the set; a part of his future. Until he ends his waker is left with the set,
  // for tasks of it that are woken from elsewhere.
  class Waiting {
   public:
    explicit Waiting(LocalTasks& tasks) noexcept : tasks_(tasks) {}
    ~Waiting() { end(); }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    // One poll of the set begins. False: it is polled on another thread, or in another runtime than
    // the first time.
    [[nodiscard]] bool begin_poll(Context& cx) noexcept;

    // He has got what he waited for, or is dropped. If there are others, they are woken for what is
    // left to run: it may be theirs to wait for. Own thread, or any at the runtime's end.
    void end() noexcept;

   private:
    LocalTasks& tasks_;
    bool waits_ = false;
    sync::Waiter waiter_;
  };

  // Says what was wrong, by std::logic_error.
  [[noreturn]] void throw_misplaced() const;

  // Runs tasks until there are none, or so many that others must have their turn: then the
  // polling task is woken. Whoever else waits for the set is woken once there is no task left.
  // Requires: Waiting::begin_poll(), Inside.
  void tick(Context& cx) noexcept;

  // No task is left that has not ended.
  bool is_empty() const noexcept { return owned_.alive() == 0; }

  // Those that have not ended, for who waits for the end of all.
  task::Joined joined() const noexcept { return owned_.joined(); }

  // Cancels every task; those spawned from now on are cancelled at once.
  void shut_down() noexcept;

 private:
  // Read and written in functions that never suspend.
  static inline constinit thread_local LocalTasks* t_inside_ = nullptr;

  task::Header* next_task() noexcept;
  void leave_waker(sync::Waiter& waiter, const Waker& waker) noexcept;
  void take_waker(sync::Waiter& waiter) noexcept;
  void wake_waiters() noexcept;

  const std::thread::id thread_;
  std::shared_ptr<Engine> runtime_;  // the first that polled the set: timers are there
  Scheduler* poller_ = nullptr;      // during a tick: what polls the set from outside
  RunQueue queue_;                   // that thread only
  unsigned polls_ = 0;
  unsigned waiting_ = 0;
  InjectQueue inject_;
  // Of those who polled the set since it was last woken from elsewhere, mostly one. All are woken
  // then, since any of them may have got what it waited for and never poll again.
  std::mutex mutex_;
  sync::WaitList waiters_;  // guarded by mutex_
  OwnedTasks owned_;
};

}  // namespace ari::scheduler

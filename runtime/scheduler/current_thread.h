// CurrentThread: the scheduler of a runtime that has one thread, the one that calls
// block_on().
//
//   other threads ─▶ inject queue ─┐
//                                  ├─▶ run() each ─┐
//   tasks, timers ─▶ run queue ────┘               │ queues empty, or 61 polls
//                        ▲                         ▼
//                        └─ deferred wakers ◀─ timers, sockets, park
//
// The numbers are Tokio's: after 61 polls timers, sockets and those who gave way get their
// turn even if the queue is not empty. Tasks from other threads are polled when it is, and the
// oldest of them goes first in every 31st poll.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/scheduler/config.h"
#include "runtime/scheduler/driver.h"
#include "runtime/scheduler/engine.h"
#include "runtime/scheduler/inject_queue.h"
#include "runtime/scheduler/observer.h"
#include "runtime/scheduler/owned_tasks.h"
#include "runtime/scheduler/run_queue.h"
#include "runtime/scheduler/runner.h"
#include "runtime/scheduler/worker_counters.h"
#include "runtime/scheduler/worker_thread.h"

namespace ari::scheduler {

class CurrentThread final : public Engine, public Runner {
 public:
  explicit CurrentThread(const Config& config);

  // Starts what watches it, if that is wanted.
  void launch() noexcept;

  void enter() override;
  void leave() noexcept override;
  std::shared_ptr<Scheduler> scheduler() override { return shared_from_this(); }
  void run_until_complete(task::Header& root) noexcept override;

  bool own(task::Header& task) noexcept override { return owned_.add(task); }
  void schedule(task::Header& task) noexcept override;
  bool release(task::Header& task) noexcept override { return owned_.remove(task); }
  void defer(const Waker& waker) noexcept override;
  Driver& driver() noexcept override { return driver_; }
  bool may_block_in_place() const noexcept override { return false; }

  std::shared_ptr<Runner> runner() override;
  BlockingTasks& blocking() noexcept override { return blocking_; }
  void shut_down(Deadline deadline) noexcept override;
  const OwnedTasks& owned() const noexcept override { return owned_; }
  RuntimeMetrics metrics() const override;

 private:
  task::Header* next_task() noexcept;
  // Between two rounds: timers and sockets, then whoever gave way; sleeps before if there is
  // nothing to run.
  void turn() noexcept;
  void wake_deferred(trace::SpanId done) noexcept;
  void park() noexcept;

  const Config config_;
  RunQueue queue_;  // this thread only
  unsigned polls_ = 0;
  std::vector<Waker> deferred_;
  std::vector<Waker> being_woken_;  // kept for its memory
  std::chrono::steady_clock::time_point busy_since_;
  WorkerCounters counters_;
  Counter injected_;  // tasks taken from inject_
  InjectQueue inject_;
  std::atomic<std::uint64_t> remote_schedules_{0};
  OwnedTasks owned_;
  Driver driver_;
  BlockingTasks blocking_;
  WorkerThread thread_;  // the one in run_until_complete()
  std::atomic<bool> is_entered_{false};
  Observer observer_;
};

}  // namespace ari::scheduler

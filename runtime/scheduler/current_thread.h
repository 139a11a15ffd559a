// CurrentThread: the scheduler of a runtime that has one thread, the one that calls
// block_on().
//
//   other threads ──▶ inject queue ─┐
//                                   ├─▶ run queue ─▶ run() each ─┐
//   tasks, timers ──────────────────┘        ▲                   │ queue empty, or 61 polls
//                                            │                   ▼
//                          deferred wakers ◀─┴──────────── timers due, park
//
// The numbers are Tokio's: after 61 polls the timers and those who gave way get their
// turn even if the queue is not empty, and every 31st poll other threads' tasks go first.
#pragma once

#include <vector>

#include "runtime/scheduler/config.h"
#include "runtime/scheduler/driver.h"
#include "runtime/scheduler/inject_queue.h"
#include "runtime/scheduler/owned_tasks.h"
#include "runtime/scheduler/run_queue.h"
#include "runtime/scheduler/scheduler.h"

namespace ari::scheduler {

class CurrentThread final : public Runner {
 public:
  explicit CurrentThread(const Config& config) : config_(config) {}

  void run_until_complete(task::Header& root) noexcept override;

  bool own(task::Header& task) noexcept override { return owned_.add(task); }
  void schedule(task::Header& task) noexcept override;
  bool release(task::Header& task) noexcept override { return owned_.remove(task); }
  void defer(const Waker& waker) noexcept override { deferred_.push_back(waker); }
  Driver& driver() noexcept override { return driver_; }
  std::shared_ptr<Runner> runner() override;
  void shut_down() noexcept override;

 private:
  task::Header* next_task() noexcept;
  // Between two rounds: timers, then whoever gave way, then sleep if there is nothing to run.
  void turn() noexcept;

  const Config config_;
  RunQueue queue_;  // this thread only
  unsigned polls_ = 0;
  std::vector<Waker> deferred_;
  std::vector<Waker> being_woken_;  // kept for its memory
  InjectQueue inject_;
  OwnedTasks owned_;
  Driver driver_;
};

}  // namespace ari::scheduler

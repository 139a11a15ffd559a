// Runner: what a thread that calls block_on does until its task is complete.
#pragma once

#include <memory>

#include "runtime/scheduler/scheduler.h"

namespace ari::scheduler {

class Runner {
 public:
  virtual ~Runner() = default;

  // Between the two it is the calling thread's alone. Throws std::logic_error if it is
  // another thread's.
  virtual void enter() {}
  virtual void leave() noexcept {}

  // What the task belongs to: the scheduler that this runs.
  virtual std::shared_ptr<Scheduler> scheduler() = 0;

  // Runs tasks until `root`, one of the scheduler's, is complete. Requires: the calling
  // thread is Running the scheduler, and has entered.
  virtual void run_until_complete(task::Header& root) noexcept = 0;
};

}  // namespace ari::scheduler

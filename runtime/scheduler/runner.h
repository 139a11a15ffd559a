// Runner: what a thread that calls block_on does until its task is complete.
#pragma once

#include <memory>

#include "runtime/scheduler/scheduler.h"

namespace ari::scheduler {

class Runner {
 public:
  virtual ~Runner() = default;

  // What the task belongs to: the scheduler that this runs.
  virtual std::shared_ptr<Scheduler> scheduler() = 0;

  // Runs tasks until `root`, one of the scheduler's, is complete. Requires: the calling
  // thread is Running the scheduler, and no other thread is in here.
  virtual void run_until_complete(task::Header& root) noexcept = 0;
};

}  // namespace ari::scheduler

// block_on, whoever runs the task: what Runtime's and Handle's have in common.
#pragma once

#include <memory>
#include <source_location>
#include <utility>

#include "runtime/scheduler/scheduler.h"
#include "runtime/task/spawn.h"

namespace ari::scheduler {

// Runs `task`, which belongs to `runtime`, by `runner` on the calling thread.
template <class T>
T block_on(std::shared_ptr<Scheduler> runtime, std::shared_ptr<Runner> runner, Task<T> task,
           std::source_location at) {
  const Scheduler::Running running(std::move(runtime), *runner, /*may_nest=*/false);
  auto root = task::Builder().spawn_on(runner, std::move(task), at, "block_on");
  runner->run_until_complete(root.task());
  return root.result();
}

}  // namespace ari::scheduler

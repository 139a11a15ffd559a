// block_on, whoever runs the task: what Runtime's and Handle's have in common.
#pragma once

#include <memory>
#include <source_location>
#include <utility>

#include "runtime/scheduler/engine.h"
#include "runtime/task/spawn.h"

namespace ari::scheduler {

// While alive, the Runner is the calling thread's; that of a current-thread runtime serves one
// at a time. Throws what Runner::enter() does.
class Entered {
 public:
  explicit Entered(Runner& runner) : runner_(runner) { runner_.enter(); }
  ~Entered() { runner_.leave(); }
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;

 private:
  Runner& runner_;
};

// Runs `task`, which belongs to `runtime`, by `runner` on the calling thread.
template <class T>
T block_on(std::shared_ptr<Engine> runtime, std::shared_ptr<Runner> runner, Task<T> task,
           std::source_location at) {
  using Running = Scheduler::Running;
  Scheduler::require_may_block();
  const Entered entered(*runner);
  const std::shared_ptr<Scheduler> scheduler = runner->scheduler();
  const Running running(std::move(runtime), *scheduler, Running::Kind::kPolls);
  auto root = task::Builder().spawn_on(scheduler, std::move(task), at, task::kBlockOnKind);
  runner->run_until_complete(root.task());
  return root.result();
}

}  // namespace ari::scheduler

#include "runtime/scheduler/scheduler.h"

#include <stdexcept>
#include <utility>

namespace ari::scheduler {

namespace {
// Read and written in this file only, in functions that never suspend.
constinit thread_local Scheduler::Running* t_running = nullptr;
}  // namespace

std::shared_ptr<Scheduler> Scheduler::current() {
  if (t_running == nullptr) {
    throw std::logic_error(
        "ari: no runtime is running on this thread (spawn from inside of a task, or use "
        "Runtime::spawn)");
  }
  return t_running->scheduler_;
}

bool Scheduler::is_current() const noexcept {
  return t_running != nullptr && t_running->scheduler_.get() == this;
}

Scheduler::Running::Running(std::shared_ptr<Scheduler> scheduler, bool may_nest)
    : scheduler_(std::move(scheduler)), before_(t_running) {
  if (before_ != nullptr && !may_nest) {
    throw std::logic_error(
        "ari: block_on was called on a thread that is running a runtime already (co_await the "
        "task instead)");
  }
  t_running = this;
}

Scheduler::Running::~Running() { t_running = before_; }

}  // namespace ari::scheduler

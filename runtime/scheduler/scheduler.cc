#include "runtime/scheduler/scheduler.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "runtime/scheduler/engine.h"
#include "runtime/task/header.h"
#include "runtime/task/task_local.h"

namespace ari::scheduler {

void Scheduler::start(task::Header& task) noexcept {
  if (own(task)) {
    schedule(task);
    return;
  }
  const task::LocalScope::Hidden hidden;  // of the task that spawns it
  task.shut_down();
  task.drop_reference();  // the list's, which it did not take
  task.drop_reference();  // the queue's
}

std::shared_ptr<Engine> Scheduler::current(std::string_view instead) {
  const Running* running = Running::innermost();
  if (running == nullptr) {
    throw std::logic_error("ari: no runtime is running on this thread (" + std::string(instead) +
                           ")");
  }
  return running->runtime();
}

void Scheduler::require_may_block(std::string_view function, std::string_view instead) {
  const Running* running = Running::innermost();
  if (running != nullptr && running->kind() == Running::Kind::kPolls) {
    throw std::logic_error("ari: " + std::string(function) +
                           " was called on a thread that is running a runtime already (" +
                           std::string(instead) + ")");
  }
}

Scheduler::Running::Running(std::shared_ptr<Engine> runtime, const Scheduler& runner,
                            Kind kind) noexcept
    : runtime_(std::move(runtime)), runner_(runner), kind_(kind), before_(t_innermost_) {
  t_innermost_ = this;
}

Scheduler::Running::~Running() { t_innermost_ = before_; }

}  // namespace ari::scheduler

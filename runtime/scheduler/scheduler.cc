#include "runtime/scheduler/scheduler.h"

#include <stdexcept>
#include <utility>

#include "runtime/scheduler/engine.h"
#include "runtime/task/header.h"

namespace ari::scheduler {

namespace {
// Read and written in this file only, in functions that never suspend.
constinit thread_local const Scheduler::Running* t_running = nullptr;
}  // namespace

void Scheduler::start(task::Header& task) noexcept {
  if (own(task)) {
    schedule(task);
    return;
  }
  task.shut_down();
  task.drop_reference();  // the list's, which it did not take
  task.drop_reference();  // the queue's
}

std::shared_ptr<Engine> Scheduler::current() {
  if (t_running == nullptr) {
    throw std::logic_error(
        "ari: no runtime is running on this thread (spawn from inside of a task, or use "
        "Runtime::spawn)");
  }
  return t_running->runtime();
}

void Scheduler::require_may_block() {
  if (t_running != nullptr && t_running->kind() == Running::Kind::kPolls) {
    throw std::logic_error(
        "ari: block_on was called on a thread that is running a runtime already (co_await the "
        "task instead)");
  }
}

bool Scheduler::is_current() const noexcept {
  return t_running != nullptr && &t_running->runner() == this;
}

Scheduler::Running::Running(std::shared_ptr<Engine> runtime, const Scheduler& runner,
                            Kind kind) noexcept
    : runtime_(std::move(runtime)), runner_(runner), kind_(kind), before_(t_running) {
  t_running = this;
}

Scheduler::Running::~Running() { t_running = before_; }

const Scheduler::Running* Scheduler::Running::innermost() noexcept { return t_running; }

}  // namespace ari::scheduler

#include "runtime/task/block_in_place.h"

#include <stdexcept>

#include "runtime/scheduler/local_tasks.h"
#include "runtime/scheduler/worker.h"

namespace ari::task {

using scheduler::Worker;
using Running = scheduler::Scheduler::Running;

BlocksInPlace::BlocksInPlace() {
  const Running* running = Running::innermost();
  if (running == nullptr || running->kind() == Running::Kind::kBlocks) return;
  if (scheduler::LocalTasks::inside() != nullptr) {
    throw std::logic_error(
        "ari: block_in_place was called in a task of a LocalSet (use spawn_blocking)");
  }
  if (!running->runner().may_block_in_place()) {
    throw std::logic_error(
        "ari: block_in_place was called in a task of a current-thread runtime (use "
        "spawn_blocking)");
  }
  given_up_ = Worker::current();
  if (given_up_ != nullptr) given_up_->hand_over();
  blocking_.emplace(running->runtime(), running->runner(), Running::Kind::kBlocks);
}

BlocksInPlace::~BlocksInPlace() {
  blocking_.reset();
  if (given_up_ != nullptr) given_up_->take_back();
}

}  // namespace ari::task

// BlockingTasks: the scheduler of spawn_blocking's functions.
//
// Each is a task whose coroutine calls the function and never suspends, so that it has a
// span, a JoinHandle and an end like any other; and to schedule it is to give it to the
// BlockingPool.
#pragma once

#include <memory>

#include "runtime/scheduler/blocking_pool.h"
#include "runtime/scheduler/owned_tasks.h"
#include "runtime/scheduler/scheduler.h"

namespace ari::scheduler {

class BlockingTasks final : public Scheduler {
 public:
  // `runtime` has this as a member.
  BlockingTasks(Engine& runtime, const Config& config) noexcept
      : runtime_(runtime), pool_(runtime, config) {}

  bool own(task::Header& task) noexcept override;
  void schedule(task::Header& task) noexcept override;
  bool release(task::Header& task) noexcept override;
  void defer(const Waker& waker) noexcept override;
  Driver& driver() noexcept override;

  const OwnedTasks& owned() const noexcept { return owned_; }
  BlockingPool& pool() noexcept { return pool_; }
  const BlockingPool& pool() const noexcept { return pool_; }

  // Cancels the functions that no thread has begun, and waits for the others and for
  // whatever else the pool's threads do. As BlockingPool::shut_down().
  bool shut_down(Deadline deadline) noexcept;

 private:
  Engine& runtime_;
  BlockingPool pool_;
  OwnedTasks owned_;
};

}  // namespace ari::scheduler

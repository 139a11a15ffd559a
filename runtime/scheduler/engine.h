// Engine: the scheduler of a whole runtime, as Runtime and Handle see it.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/scheduler/blocking_tasks.h"
#include "runtime/scheduler/deadline.h"
#include "runtime/scheduler/metrics.h"
#include "runtime/scheduler/origin.h"
#include "runtime/scheduler/owned_tasks.h"
#include "runtime/scheduler/runner.h"
#include "runtime/scheduler/scheduler.h"

namespace ari::scheduler {

class Engine : public Scheduler {
 public:
  // What runs the task of a Runtime::block_on.
  virtual std::shared_ptr<Runner> runner() = 0;

  // The runtime's threads, and what takes spawn_blocking's functions.
  virtual BlockingTasks& blocking() noexcept = 0;
  // The same with a share in the ownership of the runtime that it is a part of.
  std::shared_ptr<Scheduler> shared_blocking() { return {shared_from_this(), &blocking()}; }

  // Destroys every task; those spawned or woken from now on are destroyed at once. Waits
  // for polls and functions that are running on the runtime's threads, until the deadline
  // at most. Once. Requires: no thread is in a Runtime::block_on. A child that inherited the
  // runtime waits for no thread; the tasks of one that has workers are left as they are.
  virtual void shut_down(Deadline deadline) noexcept = 0;

  // Its tasks but for the blocking ones, who have a list of their own. Any thread.
  virtual const OwnedTasks& owned() const noexcept = 0;

  // Tasks of a LocalSet, which are polled by one of ours. Any thread.
  void add_guests(std::weak_ptr<const OwnedTasks> guests);

  // Adds a reference to each task that is alive, blocking ones and guests too. Any thread.
  void list(std::vector<TaskReference>& tasks);

  // Any thread.
  virtual RuntimeMetrics metrics() const = 0;

  // The process that made it did fork(), and this is the child: none of its threads is here,
  // and what they had locked stays locked. Any thread.
  bool is_inherited() const noexcept { return origin_.is_a_parent(); }

  std::shared_ptr<Engine> shared_engine() {
    return std::static_pointer_cast<Engine>(shared_from_this());
  }

 protected:
  Engine() noexcept = default;

 private:
  const Origin origin_;
  std::mutex guests_mutex_;
  std::vector<std::weak_ptr<const OwnedTasks>> guests_;  // some may have gone
  std::size_t guests_swept_at_ = 0;                      // of how many the gone are erased next
};

}  // namespace ari::scheduler

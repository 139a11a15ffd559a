// MultiThread: the scheduler of a runtime whose tasks run on several workers at once.
//
// What the workers share: the queue of tasks that belong to nobody yet, who of them sleeps,
// the driver, the list of all tasks. A worker's own part is in worker.h; why no woken task
// is forgotten, in idle.h.
#pragma once

#include <atomic>
#include <deque>
#include <memory>

#include "runtime/scheduler/config.h"
#include "runtime/scheduler/engine.h"
#include "runtime/scheduler/idle.h"
#include "runtime/scheduler/observer.h"
#include "runtime/scheduler/owned_tasks.h"
#include "runtime/scheduler/shared_queue.h"
#include "runtime/scheduler/worker.h"

namespace ari::scheduler {

class MultiThread final : public Engine {
 public:
  explicit MultiThread(const Config& config);

  // Starts the threads. Throws std::system_error if the system gives none.
  void launch();

  bool own(task::Header& task) noexcept override { return owned_.add(task); }
  void schedule(task::Header& task) noexcept override { schedule(task, /*again=*/false); }
  void schedule_again(task::Header& task) noexcept override { schedule(task, /*again=*/true); }
  bool release(task::Header& task) noexcept override { return owned_.remove(task); }
  void defer(const Waker& waker) noexcept override;
  Driver& driver() noexcept override { return driver_.driver; }

  std::shared_ptr<Runner> runner() override;
  BlockingTasks& blocking() noexcept override { return blocking_; }
  void shut_down(Deadline deadline) noexcept override;
  const OwnedTasks& owned() const noexcept override { return owned_; }
  RuntimeMetrics metrics() const override;

 private:
  friend class Worker;

  void schedule(task::Header& task, bool again) noexcept;
  // There is work that a sleeping worker could do.
  void wake_worker() noexcept;
  // The last look of a worker that stops searching.
  void wake_worker_if_work_is_left() noexcept;
  bool is_shut_down() const noexcept {
    // acquire: pairs with the release in shut_down().
    return shut_down_.load(std::memory_order_acquire);
  }

  const Config config_;
  std::deque<Worker> workers_;
  OwnedTasks owned_;
  BlockingTasks blocking_;
  SharedDriver driver_;
  std::atomic<bool> shut_down_{false};
  // Apart from what is only read.
  alignas(64) SharedQueue shared_;
  alignas(64) Idle idle_;
  std::atomic<std::uint64_t> remote_schedules_{0};
  Observer observer_;
};

}  // namespace ari::scheduler

#include "runtime/scheduler/multi_thread.h"

#include <algorithm>
#include <cassert>

#include "runtime/scheduler/root.h"

namespace ari::scheduler {

MultiThread::MultiThread(const Config& config)
    : config_(config),
      blocking_(*this, config_),
      driver_{Driver(time::TickClock::Pausing::kRefused), {}},
      idle_(config.worker_threads),
      observer_(*this, config_) {
  for (std::size_t i = 0; i < config_.worker_threads; ++i) workers_.emplace_back(*this, i);
}

void MultiThread::launch() {
  for (Worker& worker : workers_) {
    [[maybe_unused]] const bool taken = blocking_.pool().submit([&worker] { worker.run(); });
    assert(taken && "a new runtime is not shut down");
    observer_.watch(worker.counters(), worker.thread());
  }
  observer_.start();
}

void MultiThread::schedule(task::Header& task, bool again) noexcept {
  if (Worker* worker = Worker::current(); worker != nullptr && &worker->runtime() == this) {
    worker->schedule(task, again);
    return;
  }
  // Once pushed, the task may run to its end and take the last reference to this scheduler
  // with it, before we get to wake a worker.
  const auto alive = shared_from_this();
  // relaxed: a count.
  remote_schedules_.fetch_add(1, std::memory_order_relaxed);
  if (shared_.push(task)) {
    wake_worker();
  } else {
    task.drop_reference();
  }
}

void MultiThread::wake_worker() noexcept {
  if (const auto worker = idle_.worker_to_wake()) workers_[*worker].unpark();
}

void MultiThread::wake_worker_if_work_is_left() noexcept {
  const auto has_work = [](Worker& worker) { return !worker.queue().empty(); };
  if (shared_.size() > 0 || std::any_of(workers_.begin(), workers_.end(), has_work)) wake_worker();
}

void MultiThread::defer(const Waker& waker) noexcept {
  if (Worker* worker = Worker::current(); worker != nullptr && &worker->runtime() == this) {
    worker->defer(waker);
  } else {
    waker.wake_by_ref();  // the thread gave its worker up in the middle of the poll
  }
}

std::shared_ptr<Runner> MultiThread::runner() { return std::make_shared<Root>(shared_engine()); }

void MultiThread::shut_down(Deadline deadline) noexcept {
  // The tasks are the parent's; a worker may have been in the middle of one.
  if (is_inherited()) return;
  observer_.tell_last_metrics();
  // Whatever a dying task spawns is ours, and is cancelled.
  const Running running(shared_engine(), *this, Running::Kind::kBlocks);
  // release: pairs with the acquire in is_shut_down().
  shut_down_.store(true, std::memory_order_release);
  RunQueue left = shared_.close();
  while (task::Header* task = left.pop()) task->drop_reference();
  for (Worker& worker : workers_) worker.unpark();
  // Each worker ends the tasks on its way out. Those that no worker comes to, because all
  // are blocked, are ended here.
  owned_.shut_down();
  driver_.driver.shut_down();
  blocking_.shut_down(deadline);
  observer_.stop();
}

RuntimeMetrics MultiThread::metrics() const {
  RuntimeMetrics metrics;
  metrics.num_alive_tasks = owned_.alive();
  metrics.spawned_tasks_count = owned_.ever();
  metrics.injection_queue_depth = shared_.size();
  metrics.remote_schedule_count = remote_schedules_.load(std::memory_order_relaxed);
  blocking_.pool().measure(metrics);
  for (const Worker& worker : workers_) metrics.workers.push_back(worker.metrics());
  return metrics;
}

}  // namespace ari::scheduler

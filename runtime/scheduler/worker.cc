#include "runtime/scheduler/worker.h"

#include <algorithm>
#include <mutex>
#include <system_error>
#include <utility>

#include "runtime/scheduler/multi_thread.h"
#include "runtime/scheduler/worker_events.h"
#include "runtime/time/coarse_clock.h"

namespace ari::scheduler {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

// Tokio's numbers.
constexpr unsigned kTurnsBetweenDriver = 61;
constexpr unsigned kLifoPollsInARow = 3;
// The shared queue has its turn about every 200 us, however long the polls are.
constexpr double kSharedQueueWaitNs = 200'000;
constexpr double kLeastInterval = 2, kMostInterval = 127;
constexpr unsigned kFirstInterval = 61;
constexpr double kNewestWeight = 0.1;  // of the newest polls in the average

}  // namespace

Worker::Worker(MultiThread& runtime, std::size_t index) noexcept
    : runtime_(runtime),
      index_(index),
      turns_to_driver_(kTurnsBetweenDriver),
      turns_to_shared_(kFirstInterval),
      shared_interval_(kFirstInterval),
      random_(index + 1) {}

// ---- who holds it

bool Worker::take() noexcept {
  // acquire: pairs with the release in hand_over(): all that the thread before did is seen.
  if (!free_.exchange(false, std::memory_order_acquire)) return false;
  t_held_ = this;
  thread_.taken();
  busy_since_ = Clock::now();
  time::CoarseClock::refresh();
  return true;
}

void Worker::hand_over() noexcept {
  // What is in the slot, or gave way, can be run by nobody else; in the queue it can be
  // stolen, should no thread be free for the worker.
  lifo_enabled_ = false;
  if (task::Header* task = std::exchange(lifo_slot_, nullptr)) push(*task);
  wake_deferred();
  // Even if there is none: somebody else has to go into the driver then.
  runtime_.wake_worker();
  account();
  record::hand_over(index_);
  counters_.no_poll();
  thread_.given_up();
  t_held_ = nullptr;
  free_.store(true, std::memory_order_release);
  try {
    // False: the runtime ends, and who takes the worker back will find that out.
    static_cast<void>(runtime_.blocking_.pool().submit_first([this] { run(); }));
  } catch (const std::system_error&) {
    // No thread is to be had for it: its tasks wait until this one is back, or for a thief.
  }
}

void Worker::take_back() noexcept { static_cast<void>(take()); }

void Worker::unpark() noexcept { parker_.unpark(runtime_.driver_); }

// ---- the work

void Worker::run() noexcept {
  if (!take()) return;
  using Running = Scheduler::Running;
  const Running running(runtime_.shared_engine(), runtime_, Running::Kind::kPolls);
  lifo_enabled_ = true;
  while (!runtime_.is_shut_down()) {
    if (--turns_to_driver_ == 0) turn();
    task::Header* task = next_task();
    if (task == nullptr) task = steal();
    if (task != nullptr) {
      if (!run_tasks(*task)) return;
    } else if (!deferred_.empty()) {
      stop_searching_in_vain();
      turn();
    } else {
      park();
    }
  }
  shut_down();
}

task::Header* Worker::next_task() noexcept {
  if (--turns_to_shared_ == 0) {
    turns_to_shared_ = shared_interval_;
    if (task::Header* task = runtime_.shared_.pop()) return task;
  }
  if (task::Header* task = std::exchange(lifo_slot_, nullptr)) return task;
  if (task::Header* task = queue_.pop()) return task;
  return next_shared();
}

task::Header* Worker::next_shared() noexcept {
  // A fair share and no more, so that the others get theirs; into the older half of the
  // queue (LocalQueue::pop_half()).
  const std::size_t waiting = runtime_.shared_.size();
  if (waiting == 0) return nullptr;
  const std::size_t share = waiting / runtime_.workers_.size() + 1;
  RunQueue tasks = runtime_.shared_.pop_some(std::min(share, LocalQueue::kCapacity / 2));
  task::Header* first = tasks.pop();
  if (first == nullptr || tasks.empty()) return first;
  while (task::Header* task = tasks.pop()) push(*task);
  // While they were in our hands, another worker may have looked in vain and gone to sleep.
  runtime_.wake_worker();
  return first;
}

task::Header* Worker::steal() noexcept {
  if (!searching_) searching_ = runtime_.idle_.start_searching();
  if (!searching_) return nullptr;
  random_ ^= random_ << 13;  // xorshift64
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  const std::size_t workers = runtime_.workers_.size();
  for (std::size_t i = 0; i < workers; ++i) {
    Worker& from = runtime_.workers_[(random_ + i) % workers];
    if (&from == this) continue;
    const std::size_t tasks = from.queue_.steal_into(queue_);
    if (tasks == 0) continue;
    counters_.steal_operations.add();
    counters_.stolen_tasks.add(tasks);
    record::steal(index_, from.index_, tasks);
    if (task::Header* task = queue_.pop()) return task;
  }
  return runtime_.shared_.pop();
}

bool Worker::run_tasks(task::Header& first) noexcept {
  // Who searches no more and was the last has another search on: there may be more work
  // where this came from.
  if (std::exchange(searching_, false) && runtime_.idle_.stop_searching()) runtime_.wake_worker();
  unsigned lifo_polls = 0;
  bool is_from_slot = false;
  for (task::Header* task = &first; task != nullptr; task = std::exchange(lifo_slot_, nullptr)) {
    if (std::exchange(is_from_slot, true)) lifo_enabled_ = ++lifo_polls < kLifoPollsInARow;
    counters_.begin_poll(task->span().id());
    task->run();
    if (t_held_ != this) return false;
  }
  lifo_enabled_ = true;
  return true;
}

void Worker::schedule(task::Header& task, bool again) noexcept {
  counters_.local_schedules.add();
  task::Header* for_queue = &task;
  if (!again && lifo_enabled_) for_queue = std::exchange(lifo_slot_, &task);
  if (for_queue == nullptr) return;
  push(*for_queue);
  if (!parking_) runtime_.wake_worker();
}

void Worker::push(task::Header& task) noexcept {
  if (!queue_.push(task)) [[unlikely]]
    overflow(task);
}

void Worker::overflow(task::Header& task) noexcept {
  RunQueue tasks;
  std::size_t count = 1;
  while (!queue_.pop_half([&](task::Header& queued) {
    tasks.push(queued);
    ++count;
  })) {
    if (queue_.push(task)) return;  // a thief was here in between
  }
  tasks.push(task);
  counters_.overflows.add();
  record::overflow(index_, count);
  if (runtime_.shared_.push_all(tasks, count)) return;
  while (task::Header* dropped = tasks.pop()) dropped->drop_reference();
}

// ---- between the work

void Worker::turn() noexcept {
  turns_to_driver_ = kTurnsBetweenDriver;
  counters_.no_poll();
  parking_ = true;  // one share() for all whom this wakes
  {
    const std::unique_lock turn(runtime_.driver_.turn, std::try_to_lock);
    if (turn.owns_lock()) runtime_.driver_.driver.turn();
  }
  wake_deferred();
  parking_ = false;
  share();
  account();
  time::CoarseClock::refresh();
  record::depth(index_, queue_.size() + (lifo_slot_ != nullptr), runtime_.shared_.size());
}

void Worker::wake_deferred() noexcept {
  const bool lifo_enabled = std::exchange(lifo_enabled_, false);  // behind the others, all of them
  std::swap(deferred_, being_woken_);
  for (Waker& waker : being_woken_) std::move(waker).wake();
  being_woken_.clear();
  lifo_enabled_ = lifo_enabled;
}

void Worker::park() noexcept {
  account();
  counters_.parks.add();
  counters_.no_poll();
  record::park(index_);
  parking_ = true;
  Idle& idle = runtime_.idle_;
  if (idle.park(index_, std::exchange(searching_, false))) runtime_.wake_worker_if_work_is_left();
  const char* reason = "shutdown";
  bool in_driver = false;
  while (!runtime_.is_shut_down()) {
    in_driver = parker_.park(runtime_.driver_);
    if (has_tasks()) {
      searching_ = !idle.unpark(index_);
      reason = "driver";
      break;
    }
    if (!idle.is_parked(index_)) {
      searching_ = true;
      reason = "notified";
      break;
    }
    counters_.empty_parks.add();
  }
  parking_ = false;
  busy_since_ = Clock::now();
  time::CoarseClock::refresh();
  record::unpark(index_, reason, in_driver);
  share();
}

void Worker::stop_searching_in_vain() noexcept {
  if (std::exchange(searching_, false) && runtime_.idle_.stop_searching()) {
    runtime_.wake_worker_if_work_is_left();
  }
}

void Worker::share() noexcept {
  const std::size_t tasks = queue_.size() + (lifo_slot_ != nullptr);
  if (tasks > 1 && !searching_) runtime_.wake_worker();
}

void Worker::account() noexcept {
  const Clock::time_point now = Clock::now();
  const nanoseconds busy = now - std::exchange(busy_since_, now);
  counters_.busy_ns.add(static_cast<std::uint64_t>(busy.count()));
  const std::uint64_t polls = counters_.polls.get();
  const std::uint64_t since_then = polls - std::exchange(polls_then_, polls);
  if (since_then == 0) return;
  const double newest = static_cast<double>(busy.count()) / static_cast<double>(since_then);
  poll_ns_ = poll_ns_ == 0 ? newest : poll_ns_ + kNewestWeight * (newest - poll_ns_);
  shared_interval_ = static_cast<unsigned>(
      std::clamp(kSharedQueueWaitNs / std::max(poll_ns_, 1.0), kLeastInterval, kMostInterval));
  turns_to_shared_ = std::min(turns_to_shared_, shared_interval_);
}

void Worker::shut_down() noexcept {
  counters_.no_poll();
  t_held_ = nullptr;  // what is woken from now on goes to the shared queue, which is closed
  deferred_.clear();
  if (lifo_slot_ != nullptr) lifo_slot_->drop_reference();
  while (task::Header* task = queue_.pop()) task->drop_reference();
  runtime_.owned_.shut_down();
  thread_.given_up();
}

WorkerMetrics Worker::metrics() const noexcept {
  WorkerMetrics metrics = counters_.snapshot();
  metrics.local_queue_depth = queue_.size();
  return metrics;
}

}  // namespace ari::scheduler

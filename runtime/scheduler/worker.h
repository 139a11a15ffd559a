// Worker: one of the hands of a multi-thread runtime.
//
//   woken here ─▶ LIFO slot ─┐
//        displaced │         ├─▶ run() each ─┐
//                  ▼         │               │ nothing left
//             local queue ───┤               ▼
//                  ▲         │       shared queue, then steal from another worker,
//                  │ some    │       then park: in the driver if no other worker does
//   woken        shared ─────┘
//   elsewhere ─▶ queue       every so often first
//
// A task woken by the task that runs goes to the LIFO slot and is polled next, while what
// they share is in the cache; after three in a row the others get their turn. A task that
// was woken during its own poll goes to the end of the queue. If that is full, half of it
// goes to the shared queue. Every 61 turns, or when nothing else is left, the timers get their
// turn and whoever gave way is woken, to the end of the queue.
//
// A worker is not a thread: one thread at a time holds it, and runs it. A thread that is
// about to block gives it up, and another from the BlockingPool takes it. All but the
// functions that say so are for the thread that holds it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <vector>

#include "runtime/scheduler/local_queue.h"
#include "runtime/scheduler/metrics.h"
#include "runtime/scheduler/worker_counters.h"
#include "runtime/scheduler/worker_parker.h"
#include "runtime/scheduler/worker_thread.h"
#include "runtime/task/waker.h"

namespace ari::scheduler {

class MultiThread;

class Worker {
 public:
  Worker(MultiThread& runtime, std::size_t index) noexcept;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // The worker that the calling thread holds, or null.
  static Worker* current() noexcept { return t_held_; }

  // Takes the worker, if it is free, and works until the runtime shuts down or the thread
  // loses it. Any thread of the pool.
  void run() noexcept;

  // Queues a task; `again`: behind the others.
  void schedule(task::Header& task, bool again) noexcept;
  void defer(const Waker& waker) noexcept { deferred_.push_back(waker); }

  // The thread is about to block: gives the worker up to another thread. Until there is one
  // to be had, other workers can steal its tasks.
  void hand_over() noexcept;
  // The thread is back: takes it again, if no other thread has.
  void take_back() noexcept;

  // Ends the sleep, or the next. Any thread.
  void unpark() noexcept;

  // Any thread.
  LocalQueue& queue() noexcept { return queue_; }
  WorkerMetrics metrics() const noexcept;
  const WorkerCounters& counters() const noexcept { return counters_; }
  WorkerThread& thread() noexcept { return thread_; }
  const MultiThread& runtime() const noexcept { return runtime_; }

 private:
  static inline constinit thread_local Worker* t_held_ = nullptr;

  [[nodiscard]] bool take() noexcept;
  task::Header* next_task() noexcept;
  task::Header* next_shared() noexcept;
  task::Header* steal() noexcept;
  // False: the thread lost the worker while it ran the task.
  [[nodiscard]] bool run_tasks(task::Header& first) noexcept;
  // At the end of the queue.
  void push(task::Header& task) noexcept;
  void overflow(task::Header& task) noexcept;
  // Timers, and whoever gave way, without sleeping.
  void turn() noexcept;
  void wake_deferred() noexcept;
  void park() noexcept;
  // Nothing was found, but the worker does not sleep either.
  void stop_searching_in_vain() noexcept;
  bool has_tasks() const noexcept { return lifo_slot_ != nullptr || !queue_.empty(); }
  // Wakes another worker if there is work for two.
  void share() noexcept;
  // Adds the time since the last call to the busy time, and adapts the interval to it.
  void account() noexcept;
  void shut_down() noexcept;

  // Read by others: the queue when they steal, the rest seldom.
  LocalQueue queue_;
  WorkerParker parker_;
  WorkerCounters counters_;
  std::atomic<bool> free_{true};  // no thread holds the worker
  WorkerThread thread_;           // the one that does

  alignas(64) MultiThread& runtime_;
  const std::size_t index_;
  task::Header* lifo_slot_ = nullptr;
  bool lifo_enabled_ = true;
  bool searching_ = false;
  bool parking_ = false;      // asleep, or waking tasks on the way out of the driver
  unsigned turns_to_driver_;  // until the next turn()
  unsigned turns_to_shared_;  // until the next task is taken from the shared queue first
  unsigned shared_interval_;  // …, counted from here
  std::uint64_t random_;      // where the next search begins
  std::vector<Waker> deferred_;
  std::vector<Waker> being_woken_;  // kept for its memory
  std::chrono::steady_clock::time_point busy_since_;
  std::uint64_t polls_then_ = 0;  // as counted at busy_since_
  double poll_ns_ = 0;            // how long a poll takes, on average, of late
};

}  // namespace ari::scheduler

// WorkerCounters: what a worker has done so far, for metrics.
//
// Written by the worker alone and read by any thread, so that counting is an ordinary
// addition; on cache lines of their own, so that reading disturbs no other worker. A
// reader may see one number newer than another.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "runtime/scheduler/metrics.h"

namespace ari::scheduler {

class Counter {
 public:
  // relaxed, all of them: nothing is learnt from a count but the count.
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct alignas(64) WorkerCounters {
  Counter polls;
  std::atomic<std::uint64_t> polling{0};  // the task of the poll going on; 0 for sure in none
  Counter parks;
  Counter empty_parks;       // woken, and nothing to do
  Counter steal_operations;  // successful ones
  Counter stolen_tasks;
  Counter local_schedules;  // tasks queued by the worker itself
  Counter overflows;        // of its queue, into the shared one
  Counter busy_ns;          // between parks

  // A poll begins. What is told by `polling` holds until the next or no_poll(), so that the
  // end of a poll costs nothing.
  void begin_poll(std::uint64_t task) noexcept {
    polls.add();
    // For the signal handler that reads them on this thread: never the new task with the old
    // count.
    std::atomic_signal_fence(std::memory_order_release);
    polling.store(task, std::memory_order_relaxed);  // relaxed: as a count
  }
  void no_poll() noexcept { polling.store(0, std::memory_order_relaxed); }

  // All but the depth of the queue.
  WorkerMetrics snapshot() const noexcept {
    WorkerMetrics metrics;
    metrics.poll_count = polls.get();
    metrics.park_count = parks.get();
    metrics.noop_count = empty_parks.get();
    metrics.steal_count = stolen_tasks.get();
    metrics.steal_operations = steal_operations.get();
    metrics.local_schedule_count = local_schedules.get();
    metrics.overflow_count = overflows.get();
    metrics.total_busy_duration = std::chrono::nanoseconds(busy_ns.get());
    return metrics;
  }
};

}  // namespace ari::scheduler

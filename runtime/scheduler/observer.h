// Observer: what a runtime tells of itself from a thread of its own.
//
// Workers that are blocked (blocked_workers.h), which could not say so themselves, and the
// runtime's metrics every so often. The thread is there only if something of that is
// wanted; it runs no code of the program's and takes no signals.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "runtime/scheduler/blocked_workers.h"
#include "runtime/scheduler/config.h"

namespace ari::scheduler {

class Engine;

class Observer {
 public:
  // Both outlive this; `runtime` has it as a member.
  Observer(const Engine& runtime, const Config& config);
  ~Observer() { stop(); }
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  // One worker, in their order. Before start().
  void watch(const WorkerCounters& counters, WorkerThread& thread);

  // If the system gives no thread, nothing is observed.
  void start() noexcept;

  // The runtime begins to end: its metrics as they are then, if they are wanted at all.
  void tell_last_metrics() noexcept;

  // Ends the thread. No effect if there is none.
  void stop() noexcept;

 private:
  using Clock = std::chrono::steady_clock;

  void run() noexcept;
  void tell_metrics() noexcept;

  const Engine& runtime_;
  const std::chrono::nanoseconds metrics_interval_;  // zero: never
  std::optional<BlockedWorkers> blocked_;            // none: not wanted
  std::mutex mutex_;
  std::condition_variable to_stop_;
  bool stopped_ = false;  // with the mutex
  std::thread thread_;
};

}  // namespace ari::scheduler

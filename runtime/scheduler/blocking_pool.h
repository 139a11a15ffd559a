// BlockingPool: the threads of a runtime.
//
// For work that would block a worker: spawn_blocking's functions; and for the workers of a
// multi-thread runtime, which live here so that one whose thread is blocked can go on on
// another (block_in_place.h). A job goes to a thread that is idle, else to a new one until
// there are as many as allowed, else it waits: functions in the order in which they came, workers
// before them all. A thread that has been idle for `thread_keep_alive` ends.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "runtime/scheduler/config.h"
#include "runtime/scheduler/deadline.h"
#include "runtime/scheduler/metrics.h"
#include "runtime/scheduler/thread.h"

namespace ari::scheduler {

class Engine;

class BlockingPool {
 public:
  // A small function: one pointer captured, so that queueing it allocates nothing more.
  using Job = std::function<void()>;

  // `runtime` is kept alive by the threads and is current on them.
  BlockingPool(Engine& runtime, const Config& config) noexcept;
  // Requires: shut down, or never used.
  ~BlockingPool() = default;
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // False: shut down, the job is not taken. Throws std::system_error if it needs a thread,
  // there is none, and the system gives none. Any thread.
  [[nodiscard]] bool submit(Job job) { return submit(std::move(job), /*first=*/false); }
  // The same; if it has to wait for a thread, it is the next to get one.
  [[nodiscard]] bool submit_first(Job job) { return submit(std::move(job), /*first=*/true); }

  // Takes no more jobs; threads end after those that are there, and are waited for until
  // the deadline. False: some did not end in time, or the caller is one of them, or they are
  // in the process that this one was forked from: they are left to themselves. Once.
  bool shut_down(Deadline deadline) noexcept;

  // Fills in the figures that are the pool's. Any thread.
  void measure(RuntimeMetrics& metrics) const noexcept;

 private:
  bool submit(Job job, bool first);
  // In a child of the process that has the threads.
  void forget_threads() noexcept;
  // Requires the mutex.
  void start_thread();
  void serve(std::size_t number) noexcept;
  // Runs jobs until there is no more use for the thread.
  void run_jobs(std::unique_lock<std::mutex>& lock) noexcept;
  // True: there is a job, or may be. False: idle for too long, or shut down.
  bool wait_for_job(std::unique_lock<std::mutex>& lock) noexcept;

  Engine& runtime_;
  const Config& config_;

  mutable std::mutex mutex_;
  std::condition_variable job_or_end_;
  std::condition_variable all_ended_;
  std::deque<Job> jobs_;
  bool closed_ = false;
  std::size_t serving_ = 0;  // threads that will look for jobs again
  std::size_t idle_ = 0;     // those of them that wait and have not been called
  std::size_t called_ = 0;   // those that wait and have been, one for one job
  std::size_t running_ = 0;  // threads that have not ended
  std::size_t started_ = 0;  // ever
  std::map<pthread_t, Thread> threads_;
  Thread ended_last_;  // joined by the next to end
};

}  // namespace ari::scheduler

// RuntimeMetrics: a runtime's own figures at one moment.
//
//   ari::RuntimeMetrics m = ari::Handle::current().metrics();
//   ARI_INFO("load", ("alive", m.num_alive_tasks), ("waiting", m.injection_queue_depth));
//
// The names are those of Tokio's RuntimeMetrics. Taken while the runtime goes on: counts of
// one worker may be a moment apart from another's. Counts begin with the runtime and never
// fall; depths and sizes are of now.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ari {

struct WorkerMetrics {
  std::uint64_t poll_count = 0;
  std::uint64_t park_count = 0;
  std::uint64_t noop_count = 0;                     // times it woke and found nothing to do
  std::uint64_t steal_count = 0;                    // tasks it took from other workers
  std::uint64_t steal_operations = 0;               // in so many steals
  std::uint64_t local_schedule_count = 0;           // tasks that its own polls made runnable
  std::uint64_t overflow_count = 0;                 // times its queue was full
  std::size_t local_queue_depth = 0;                // runnable tasks in its queue
  std::chrono::nanoseconds total_busy_duration{0};  // spent not parked, until the last park
};

struct RuntimeMetrics {
  std::size_t num_alive_tasks = 0;          // spawned and not ended; no blocking ones, no block_on
  std::uint64_t spawned_tasks_count = 0;    // so many were ever spawned
  std::size_t injection_queue_depth = 0;    // runnable tasks that no worker has taken yet
  std::uint64_t remote_schedule_count = 0;  // tasks made runnable from outside of the workers
  std::size_t num_blocking_threads = 0;     // besides the workers
  std::size_t num_idle_blocking_threads = 0;
  std::size_t blocking_queue_depth = 0;  // spawn_blocking calls that wait for a thread
  std::vector<WorkerMetrics> workers;    // one for each; a current-thread runtime has one
};

}  // namespace ari

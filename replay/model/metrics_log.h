// MetricsLog: the snapshots of its own counts that a runtime puts on record (runtime::metrics).
//
// Only ari's runtime writes them, if the program sets metrics_interval (subscriber/FORMAT.md). A
// snapshot is one event of the runtime and one of each worker after it. Which of several runtimes
// of a program is meant is not told.
//
// Kept while a log is read; memory: 100 bytes for each snapshot and each worker in it.
#pragma once

#include <cstdint>
#include <vector>

#include "replay/input/reader.h"
#include "replay/model/task.h"

namespace ari::replay {

// Counts begin with the runtime; queues are as of then.
struct WorkerCounts {
  std::uint64_t worker = 0;
  std::uint64_t poll_count = 0, park_count = 0, noop_count = 0;
  std::uint64_t steal_count = 0, steal_operations = 0;
  std::uint64_t local_schedule_count = 0, overflow_count = 0;
  std::uint64_t local_queue_depth = 0;
  std::uint64_t total_busy_ns = 0;  // not parked, until the last park
};

struct MetricsSnapshot {
  std::int64_t at_unix_ns = 0;
  LineNumber line = 0;
  std::uint64_t num_workers = 0, num_alive_tasks = 0;
  std::uint64_t spawned_tasks_count = 0, remote_schedule_count = 0;
  std::uint64_t injection_queue_depth = 0;
  std::uint64_t num_blocking_threads = 0, num_idle_blocking_threads = 0, blocking_queue_depth = 0;
  std::vector<WorkerCounts> workers;
};

class MetricsLog : public RecordSink {
 public:
  void record(const subscriber::Record& record, const Line& line) override;

  // In the order of the log.
  const std::vector<MetricsSnapshot>& snapshots() const noexcept { return snapshots_; }

 private:
  std::vector<MetricsSnapshot> snapshots_;
};

// All its workers together.
WorkerCounts sum_of_workers(const MetricsSnapshot& snapshot);

// Whether it can be of the same runtime as the one before: no count of it fell.
bool goes_on_from(const MetricsSnapshot& before, const MetricsSnapshot& after);

}  // namespace ari::replay

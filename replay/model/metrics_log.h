// MetricsLog: the snapshots of its own counts that a runtime puts on record (runtime::metrics).
//
// Only ari's runtime writes them, if the program sets metrics_interval (subscriber/FORMAT.md). A
// snapshot is one event of the runtime and one of each worker after it. Which of several runtimes
// of a program is meant is not told.
//
// Kept while a log is read; memory: 100 bytes for each snapshot and each worker in it.
#pragma once

#include <cstdint>
#include <string_view>
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

// A count by its name, in the log as in JSON.
template <typename Counts>
struct Count {
  std::string_view name;
  std::uint64_t Counts::*member;
  bool never_falls;  // while the runtime lives
};

inline constexpr Count<MetricsSnapshot> kSnapshotCounts[] = {
    {"num_workers", &MetricsSnapshot::num_workers, false},
    {"num_alive_tasks", &MetricsSnapshot::num_alive_tasks, false},
    {"spawned_tasks_count", &MetricsSnapshot::spawned_tasks_count, true},
    {"remote_schedule_count", &MetricsSnapshot::remote_schedule_count, true},
    {"injection_queue_depth", &MetricsSnapshot::injection_queue_depth, false},
    {"num_blocking_threads", &MetricsSnapshot::num_blocking_threads, false},
    {"num_idle_blocking_threads", &MetricsSnapshot::num_idle_blocking_threads, false},
    {"blocking_queue_depth", &MetricsSnapshot::blocking_queue_depth, false},
};

// All but the worker's number.
inline constexpr Count<WorkerCounts> kWorkerCounts[] = {
    {"poll_count", &WorkerCounts::poll_count, true},
    {"park_count", &WorkerCounts::park_count, true},
    {"noop_count", &WorkerCounts::noop_count, true},
    {"steal_count", &WorkerCounts::steal_count, true},
    {"steal_operations", &WorkerCounts::steal_operations, true},
    {"local_schedule_count", &WorkerCounts::local_schedule_count, true},
    {"overflow_count", &WorkerCounts::overflow_count, true},
    {"local_queue_depth", &WorkerCounts::local_queue_depth, false},
    {"total_busy_ns", &WorkerCounts::total_busy_ns, true},
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

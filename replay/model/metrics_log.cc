#include "replay/model/metrics_log.h"

#include <string_view>

#include "replay/model/runtime_event.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;

namespace {

MetricsSnapshot read_snapshot(const Record& record, const Line& line) {
  const auto number = [&](std::string_view name) { return whole_number(record, name).value_or(0); };
  MetricsSnapshot snapshot;
  snapshot.at_unix_ns = record.at_unix_ns;
  snapshot.line = line.number;
  snapshot.num_workers = number("num_workers");
  snapshot.num_alive_tasks = number("num_alive_tasks");
  snapshot.spawned_tasks_count = number("spawned_tasks_count");
  snapshot.remote_schedule_count = number("remote_schedule_count");
  snapshot.injection_queue_depth = number("injection_queue_depth");
  snapshot.num_blocking_threads = number("num_blocking_threads");
  snapshot.num_idle_blocking_threads = number("num_idle_blocking_threads");
  snapshot.blocking_queue_depth = number("blocking_queue_depth");
  return snapshot;
}

WorkerCounts read_worker(const Record& record) {
  const auto number = [&](std::string_view name) { return whole_number(record, name).value_or(0); };
  WorkerCounts counts;
  counts.worker = number("worker");
  counts.poll_count = number("poll_count");
  counts.park_count = number("park_count");
  counts.noop_count = number("noop_count");
  counts.steal_count = number("steal_count");
  counts.steal_operations = number("steal_operations");
  counts.local_schedule_count = number("local_schedule_count");
  counts.overflow_count = number("overflow_count");
  counts.local_queue_depth = number("local_queue_depth");
  counts.total_busy_ns = number("total_busy_ns");
  return counts;
}

}  // namespace

void MetricsLog::record(const Record& record, const Line& line) {
  if (record.kind != RecordKind::kEvent || record.target != "runtime::metrics") return;
  const std::string_view op = text_field(record, "op");
  if (op == "runtime") {
    snapshots_.push_back(read_snapshot(record, line));
  } else if (op == "worker" && !snapshots_.empty()) {
    snapshots_.back().workers.push_back(read_worker(record));
  }
}

WorkerCounts sum_of_workers(const MetricsSnapshot& snapshot) {
  WorkerCounts sum;
  for (const WorkerCounts& worker : snapshot.workers) {
    sum.poll_count += worker.poll_count;
    sum.park_count += worker.park_count;
    sum.noop_count += worker.noop_count;
    sum.steal_count += worker.steal_count;
    sum.steal_operations += worker.steal_operations;
    sum.local_schedule_count += worker.local_schedule_count;
    sum.overflow_count += worker.overflow_count;
    sum.local_queue_depth += worker.local_queue_depth;
    sum.total_busy_ns += worker.total_busy_ns;
  }
  return sum;
}

bool goes_on_from(const MetricsSnapshot& before, const MetricsSnapshot& after) {
  if (before.num_workers != after.num_workers || before.workers.size() != after.workers.size() ||
      before.spawned_tasks_count > after.spawned_tasks_count ||
      before.remote_schedule_count > after.remote_schedule_count) {
    return false;
  }
  for (std::size_t i = 0; i < before.workers.size(); ++i) {
    const WorkerCounts &was = before.workers[i], &is = after.workers[i];
    if (was.poll_count > is.poll_count || was.park_count > is.park_count ||
        was.noop_count > is.noop_count || was.steal_count > is.steal_count ||
        was.steal_operations > is.steal_operations ||
        was.local_schedule_count > is.local_schedule_count ||
        was.overflow_count > is.overflow_count || was.total_busy_ns > is.total_busy_ns) {
      return false;
    }
  }
  return true;
}

}  // namespace ari::replay

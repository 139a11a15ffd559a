#include "replay/report/json_members.h"
#include "replay/report/metrics_view.h"

namespace ari::replay {

namespace {

void write_worker(JsonWriter& json, const WorkerCounts& worker) {
  json.begin_object();
  json.member("worker", worker.worker);
  json.member("poll_count", worker.poll_count);
  json.member("park_count", worker.park_count);
  json.member("noop_count", worker.noop_count);
  json.member("steal_count", worker.steal_count);
  json.member("steal_operations", worker.steal_operations);
  json.member("local_schedule_count", worker.local_schedule_count);
  json.member("overflow_count", worker.overflow_count);
  json.member("local_queue_depth", worker.local_queue_depth);
  json.member("total_busy_ns", worker.total_busy_ns);
  json.end_object();
}

void write_snapshot(JsonWriter& json, const MetricsSnapshot& snapshot) {
  json.begin_object();
  member_instant(json, "at", snapshot.at_unix_ns);
  member_line(json, "line", snapshot.line);
  json.member("num_workers", snapshot.num_workers);
  json.member("num_alive_tasks", snapshot.num_alive_tasks);
  json.member("spawned_tasks_count", snapshot.spawned_tasks_count);
  json.member("remote_schedule_count", snapshot.remote_schedule_count);
  json.member("injection_queue_depth", snapshot.injection_queue_depth);
  json.member("num_blocking_threads", snapshot.num_blocking_threads);
  json.member("num_idle_blocking_threads", snapshot.num_idle_blocking_threads);
  json.member("blocking_queue_depth", snapshot.blocking_queue_depth);
  json.key("workers");
  json.begin_list();
  for (const WorkerCounts& worker : snapshot.workers) write_worker(json, worker);
  json.end_list();
  json.end_object();
}

}  // namespace

void metrics_json(const MetricsLog& log, const Coverage& coverage, const MetricsOptions& options,
                  std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  write_head(json, Semantics::kCorrected, coverage);
  json.key("snapshots");
  json.begin_list();
  for (const MetricsSnapshot* snapshot : snapshots_in(log, coverage, options)) {
    json.new_line();
    write_snapshot(json, *snapshot);
  }
  json.end_list();
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay

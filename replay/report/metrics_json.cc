#include "replay/report/json_members.h"
#include "replay/report/metrics_view.h"

namespace ari::replay {

namespace {

void write_worker(JsonWriter& json, const WorkerCounts& worker) {
  json.begin_object();
  json.member("worker", worker.worker);
  for (const Count<WorkerCounts>& count : kWorkerCounts) {
    json.member(count.name, worker.*count.member);
  }
  json.end_object();
}

void write_snapshot(JsonWriter& json, const MetricsSnapshot& snapshot) {
  json.begin_object();
  member_instant(json, "at", snapshot.at_unix_ns);
  member_line(json, "line", snapshot.line);
  for (const Count<MetricsSnapshot>& count : kSnapshotCounts) {
    json.member(count.name, snapshot.*count.member);
  }
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

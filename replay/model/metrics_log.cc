#include "replay/model/metrics_log.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "replay/model/named_field.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;

namespace {

template <typename Counts, std::size_t N>
void read_counts(const Record& record, const Count<Counts> (&counts)[N], Counts& out) {
  for (const Count<Counts>& count : counts) {
    out.*count.member = whole_number(record, count.name).value_or(0);
  }
}

template <typename Counts, std::size_t N>
bool any_fell(const Count<Counts> (&counts)[N], const Counts& before, const Counts& after) {
  return std::any_of(std::begin(counts), std::end(counts), [&](const Count<Counts>& count) {
    return count.never_falls && before.*count.member > after.*count.member;
  });
}

}  // namespace

void MetricsLog::record(const Record& record, const Line& line) {
  if (record.kind != RecordKind::kEvent || record.target != "runtime::metrics") return;
  const std::string_view op = text_field(record, "op");
  if (op == "runtime") {
    MetricsSnapshot& snapshot = snapshots_.emplace_back();
    snapshot.at_unix_ns = record.at_unix_ns;
    snapshot.line = line.number;
    read_counts(record, kSnapshotCounts, snapshot);
  } else if (op == "worker" && !snapshots_.empty()) {
    WorkerCounts& worker = snapshots_.back().workers.emplace_back();
    worker.worker = whole_number(record, "worker").value_or(0);
    read_counts(record, kWorkerCounts, worker);
  }
}

WorkerCounts sum_of_workers(const MetricsSnapshot& snapshot) {
  WorkerCounts sum;
  for (const WorkerCounts& worker : snapshot.workers) {
    for (const Count<WorkerCounts>& count : kWorkerCounts) {
      sum.*count.member += worker.*count.member;
    }
  }
  return sum;
}

bool goes_on_from(const MetricsSnapshot& before, const MetricsSnapshot& after) {
  if (before.num_workers != after.num_workers || before.workers.size() != after.workers.size() ||
      any_fell(kSnapshotCounts, before, after)) {
    return false;
  }
  for (std::size_t i = 0; i < before.workers.size(); ++i) {
    if (any_fell(kWorkerCounts, before.workers[i], after.workers[i])) return false;
  }
  return true;
}

}  // namespace ari::replay

#include <fmt/format.h>

#include <algorithm>

#include "replay/model/duration_text.h"
#include "replay/report/count_line.h"
#include "replay/report/coverage_text.h"
#include "replay/report/log_lines.h"
#include "replay/report/metrics_view.h"
#include "replay/report/offset_text.h"
#include "replay/report/table.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

using Snapshots = std::vector<const MetricsSnapshot*>;

constexpr std::size_t kMostRows = 40;
constexpr std::size_t kFirstCount = 2;  // columns before: when, and how many tasks

// Some of many, at equal distances, the last among them: what lies between adds up.
Snapshots thinned(const Snapshots& snapshots) {
  const std::size_t step = (snapshots.size() + kMostRows - 1) / kMostRows;
  Snapshots out;
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    if ((snapshots.size() - 1 - i) % step == 0) out.push_back(snapshots[i]);
  }
  return out;
}

Cell count(std::uint64_t number) {
  return {count_text(number), number == 0 ? Role::kDim : Role::kPlain};
}

// The row of a snapshot: how much counts grew since the one before (null: since the runtime
// began), and what is of now.
std::vector<Cell> row(const MetricsSnapshot* before, const MetricsSnapshot& now, std::string at,
                      std::string line) {
  const MetricsSnapshot nothing;
  const MetricsSnapshot& was = before != nullptr ? *before : nothing;
  const WorkerCounts then = sum_of_workers(was), sum = sum_of_workers(now);
  const auto grown = [&](std::uint64_t WorkerCounts::*counter) {
    return count(sum.*counter - then.*counter);
  };
  std::string busy = "–";
  const std::int64_t passed_ns = now.at_unix_ns - was.at_unix_ns;
  if (before != nullptr && passed_ns > 0 && now.num_workers > 0) {
    const auto busy_ns = static_cast<double>(sum.total_busy_ns - then.total_busy_ns);
    const auto whole_ns = static_cast<double>(passed_ns) * static_cast<double>(now.num_workers);
    busy = fmt::format("{:.0f}%", 100 * busy_ns / whole_ns);
  }
  return {{std::move(at), Role::kDim},
          {count_text(now.num_alive_tasks), Role::kFigure},
          count(now.spawned_tasks_count - was.spawned_tasks_count),
          grown(&WorkerCounts::poll_count),
          {busy, Role::kFigure},
          count(now.injection_queue_depth + sum.local_queue_depth),
          grown(&WorkerCounts::park_count),
          grown(&WorkerCounts::noop_count),
          grown(&WorkerCounts::steal_count),
          count(now.remote_schedule_count - was.remote_schedule_count),
          grown(&WorkerCounts::overflow_count),
          count(now.num_blocking_threads -
                std::min(now.num_blocking_threads, now.num_idle_blocking_threads)),
          count(now.blocking_queue_depth),
          {std::move(line), Role::kDim}};
}

// A column in which nothing ever happened says nothing: without text it is not shown.
void leave_out_zeros(std::vector<std::vector<Cell>>& rows) {
  for (std::size_t column = kFirstCount; column < rows.front().size(); ++column) {
    const bool nothing = std::all_of(rows.begin(), rows.end(), [&](const std::vector<Cell>& cells) {
      return cells[column].text == "0";
    });
    for (std::vector<Cell>& cells : rows) {
      if (nothing) cells[column].text.clear();
    }
  }
}

// Of a runtime that does not go on from the snapshot before no growth is known, and another
// runtime's is none.
bool append_snapshots(const Snapshots& snapshots, const Coverage& coverage, const TextStyle& style,
                      std::string& out) {
  const std::int64_t first = coverage.first_unix_ns.value_or(snapshots.front()->at_unix_ns);
  const OffsetScale scale = offset_scale(snapshots.back()->at_unix_ns - first, 1000);
  constexpr Align kRight = Align::kRight;
  std::vector<Column> columns = {
      {scale.title, kRight},  {"Alive", kRight},        {"Spawned", kRight, 80},
      {"Polls", kRight, 90},  {"Busy", kRight},         {"Queued", kRight, 85},
      {"Parks", kRight, 60},  {"In vain", kRight, 50},  {"Stolen", kRight, 55},
      {"Remote", kRight, 40}, {"Overflow", kRight, 30}, {"Blocking", kRight, 45},
      {"Jobs", kRight, 35},   {"Log line", kRight, 20}};
  std::vector<std::vector<Cell>> rows;
  const MetricsSnapshot* before = nullptr;
  bool one_runtime = true;
  for (const MetricsSnapshot* snapshot : snapshots) {
    const bool goes_on = before == nullptr || goes_on_from(*before, *snapshot);
    one_runtime = one_runtime && goes_on;
    rows.push_back(row(goes_on ? before : nullptr, *snapshot,
                       offset_text(snapshot->at_unix_ns - first, scale),
                       line_text(coverage, snapshot->line)));
    before = snapshot;
  }
  Table table(std::move(columns));
  leave_out_zeros(rows);
  for (std::vector<Cell>& cells : rows) table.add(std::move(cells));
  append_left_out(table.render(style.width, 0, style.paint, out), style, out);
  return one_runtime;
}

void append_workers(const MetricsSnapshot& last, const Coverage& coverage, const TextStyle& style,
                    std::string& out) {
  if (last.workers.empty()) return;
  constexpr Align kRight = Align::kRight;
  Table table({{"Worker", kRight},
               {"Polls", kRight},
               {"Busy", kRight},
               {"Parks", kRight, 60},
               {"In vain", kRight, 50},
               {"Stole", kRight, 55},
               {"times", kRight, 15},
               {"Scheduled", kRight, 45},
               {"Overflow", kRight, 30},
               {"Queued", kRight, 70}});
  for (const WorkerCounts& worker : last.workers) {
    table.add(
        {{fmt::to_string(worker.worker)},
         count(worker.poll_count),
         {duration_text(static_cast<std::int64_t>(worker.total_busy_ns), coverage.resolution_ns()),
          Role::kFigure},
         count(worker.park_count),
         count(worker.noop_count),
         count(worker.steal_count),
         count(worker.steal_operations),
         count(worker.local_schedule_count),
         count(worker.overflow_count),
         count(worker.local_queue_depth)});
  }
  out += '\n';
  style.paint.append(out, Role::kHeading, "Workers");
  out += "  from the runtime's beginning to the last snapshot\n";
  table.render(style.width, 0, style.paint, out);
}

}  // namespace

Snapshots snapshots_in(const MetricsLog& log, const Coverage& coverage,
                       const MetricsOptions& options) {
  const std::int64_t first = coverage.first_unix_ns.value_or(0);
  Snapshots out;
  for (const MetricsSnapshot& snapshot : log.snapshots()) {
    if (options.from && snapshot.at_unix_ns < options.from->unix_ns(first)) continue;
    if (options.until && snapshot.at_unix_ns > options.until->unix_ns(first)) continue;
    out.push_back(&snapshot);
  }
  return out;
}

void metrics_text(const MetricsLog& log, const Coverage& coverage, const MetricsOptions& options,
                  const TextStyle& style, std::string& out) {
  const Snapshots snapshots = snapshots_in(log, coverage, options);
  style.paint.append(out, Role::kHeading, count_text(snapshots.size(), "snapshot", "snapshots"));
  out += " of the runtime's metrics\n";
  append_loss(coverage, style, out);
  if (snapshots.empty()) {
    append_note(log.snapshots().empty()
                    ? "A program on ari's runtime tells them if its Builder sets metrics_interval; "
                      "Tokio's logs have none"
                    : "There are some in the log, but not in that time",
                style, out);
    return;
  }
  const Snapshots shown = options.all ? snapshots : thinned(snapshots);
  out += '\n';
  const bool one_runtime = append_snapshots(shown, coverage, style, out);
  append_workers(*snapshots.back(), coverage, style, out);
  out += '\n';
  append_note(
      "Counts are since the row before, the first row's since the runtime began. Busy: of all "
      "workers' time that in which they were not parked, each up to its last park. Alive, Queued "
      "(runnable tasks), Blocking (threads that run a blocking job), Jobs (waiting for one): of "
      "that instant. In vain: woke for nothing. Remote: scheduled from outside of the workers.",
      style, out);
  if (shown.size() < snapshots.size()) {
    append_note(fmt::format("{} of {} snapshots: see --all", count_text(shown.size()),
                            count_text(snapshots.size())),
                style, out);
  }
  if (!one_runtime) {
    append_note("Counts fell: several runtimes tell theirs, and which one is not told", style, out);
  }
}

}  // namespace ari::replay

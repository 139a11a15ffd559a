#include "runtime/scheduler/metrics_events.h"

#include "runtime/trace/dispatch.h"
#include "runtime/trace/span.h"

namespace ari::scheduler::record {

namespace {

using trace::Level;
using trace::Metadata;
using trace::Value;

constexpr std::string_view kTarget = "runtime::metrics";

constexpr std::string_view kRuntimeFields[] = {"op",
                                               "num_workers",
                                               "num_alive_tasks",
                                               "spawned_tasks_count",
                                               "injection_queue_depth",
                                               "remote_schedule_count",
                                               "num_blocking_threads",
                                               "num_idle_blocking_threads",
                                               "blocking_queue_depth"};
constexpr std::string_view kWorkerFields[] = {"op",
                                              "worker",
                                              "poll_count",
                                              "park_count",
                                              "noop_count",
                                              "steal_count",
                                              "steal_operations",
                                              "local_schedule_count",
                                              "overflow_count",
                                              "local_queue_depth",
                                              "total_busy_ns"};
constexpr Metadata kRuntime{"", kTarget, Level::kTrace, kRuntimeFields};
constexpr Metadata kWorker{"", kTarget, Level::kTrace, kWorkerFields};

}  // namespace

void metrics(const RuntimeMetrics& m) noexcept {
  trace::Subscriber* s = trace::subscriber();
  if (s == nullptr) return;
  const Value runtime[] = {"runtime",
                           m.workers.size(),
                           m.num_alive_tasks,
                           m.spawned_tasks_count,
                           m.injection_queue_depth,
                           m.remote_schedule_count,
                           m.num_blocking_threads,
                           m.num_idle_blocking_threads,
                           m.blocking_queue_depth};
  s->event(trace::kNoSpan, kRuntime, runtime);
  for (std::size_t i = 0; i < m.workers.size(); ++i) {
    const WorkerMetrics& w = m.workers[i];
    const auto busy_ns = static_cast<std::uint64_t>(w.total_busy_duration.count());
    const Value worker[] = {"worker",
                            i,
                            w.poll_count,
                            w.park_count,
                            w.noop_count,
                            w.steal_count,
                            w.steal_operations,
                            w.local_schedule_count,
                            w.overflow_count,
                            w.local_queue_depth,
                            busy_ns};
    s->event(trace::kNoSpan, kWorker, worker);
  }
}

}  // namespace ari::scheduler::record

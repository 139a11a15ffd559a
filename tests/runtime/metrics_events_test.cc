// The runtime's metrics on record.
#include "runtime/scheduler/metrics_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "runtime/ari.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

TEST(MetricsEvents, TellEveryFigureOfTheRuntimeAndOfEachWorker) {
  RuntimeMetrics metrics;
  metrics.num_alive_tasks = 1;
  metrics.spawned_tasks_count = 2;
  metrics.injection_queue_depth = 3;
  metrics.remote_schedule_count = 4;
  metrics.num_blocking_threads = 5;
  metrics.num_idle_blocking_threads = 6;
  metrics.blocking_queue_depth = 7;
  WorkerMetrics worker;
  worker.poll_count = 11;
  worker.park_count = 12;
  worker.noop_count = 13;
  worker.steal_count = 14;
  worker.steal_operations = 15;
  worker.local_schedule_count = 16;
  worker.overflow_count = 17;
  worker.local_queue_depth = 18;
  worker.total_busy_duration = std::chrono::nanoseconds(19);
  metrics.workers = {WorkerMetrics(), worker};
  test::Recorder recorder;
  scheduler::record::metrics(metrics);
  const std::vector<std::string> lines = recorder.lines();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0],
            "- | runtime::metrics: op=\"runtime\" num_workers=2 num_alive_tasks=1 "
            "spawned_tasks_count=2 injection_queue_depth=3 remote_schedule_count=4 "
            "num_blocking_threads=5 num_idle_blocking_threads=6 blocking_queue_depth=7");
  EXPECT_EQ(lines[2],
            "- | runtime::metrics: op=\"worker\" worker=1 poll_count=11 park_count=12 "
            "noop_count=13 steal_count=14 steal_operations=15 local_schedule_count=16 "
            "overflow_count=17 local_queue_depth=18 total_busy_ns=19");
}

Task<void> waits_until_told(const test::Recorder* recorder, int times) {
  const auto told = [&] {
    int count = 0;
    const std::string text = recorder->text();
    for (std::size_t at = 0; (at = text.find("op=\"runtime\"", at)) != std::string::npos; ++at) {
      ++count;
    }
    return count;
  };
  while (told() < times) co_await time::sleep(milliseconds(1));
}

TEST(MetricsEvents, ComeEverySoOften) {
  test::Recorder recorder;
  {
    Runtime runtime = Runtime::Builder::current_thread().metrics_interval(milliseconds(1)).build();
    runtime.block_on(waits_until_told(&recorder, 3));
  }
}

Task<void> nothing() { co_return; }
Task<void> spawns_one() { co_await spawn(nothing()); }

TEST(MetricsEvents, ComeOnceMoreWhenTheRuntimeEnds) {
  test::Recorder recorder;
  {
    Runtime runtime = Runtime::Builder::multi_thread()
                          .worker_threads(2)
                          .metrics_interval(std::chrono::hours(24 * 365 * 200))
                          .build();
    runtime.block_on(spawns_one());
    // Who joins a task goes on before its worker has let go of it.
    while (runtime.handle().metrics().num_alive_tasks > 0) std::this_thread::yield();
  }
  EXPECT_THAT(recorder.text(), HasSubstr("op=\"runtime\" num_workers=2 num_alive_tasks=0 "
                                         "spawned_tasks_count=1 "));
}

TEST(MetricsEvents, AreNotToldUnlessWanted) {
  test::Recorder recorder;
  { Runtime().block_on(nothing()); }
  EXPECT_THAT(recorder.text(), Not(HasSubstr("runtime::metrics")));
}

}  // namespace
}  // namespace ari

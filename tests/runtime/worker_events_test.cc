// What workers and blocking threads put on record beside tasks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/flavours.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// The recorder outlives the runtime and all its threads.
struct Recorded {
  test::Recorder recorder;
  std::optional<Runtime> runtime;
  explicit Recorded(std::size_t workers) : runtime(test::multi_thread(workers)) {}

  std::vector<std::string> end(const std::string& target) {
    runtime.reset();
    std::vector<std::string> events;
    for (const std::string& line : recorder.lines()) {
      const std::size_t begin = line.find(target + ": ");
      if (begin != std::string::npos) events.push_back(line.substr(begin + target.size() + 2));
    }
    return events;
  }
};

Task<void> nothing() { co_return; }
Task<void> joins(JoinHandle<void> handle) { co_await handle; }

// Long enough that the worker parks before, however busy the machine is.
Task<void> sleeps() { co_await time::sleep(std::chrono::milliseconds(50)); }

// Once it is woken for a task from outside, once by the timer that it minds.
TEST(WorkerEvents, AWorkerParksAndUnparksInTurnsAndSaysWhy) {
  Recorded run(1);
  while (run.runtime->handle().metrics().workers[0].park_count == 0) std::this_thread::yield();
  run.runtime->block_on(joins(run.runtime->spawn(sleeps())));
  std::vector<std::string> events = run.end("runtime::worker");
  std::erase_if(events, [](const std::string& e) { return e.find("park\"") == std::string::npos; });
  ASSERT_GE(events.size(), 4u);
  const char* const reasons[] = {"notified", "driver"};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(events[i], i % 2 == 0 ? "op=\"park\" worker=0"
                                    : "op=\"unpark\" worker=0 reason=\"" +
                                          std::string(reasons[i / 2]) + "\" in_driver=true");
  }
}

Task<void> spawns_many(int count) {
  for (int i = 0; i < count; ++i) spawn(nothing());
  co_return;
}

TEST(WorkerEvents, AFullQueueAndItsDepthAreTold) {
  Recorded run(1);
  run.runtime->block_on(joins(run.runtime->spawn(spawns_many(300))));
  while (run.runtime->handle().metrics().num_alive_tasks > 0) std::this_thread::yield();
  const std::vector<std::string> events = run.end("runtime::worker");
  EXPECT_THAT(events, Contains("op=\"overflow\" worker=0 tasks=129"));
  EXPECT_THAT(events, Contains(StartsWith("op=\"queue_depth\" worker=0 local_queue_depth=")));
}

// The worker that spawned two tasks is blocked until one of them ran: the other takes it.
Task<void> runs(std::atomic<bool>* ran) {
  ran->store(true);
  co_return;
}
Task<void> spawns_and_waits() {
  std::atomic<bool> ran{false}, in_slot{false};
  auto first = spawn(runs(&ran));
  auto second = spawn(runs(&in_slot));  // displaces the first from the slot
  while (!ran.load()) std::this_thread::yield();
  co_await first;
  co_await second;
}

TEST(WorkerEvents, AStealSaysFromWhomAndHowMany) {
  Recorded run(2);
  run.runtime->block_on(joins(run.runtime->spawn(spawns_and_waits())));
  const std::vector<std::string> events = run.end("runtime::worker");
  EXPECT_THAT(events, Contains(testing::AnyOf("op=\"steal\" worker=0 from=1 tasks=1",
                                              "op=\"steal\" worker=1 from=0 tasks=1")));
}

Task<void> blocks() {
  task::block_in_place([] {});
  co_return;
}

TEST(WorkerEvents, AWorkerThatChangesThreadsAndTheThreadsAreTold) {
  Recorded run(1);
  run.runtime->block_on(joins(run.runtime->spawn(blocks())));
  run.runtime->block_on(joins(run.runtime->spawn_blocking([] {})));
  run.runtime.reset();
  EXPECT_THAT(run.end("runtime::worker"), Contains("op=\"hand_over\" worker=0"));
  const std::vector<std::string> threads = run.end("runtime::blocking");
  // The job that it was started for waits still.
  EXPECT_EQ(threads.front(), "op=\"thread_start\" threads=1 queue_depth=1");
  EXPECT_EQ(threads.back(), "op=\"thread_end\" threads=0 queue_depth=0");
}

TEST(WorkerEvents, ACurrentThreadRuntimeTellsNone) {
  test::Recorder recorder;
  Runtime().block_on(nothing());
  EXPECT_THAT(recorder.text(), Not(HasSubstr("runtime::worker")));
}

}  // namespace
}  // namespace ari

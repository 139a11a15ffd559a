// What a dump tells of tasks that wait for others: of a JoinHandle, a JoinSet, a LocalSet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "runtime/ari.h"
#include "tests/runtime/flavours.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using State = TaskDump::State;
using Gate = std::shared_ptr<sync::Notify>;

class DumpOfJoins : public test::OnEachFlavour {};
INSTANTIATE_TEST_SUITE_P(On, DumpOfJoins, test::kEachFlavour, test::name_of);

Task<void> waits(Gate gate) { co_await gate->notified(); }
Task<TaskDump> once_idle(trace::SpanId id) {
  while (true) {
    const Dump dump = ari::dump();
    const TaskDump* task = dump.find(id);
    if (task != nullptr && task->state == State::kIdle) co_return *task;
    co_await task::yield_now();
  }
}

Task<void> collects(Gate gate, int tasks) {
  JoinSet<void> set;
  for (int i = 0; i < tasks; ++i) {
    set.spawn(task::Builder().name("fetch " + std::to_string(i)), waits(gate));
  }
  co_await set.join_next();
}

Task<void> set_program() {
  auto gate = std::make_shared<sync::Notify>();
  auto collector = task::Builder().name("collector").spawn(collects(gate, 2));
  const TaskDump seen = co_await once_idle(collector.id());
  EXPECT_EQ(seen.trace.wait()->op, "JoinSet::join_next");
  EXPECT_EQ(seen.trace.wait()->joins.count(), 2u);
  EXPECT_FALSE(seen.trace.wait()->joins.needs_all());
  for (const trace::SpanId id : seen.trace.wait()->joins.listed()) co_await once_idle(id);
  EXPECT_THAT(ari::dump().to_string(),
              ContainsRegex("     waits for JoinSet::join_next of any of 2 tasks\n"
                            "     ├─ \\[[0-9]+\\] fetch 0  idle, last polled [0-9]+ms ago\n"
                            "     └─ \\[[0-9]+\\] fetch 1  idle, last polled [0-9]+ms ago\n"));
  gate->notify_waiters();
  co_await collector;
}
TEST_P(DumpOfJoins, NamesTheTasksOfASetAndWhatTheyDo) { make().block_on(set_program()); }

Task<void> large_set_program() {
  auto gate = std::make_shared<sync::Notify>();
  auto collector = task::Builder().name("collector").spawn(collects(gate, 20));
  co_await once_idle(collector.id());
  const std::string text = ari::dump().to_string();
  EXPECT_THAT(text, HasSubstr(" of any of 20 tasks\n     ├─ ["));
  EXPECT_THAT(text, HasSubstr("\n     └─ and 12 more\n"));
  collector.abort();
}
TEST_P(DumpOfJoins, NamesSomeOfALargeSet) { make().block_on(large_set_program()); }

Task<void> waits_for(LocalSet* local, Gate gate) {
  local->spawn_local(task::Builder().name("ui"), waits(gate));
  local->spawn_local(task::Builder().name("input"), waits(gate));
  co_await *local;
}
// The dump is taken on another thread while the set rests.
TEST_P(DumpOfJoins, NamesTheTasksOfALocalSet) {
  Runtime runtime = make();
  const Handle handle = runtime.handle();
  auto gate = std::make_shared<sync::Notify>();
  std::thread other([&] {
    while (true) {
      const Dump dump = handle.dump();
      const auto& tasks = dump.tasks();
      const bool all_rest = std::count_if(tasks.begin(), tasks.end(), [](const TaskDump& task) {
                              return task.state == State::kIdle;
                            }) == 3;
      if (!all_rest) continue;
      EXPECT_THAT(dump.to_string(),
                  ContainsRegex("waits for LocalSet of all 2 tasks\n"
                                "     ├─ \\[[0-9]+\\] ui  idle, last polled [0-9]+ms ago\n"
                                "     └─ \\[[0-9]+\\] input  idle, last polled [0-9]+ms ago\n"));
      break;
    }
    gate->notify_waiters();
  });
  LocalSet local;
  runtime.block_on(waits_for(&local, gate));
  other.join();
}

Task<void> recorded_program() {
  auto gate = std::make_shared<sync::Notify>();
  auto collector = task::Builder().name("collector").spawn(collects(gate, 2));
  co_await once_idle(collector.id());
  ari::dump().record();
  collector.abort();
}
TEST(DumpOfASet, PutsThemOnRecordInOneLineAndByTheirIds) {
  test::Recorder recorder;
  Runtime().block_on(recorded_program());
  const std::string told = recorder.text();
  EXPECT_THAT(told, ContainsRegex("\\[JoinSet::join_next of any of 2 tasks: "
                                  "\\[[0-9]+\\] fetch 0, \\[[0-9]+\\] fetch 1\\]"));
  EXPECT_THAT(told, ContainsRegex(" join.op=\"JoinSet::join_next\" join.task=[0-9]+ join.tasks=2 "
                                  "join.others=\"[0-9]+\" age_ns=[0-9]+\n"));
}

Task<void> joins_beside(JoinHandle<void> one, JoinHandle<void> other) {
  static_cast<void>(co_await select(one, time::timeout(std::chrono::hours(1), other)));
}
Task<void> dumps_beside() {
  auto gate = std::make_shared<sync::Notify>();
  auto one = spawn(waits(gate)), other = spawn(waits(gate));
  const trace::SpanId ids[] = {one.id(), other.id()};
  auto joiner = spawn(joins_beside(std::move(one), std::move(other)));
  co_await once_idle(joiner.id());
  const Dump dump = ari::dump();
  const TaskDump& seen = *dump.find(joiner.id());
  EXPECT_EQ(seen.join_op, "JoinHandle");
  EXPECT_THAT(seen.joins.listed(), testing::UnorderedElementsAreArray(ids));
  EXPECT_FALSE(seen.joins.needs_all());
  EXPECT_TRUE(dump.find(ids[0])->joins.is_empty());
  gate->notify_waiters();
  co_await joiner;
}
TEST(DumpOfJoinsBeside, NamesThoseOfEveryBranch) { Runtime().block_on(dumps_beside()); }

}  // namespace
}  // namespace ari

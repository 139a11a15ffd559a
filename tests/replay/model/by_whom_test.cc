// Logs without threads: who woke a task is told as it was, or not at all.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/replay/model/happening.h"
#include "tests/replay/model/truth.h"
#include "tests/support/run.h"

namespace ari::test {
namespace {

using replay::FoldOptions;
using replay::LifeEvent;
using replay::Model;
using replay::SpanId;
using replay::Task;
using subscriber::RecordKind;
using subscriber::WakerOp;

FoldOptions watching_all() {
  return {.watch = [](const Task&) { return true; }};
}

Happenings without_threads(Happenings log) {
  for (Happening& h : log) h.thread = 0;
  return log;
}

std::vector<LifeEvent> uses_of_wakers(const Task& task) {
  std::vector<LifeEvent> uses;
  for (const LifeEvent& event : task.life) {
    if (event.kind == LifeEvent::Kind::kWaker) uses.push_back(event);
  }
  return uses;
}

// Two tasks on two threads; one of them uses a mutex, and wakes.
Happenings interleaved(std::uint32_t waking_thread) {
  constexpr SpanId kMutex = 3;
  Happenings log;
  const auto add = [&](RecordKind kind, std::uint32_t thread, SpanId span, const char* name = "") {
    log.push_back({.kind = kind,
                   .at_ns = static_cast<std::int64_t>(log.size() + 1) * 1000,
                   .thread = thread,
                   .span = span,
                   .name = name});
  };
  add(RecordKind::kNew, 1, 1, kTask);
  add(RecordKind::kNew, 1, 2, kTask);
  add(RecordKind::kNew, 1, kMutex, kResource);
  add(RecordKind::kEnter, 1, 1);
  add(RecordKind::kEnter, 2, 2);
  add(RecordKind::kEnter, waking_thread, kMutex);
  for (int i = 0; i < 6; ++i) {
    add(RecordKind::kWaker, waking_thread, kMutex);
    log.back().op = WakerOp::kWakeByRef;
    log.back().task = 1;
  }
  add(RecordKind::kExit, waking_thread, kMutex);
  add(RecordKind::kExit, 1, 1);
  add(RecordKind::kExit, 2, 2);
  return log;
}

TEST(ByWhom, IsNotToldWhereTwoTasksArePolledAndNoThreadIsTold) {
  for (const std::uint32_t thread : {1U, 2U}) {
    SCOPED_TRACE(thread);
    const Model told = fold_happenings(interleaved(thread), watching_all());
    EXPECT_EQ(told.tasks[0].self_wakes, thread == 1 ? 6U : 0U);
    EXPECT_EQ(told.tasks[0].perhaps_self_wakes, 0U);
    EXPECT_EQ(told.coverage.wakes_without_thread, 0U);

    const Model untold = fold_happenings(without_threads(interleaved(thread)), watching_all());
    EXPECT_EQ(untold.tasks[0].wakes, 6U);
    EXPECT_EQ(untold.tasks[0].self_wakes, 0U);
    EXPECT_EQ(untold.tasks[0].perhaps_self_wakes, 6U);
    EXPECT_EQ(untold.coverage.wakes_without_thread, 6U);
    EXPECT_EQ(untold.coverage.wakes_unclear, 6U);
    for (const LifeEvent& use : uses_of_wakers(untold.tasks[0])) {
      EXPECT_TRUE(use.by_unclear);
      EXPECT_EQ(use.by_task, 0U);
    }
  }
}

// In captures with more than one worker.
class CapturesByWhom : public testing::TestWithParam<std::string> {};

TEST_P(CapturesByWhom, IsAsTheProgramItselfSawItOrUnclear) {
  const Model truth = fold_happenings(read_whole_truth(GetParam()), watching_all());
  auto text = replay::fold(capture_file(GetParam(), "ari-subscriber.log"), watching_all());
  ASSERT_TRUE(text.has_value());
  for (const Task& task : text.value().tasks) {
    const auto same = std::find_if(truth.tasks.begin(), truth.tasks.end(),
                                   [&](const Task& t) { return t.span == task.span; });
    ASSERT_NE(same, truth.tasks.end());
    const auto said = uses_of_wakers(task), was = uses_of_wakers(*same);
    ASSERT_EQ(said.size(), was.size());
    for (std::size_t i = 0; i < said.size(); ++i) {
      ASSERT_EQ(said[i].op, was[i].op);
      if (said[i].by_unclear) continue;
      EXPECT_EQ(said[i].by_task, was[i].by_task) << "line " << said[i].first_line;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, CapturesByWhom, testing::ValuesIn(capture_folders()),
                         [](const auto& tested) {
                           std::string name = tested.param.substr(tested.param.rfind('/') + 1);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace ari::test

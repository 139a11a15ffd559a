// Logs in which an exit is missing, as where a log was cut or its writer dropped lines: one poll
// has no end, and nothing else is different.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "replay/model/model.h"
#include "tests/support/run.h"

namespace ari::test {
namespace {

using replay::Model;
using replay::Task;
using Lines = std::vector<std::string>;

bool is_exit_of_task(const std::string& line) {
  // … runtime.spawn[7]{…} exit, and none inside of it
  return line.ends_with("} exit") && line.rfind("runtime.spawn[") != line.npos &&
         line.find("runtime.", line.rfind("runtime.spawn[") + 1) == line.npos;
}

Model fold_without(const Lines& lines, std::size_t missing) {
  const TempDir folder;
  const std::string path = folder.path() + "/run.log";
  std::ofstream file(path);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i != missing) file << lines[i] << '\n';
  }
  file.close();
  auto model = replay::fold(path, {});
  EXPECT_TRUE(model.has_value());
  return std::move(model).value();
}

// Of the task that lost it the time of one poll is not known; every other figure stays.
void expect_alike(const Task& whole, const Task& task, std::size_t& different) {
  SCOPED_TRACE("span " + std::to_string(whole.span));
  EXPECT_EQ(task.span, whole.span);
  EXPECT_EQ(task.polls, whole.polls);
  EXPECT_EQ(task.wakes, whole.wakes);
  EXPECT_EQ(task.total_ns, whole.total_ns);
  EXPECT_LE(task.busy_ns, whole.busy_ns);
  different += task.busy_ns != whole.busy_ns ? 1 : 0;
}

class LostExits : public testing::TestWithParam<std::string> {};

TEST_P(LostExits, CostTheTimeOfOnePoll) {
  const Lines lines =
      lines_of(read_file(ARI_TESTDATA "/captures/" + GetParam() + "/ari-subscriber.log"));
  ASSERT_FALSE(lines.empty());
  const Model whole = fold_without(lines, lines.size());
  ASSERT_EQ(whole.coverage.enters_without_exit, 0U);
  std::size_t found = 0;
  for (std::size_t i = 0, nth = 0; i < lines.size(); ++i) {
    if (!is_exit_of_task(lines[i]) || nth++ % 5 != 0) continue;
    SCOPED_TRACE("without line " + std::to_string(i + 1));
    const Model model = fold_without(lines, i);
    ASSERT_EQ(model.tasks.size(), whole.tasks.size());
    // Without an enter behind it nobody can tell: the poll went on to the task's end.
    if (model.coverage.enters_without_exit == 0) continue;
    ++found;
    EXPECT_EQ(model.coverage.enters_without_exit, 1U);
    EXPECT_TRUE(model.coverage.has_gaps());
    std::size_t different = 0;
    for (std::size_t t = 0; t < whole.tasks.size(); ++t) {
      expect_alike(whole.tasks[t], model.tasks[t], different);
    }
    EXPECT_LE(different, 1U);
  }
  EXPECT_GT(found, 0U);
}

INSTANTIATE_TEST_SUITE_P(Of, LostExits,
                         testing::Values("barrier", "blocking", "notify", "select", "semaphore",
                                         "yield"),
                         [](const auto& capture) { return capture.param; });

// A future that runs in the span of the task that polls it, twice: polls in a poll, no loss.
TEST(LostExits, AreNotSeenWhereATaskIsEnteredWithinItsPoll) {
  const TempDir folder;
  const std::string path = folder.path() + "/run.log";
  std::ofstream file(path);
  int n = 0;
  for (const char* what : {"new", "enter", "enter", "exit", "enter", "exit", "exit", "close"}) {
    file << "2026-11-23T12:00:00.00000" << n++
         << "Z TRACE runtime.spawn[7]{kind=task, task.name=, task.id=3} " << what << '\n';
  }
  file.close();
  const auto model = replay::fold(path, {});
  ASSERT_TRUE(model.has_value());
  EXPECT_EQ(model.value().coverage.enters_without_exit, 0U);
  ASSERT_EQ(model.value().tasks.size(), 1U);
  EXPECT_EQ(model.value().tasks[0].polls, 1U);
}

}  // namespace
}  // namespace ari::test

// A log in which a program was killed, started anew and wrote on: two recordings, though there is
// no header that says so.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <tuple>

#include "replay/model/model.h"
#include "replay/model/restart_watch.h"
#include "tests/support/run.h"

namespace ari::test {
namespace {

using replay::Model;
using replay::Task;

Model fold_text(const std::string& text) {
  const TempDir folder;
  const std::string path = folder.path() + "/run.log";
  std::ofstream(path) << text;
  auto model = replay::fold(path, {});
  EXPECT_TRUE(model.has_value());
  return std::move(model).value();
}

std::string all_figures(const Task& task) {
  return fmt::format("{} polls {} busy {} scheduled {} idle {} wakes {} self {} state {}",
                     task.name, task.polls, task.busy_ns, task.scheduled_ns, task.idle_ns,
                     task.wakes, task.self_wakes, static_cast<int>(task.state));
}

// The file of the first capture, half of the lines, whole of the second.
using Case = std::tuple<std::string, std::string, std::string>;
class Restarts : public testing::TestWithParam<Case> {};

TEST_P(Restarts, AreTwoRecordings) {
  const auto& [file, first, second] = GetParam();
  std::string killed = read_file(ARI_TESTDATA "/captures/" + first + "/" + file);
  const std::string anew = read_file(ARI_TESTDATA "/captures/" + second + "/" + file);
  killed.resize(killed.rfind('\n', killed.size() / 2) + 1);
  const Model before = fold_text(killed), after = fold_text(anew), both = fold_text(killed + anew);
  EXPECT_EQ(both.coverage.recordings, 2U);
  ASSERT_EQ(both.tasks.size(), before.tasks.size() + after.tasks.size());
  for (std::size_t i = 0; i < both.tasks.size(); ++i) {
    const bool is_first = i < before.tasks.size();
    const Task& alone = is_first ? before.tasks[i] : after.tasks[i - before.tasks.size()];
    EXPECT_EQ(all_figures(both.tasks[i]), all_figures(alone));
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Restarts,
                         testing::Values(Case("ari-subscriber.log", "barrier", "notify"),
                                         Case("ari-subscriber.log", "notify", "barrier"),
                                         Case("ari-subscriber.log", "select", "select"),
                                         Case("fmt-full.log", "barrier", "notify"),
                                         Case("fmt-full.log", "select", "select"),

                                         Case("fmt-json.jsonl", "select", "select"),
                                         Case("fmt-json.jsonl", "barrier", "notify")));

// As of a log that was put together by hand.
TEST(Restarts, AreNotTakenFromALineThatIsThereTwice) {
  for (const std::string file : {"captures/notify/ari-subscriber.log", "joins.jsonl"}) {
    SCOPED_TRACE(file);
    const std::string once = read_file(ARI_TESTDATA "/" + file);
    std::string twice;
    std::size_t doubled = 0;
    for (std::size_t at = 0, end = 0; at < once.size(); at = end) {
      end = once.find('\n', at) + 1;
      const std::string line = once.substr(at, end - at);
      const bool is_task = line.find("runtime.spawn") != std::string::npos;
      const bool is_new =
          line.ends_with(" new\n") || line.find(R"("k":"new")") != std::string::npos;
      twice += line;
      if (!is_task || !is_new) continue;
      twice += line;
      ++doubled;
    }
    ASSERT_GT(doubled, 2U);
    const Model want = fold_text(once), model = fold_text(twice);
    EXPECT_EQ(model.coverage.recordings, want.coverage.recordings);
    ASSERT_EQ(model.tasks.size(), want.tasks.size());
    for (std::size_t i = 0; i < model.tasks.size(); ++i) {
      EXPECT_EQ(all_figures(model.tasks[i]), all_figures(want.tasks[i]));
    }
    EXPECT_EQ(model.coverage.problems.size() + model.coverage.problems_dropped,
              want.coverage.problems.size() + doubled);
  }
}

TEST(RestartWatch, EndsTheRunBeforeTheLongestPause) {
  replay::RestartWatch watch;
  EXPECT_FALSE(watch.begins(1));
  EXPECT_FALSE(watch.begins(2));
  for (const std::int64_t at : {10, 20, 35, 900, 905, 912}) watch.happened(at);
  EXPECT_TRUE(watch.begins(1));
  EXPECT_EQ(watch.last_instant(), 35);
  watch.clear();
  EXPECT_FALSE(watch.begins(1));
  // The clock was set back.
  for (const std::int64_t at : {1000, 1010, 20, 25}) watch.happened(at);
  EXPECT_EQ(watch.last_instant(), 1010);
}

}  // namespace
}  // namespace ari::test

// fold() reads a log on one thread and folds it on another: what comes of it is what comes of one.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "replay/input/log.h"
#include "replay/model/fold.h"
#include "tests/bench/generated_log.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

std::string show(const Model& model) {
  std::string text = fmt::format("{} polls, {} events, {} forgotten\n", model.poll_times.count,
                                 model.coverage.events, model.forgotten.count);
  for (const Task& task : model.tasks) {
    text += fmt::format("{} {} lines {}-{}: {} polls, busy {}, scheduled {}, total {}, at {}\n",
                        task.span, task.name, task.first_line, task.last_line, task.polls,
                        task.busy_ns, task.scheduled_ns, task.total_ns,
                        task.parked_at == nullptr ? 0 : task.parked_at->line);
  }
  return text;
}

TEST(ThreadedFold, ComesToTheSameAsOnOneThread) {
  const test::TempDir folder;
  const std::string path = folder.path() + "/run.jsonl";
  std::string log;
  bench::GeneratedLog generated(log);
  while (log.size() < 4'000'000) generated.step(log);
  generated.end(log);
  std::ofstream(path, std::ios::binary) << log;

  for (const bool forgets : {false, true}) {
    FoldOptions options;
    options.deadlocks = true;
    if (forgets) {
      options.is_worth_keeping = [](const Model& model, std::size_t task) {
        return model.tasks[task].polls > 10;
      };
    }
    Fold alone(options);
    Result<Coverage> coverage = read_log(path, alone);
    ASSERT_TRUE(coverage.has_value());
    const Model want = alone.finish(std::move(coverage).value());
    const Result<Model> got = fold(path, options);
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(show(got.value()), show(want));
    EXPECT_EQ(want.forgotten.count > 0, forgets);
  }
}

}  // namespace
}  // namespace ari::replay

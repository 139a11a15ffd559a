// Real runs of Tokio programs: against what tokio-console showed of the same run, number for
// number, and against what the program's own layer saw of it.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>

#include "replay/model/model.h"
#include "tests/replay/model/slow_fold.h"
#include "tests/replay/model/step.h"
#include "tests/replay/model/truth.h"
#include "tests/support/run.h"

namespace ari::test {
namespace {

using replay::Distribution;
using replay::FoldOptions;
using replay::Model;
using replay::Semantics;
using replay::SpanId;
using replay::Task;
using Instant = std::optional<std::int64_t>;

class Captures : public testing::TestWithParam<std::string> {
 protected:
  Model fold(const std::string& file, Semantics semantics) {
    const FoldOptions options{.semantics = semantics, .watch = [](const Task&) { return true; }};
    auto model = replay::fold(capture_file(GetParam(), file), options);
    EXPECT_TRUE(model.has_value()) << model.error().message;
    EXPECT_EQ(model.value().coverage.exits_without_enter, 0U);
    EXPECT_EQ(model.value().coverage.spans_without_new, 0U);
    return std::move(model).value();
  }
};

// ---- tokio-console's numbers

Instant instant(simdjson::dom::element value) {
  std::int64_t ns = 0;
  if (value.get(ns)) return std::nullopt;
  return ns;
}

Distribution distribution(simdjson::dom::element d) {
  return {d["count"], d["min"], d["max"], d["p10"], d["p25"],
          d["p50"],   d["p75"], d["p90"], d["p95"], d["p99"]};
}

// What the console shows of a task, and nothing that it does not.
std::string shown_by_console(simdjson::dom::element task) {
  Task shown;
  shown.polls = task["polls"];
  shown.busy_ns = task["busy_ns"];
  shown.scheduled_ns = task["scheduled_ns"];
  shown.wakes = task["wakes"];
  shown.self_wakes = task["self_wakes"];
  shown.waker_clones = task["waker_clones"];
  shown.waker_drops = task["waker_drops"];
  shown.created_unix_ns = instant(task["created_at"]);
  shown.dropped_unix_ns = instant(task["dropped_at"]);
  shown.first_poll_unix_ns = instant(task["first_poll"]);
  shown.last_wake_unix_ns = instant(task["last_wake"]);
  shown.poll_times = distribution(task["poll_times"]);
  shown.scheduled_times = distribution(task["scheduled_times"]);
  return show(shown);
}

std::string shown_by_us(Task task) {
  task.span = 0;
  task.state = Task().state;
  task.idle_ns = task.total_ns = 0;
  return show(task);
}

TEST_P(Captures, InConsoleSemanticsAreWhatTheConsoleShowed) {
  simdjson::dom::parser parser;
  const simdjson::dom::object want =
      parser.load(capture_file(GetParam(), "console-shows.json"))["tasks"];
  const Model model = fold("console-record.jsonl", Semantics::kConsole);
  EXPECT_EQ(model.tasks.size(), want.size());
  for (const Task& task : model.tasks) {
    SCOPED_TRACE(task.span);
    simdjson::dom::element shown;
    ASSERT_FALSE(want[std::to_string(task.span)].get(shown));
    EXPECT_EQ(shown_by_us(task), shown_by_console(shown));
    EXPECT_EQ(task.last_poll_started_unix_ns, instant(shown["last_poll_started"]));
    EXPECT_EQ(task.last_poll_ended_unix_ns, instant(shown["last_poll_ended"]));
  }
}

// ---- the truth

TEST_P(Captures, FoldedFromTheTruthAreTheDefinitions) {
  const Truth truth = read_truth(GetParam());
  EXPECT_EQ(show(fold_steps(hide_destruction(truth.steps), Semantics::kCorrected).tasks),
            show(slow_fold(truth.steps, Semantics::kCorrected)));
}

// What the layers must agree on although each has read its own clock.
std::string counts(const Task& task) {
  return "polls=" + std::to_string(task.polls) + " wakes=" + std::to_string(task.wakes) +
         " self_wakes=" + std::to_string(task.self_wakes) +
         " clones=" + std::to_string(task.waker_clones) +
         " drops=" + std::to_string(task.waker_drops) +
         " state=" + std::to_string(static_cast<int>(task.state));
}

// The layers see a callback one after the other; in between lies the writing of a line,
// and once in the life of a task another thread may have its turn there.
constexpr std::int64_t kApartNs = 100'000;
constexpr std::int64_t kTurnNs = 5'000'000;

void expect_about(std::int64_t got_ns, std::int64_t want_ns, std::uint64_t intervals) {
  const std::int64_t apart_ns = static_cast<std::int64_t>(intervals) * kApartNs + kTurnNs;
  EXPECT_LE(std::abs(got_ns - want_ns), apart_ns) << got_ns << " for " << want_ns;
}

void expect_the_truth(const Model& model, const Truth& truth) {
  EXPECT_EQ(model.resource_count, truth.resources);
  EXPECT_EQ(model.op_count, truth.async_ops);
  const Tasks want = slow_fold(truth.steps, Semantics::kCorrected);
  ASSERT_EQ(model.tasks.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    const Task& task = model.tasks[i];
    SCOPED_TRACE(task.span);
    EXPECT_EQ(task.span, want[i].span);
    EXPECT_EQ(counts(task), counts(want[i]));
    expect_about(task.busy_ns, want[i].busy_ns, 2 * want[i].polls + 1);
    expect_about(task.scheduled_ns, want[i].scheduled_ns, 2 * want[i].polls + 1);
    expect_about(task.total_ns, want[i].total_ns, 2);
    EXPECT_EQ(task.busy_ns + task.scheduled_ns + task.idle_ns, task.total_ns);
  }
}

TEST_P(Captures, AsAriTextAgreeWithTheTruthThoughItTellsNoThreads) {
  const Truth truth = read_truth(GetParam());
  expect_the_truth(fold("ari-subscriber.log", Semantics::kCorrected), truth);
  if (capture_file(GetParam(), "ari-subscriber-colour.log").empty()) return;
  expect_the_truth(fold("ari-subscriber-colour.log", Semantics::kCorrected), truth);
}

TEST_P(Captures, AsConsoleRecordingAgreeWithTheTruth) {
  Truth truth = read_truth(GetParam());
  truth.resources = truth.async_ops = 0;  // a recording does not tell of them
  expect_the_truth(fold("console-record.jsonl", Semantics::kCorrected), truth);
}

INSTANTIATE_TEST_SUITE_P(All, Captures, testing::ValuesIn(capture_folders()),
                         [](const auto& folder) {
                           std::string name = folder.param.substr(folder.param.rfind('/') + 1);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace ari::test

// Real runs of Tokio programs: against what tokio-console showed of the same run, number for
// number, and against what the program's own layer saw of it.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>

#include "replay/model/destroy_pairs.h"
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

// `tells_ids`: the log has the truth's span ids; else they are ours.
void expect_the_truth(const Model& model, const Truth& truth, bool tells_ids = true) {
  EXPECT_EQ(model.resource_count, truth.resources);
  EXPECT_EQ(model.op_count, truth.async_ops);
  const Tasks want = slow_fold(truth.steps, Semantics::kCorrected);
  ASSERT_EQ(model.tasks.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    const Task& task = model.tasks[i];
    SCOPED_TRACE(task.span);
    if (tells_ids) {
      EXPECT_EQ(task.span, want[i].span);
    }
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

TEST_P(Captures, AsFmtAgreeWithTheTruthThoughItTellsNoSpanIds) {
  const Truth truth = read_truth(GetParam());
  for (const char* file : {"fmt-json.jsonl", "fmt-full.log"}) {
    SCOPED_TRACE(file);
    if (capture_file(GetParam(), file).empty()) continue;
    const Model model = fold(file, Semantics::kCorrected);
    expect_the_truth(model, truth, false);
    EXPECT_EQ(model.coverage.inferred->wakers_left_out, 0U);
  }
}

// What a format tells of a task beside its times, ids apart.
std::string identity(const Task& task) {
  std::string text = task.kind + " " + task.name + " " + std::to_string(task.task_id.value_or(0));
  if (task.location) {
    text += " " + task.location->file + ":" + std::to_string(task.location->line) + ":" +
            std::to_string(task.location->column);
  }
  std::map<std::string, std::string> fields;  // JSON sorts them
  for (const replay::KeptField& field : task.fields) fields[std::string(field.name)] = field.text;
  for (const auto& [name, value] : fields) text += " " + name + "=" + value;
  return text;
}

std::map<std::uint64_t, const Task*> by_task_id(const Model& model) {
  std::map<std::uint64_t, const Task*> tasks;
  for (const Task& task : model.tasks) tasks[task.task_id.value()] = &task;
  return tasks;
}

TEST_P(Captures, AreTheSameTasksInEveryFormat) {
  const Model text = fold("ari-subscriber.log", Semantics::kCorrected);
  for (const char* file : {"fmt-json.jsonl", "fmt-full.log"}) {
    SCOPED_TRACE(file);
    if (capture_file(GetParam(), file).empty()) continue;
    const Model model = fold(file, Semantics::kCorrected);
    const auto tasks = by_task_id(model);
    EXPECT_EQ(tasks.size(), text.tasks.size());
    for (const auto& [id, want] : by_task_id(text)) {
      SCOPED_TRACE(id);
      ASSERT_TRUE(tasks.contains(id));
      EXPECT_EQ(identity(*tasks.at(id)), identity(*want));
      EXPECT_EQ(counts(*tasks.at(id)), counts(*want));
      EXPECT_EQ(tasks.at(id)->span, id);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Captures, testing::ValuesIn(capture_folders()),
                         [](const auto& folder) {
                           std::string name = folder.param.substr(folder.param.rfind('/') + 1);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Logs of fmt that lack threads or more: what they tell is right, and what they cannot tell
// of wakers makes the counts lower bounds, and is counted itself.
class PoorLogs : public testing::TestWithParam<std::string> {};

TEST_P(PoorLogs, TellPollsExactlyAndWakersAsFarAsTheyCan) {
  const std::string folder = std::string(ARI_TESTDATA "/fmt/") + GetParam().substr(0, 5);
  const auto read = [&](const std::string& file) {
    auto model = replay::fold(capture_file(folder, file), {.semantics = Semantics::kCorrected});
    EXPECT_TRUE(model.has_value()) << file;
    return std::move(model).value();
  };
  const Model whole = read("ari-subscriber.log");
  const Model poor = read(GetParam().substr(6));
  const auto tasks = by_task_id(poor);
  EXPECT_EQ(tasks.size(), whole.tasks.size());
  std::uint64_t missing = 0;
  for (const auto& [id, want] : by_task_id(whole)) {
    SCOPED_TRACE(id);
    ASSERT_TRUE(tasks.contains(id));
    const Task& got = *tasks.at(id);
    EXPECT_EQ(identity(got), identity(*want));
    // Of what never closes the last poll may have been its destruction.
    const bool told = poor.coverage.facts.lifetimes || replay::is_woken_by_wakers(want->kind);
    if (told) {
      EXPECT_EQ(got.polls, want->polls);
    }
    EXPECT_LE(got.wakes, want->wakes);
    EXPECT_LE(got.waker_clones, want->waker_clones);
    missing += want->wakes + want->waker_clones - got.wakes - got.waker_clones;
  }
  EXPECT_LE(missing, poor.coverage.inferred->wakers_left_out);
}

INSTANTIATE_TEST_SUITE_P(
    All, PoorLogs,
    testing::Values("spans/json-no-threads.jsonl", "spans/json-no-current.jsonl",
                    "spans/full-no-threads.log", "spans/full-names.log", "spans/full-no-target.log",
                    "spans/compact-no-threads.log", "spans/pretty-no-file.log",
                    "crowd/json-no-threads.jsonl", "crowd/full-no-threads.log"),
    [](const auto& log) {
      std::string name = log.param;
      std::replace_if(
          name.begin(), name.end(), [](char c) { return c == '-' || c == '.' || c == '/'; }, '_');
      return name;
    });

}  // namespace
}  // namespace ari::test

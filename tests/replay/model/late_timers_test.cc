// How late timers fired: by the wakes that come from outside of all polls, and never more than they
// were.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "replay/lint/lint_settings.h"
#include "replay/model/fold.h"
#include "tests/replay/input/reading.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

std::string at(int ms, const std::string& us = "000") {
  return "1970-01-01T00:00:0" + std::to_string(1 + ms / 1000) + "." +
         std::to_string(1000 + ms % 1000).substr(1) + us + "Z TRACE ";
}

#define TIMED_TASK(id) "runtime.spawn[" id "]{kind=task, task.name=, task.id=" id "}"
const std::string kOne = TIMED_TASK("1"), kTwo = TIMED_TASK("2");
#define SLEEP(id) "runtime.resource[" id "]{concrete_type=\"Sleep\", kind=timer}"

std::string sleep(int ms, const std::string& task, const std::string& timer, int duration_ms) {
  return at(ms) + task + " " + timer + " new\n" + at(ms) + task + " " + timer +
         " runtime::resource::state_update: duration=" + std::to_string(duration_ms) +
         ", duration.unit=ms, duration.op=override\n" + at(ms) + task + " " + timer +
         " runtime::waker: op=\"waker.clone\", task.id=" + (task == kOne ? "1" : "2") + "\n";
}
std::string enter(int ms, const std::string& task) { return at(ms) + task + " enter\n"; }
std::string exit(int ms, const std::string& task) { return at(ms) + task + " exit\n"; }
std::string woken(int task) {
  return "runtime::waker: op=\"waker.wake\", task.id=" + std::to_string(task) + "\n";
}
std::string wake(int ms, int task) { return at(ms) + woken(task); }

Model model_of(const std::string& log) {
  test::TextSource source(log);
  Fold fold(FoldOptions{});
  Result<Coverage> coverage = read_log(source, "x.log", fold);
  EXPECT_TRUE(coverage.has_value());
  return fold.finish(std::move(coverage).value());
}

std::string statuses(const Model& model) {
  LintSettings settings(model.semantics);
  LintChoices choices;
  choices.only = {"late-timer"};
  settings.apply(choices);
  std::string out;
  for (const Finding& f : run_lints(model, settings)) {
    out += std::string(status_name(f.status)) + ": " + f.message + "\n";
  }
  return out;
}

const std::string kBegin = at(0) + kOne + " new\n" + enter(0, kOne);

TEST(LateTimers, FireWhenTheirTaskIsWokenFromOutsideOfAllPolls) {
  const std::string waits = kBegin + sleep(1, kOne, SLEEP("7"), 100) + exit(2, kOne);
  const Model late = model_of(waits + wake(151, 1));
  EXPECT_EQ(late.timers.late.count, 1U);
  EXPECT_EQ(late.timers.worst.late_ns, 50'000'000);
  EXPECT_TRUE(late.timers.worst.is_sure);
  EXPECT_EQ(statuses(late), "definite: was woken 50.0ms after Sleep [7] was due (limit 10ms)\n");
  const Model in_time = model_of(waits + wake(101, 1));
  EXPECT_EQ(in_time.timers.late.count, 1U);
  EXPECT_EQ(in_time.timers.late.max_ns, 0);
  EXPECT_EQ(statuses(in_time), "");
  // To the millisecond that timers count. Former bug: `why` called it in time, the summary late.
  EXPECT_EQ(model_of(waits + at(101, "451") + woken(1)).timers.late.max_ns, 0);
  EXPECT_EQ(model_of(waits + at(102) + woken(1)).timers.late.max_ns, 1'000'000);
  // Something else woke it, well before the timer was due.
  EXPECT_EQ(model_of(waits + wake(50, 1)).timers.late.count, 0U);
}

// Each wake looked at all of the task's timers.
TEST(LateTimers, OfOneTaskMayBeVeryMany) {
  constexpr int kTimers = 40'000;
  std::string log = kBegin;
  for (int i = 0; i < kTimers; ++i) {
    const std::string span =
        "runtime.resource[" + std::to_string(7 + i) + "]{concrete_type=\"Sleep\", kind=timer}";
    log += sleep(1, kOne, span, 100);
  }
  log += exit(2, kOne);
  for (int i = 0; i < kTimers; ++i) log += wake(151, 1);
  EXPECT_EQ(model_of(log).timers.late.count, std::uint64_t{kTimers});
}

TEST(LateTimers, DoNotFireInPolls) {
  const Model model = model_of(kBegin + sleep(1, kOne, SLEEP("7"), 10) + exit(2, kOne) + at(3) +
                               kTwo + " new\n" + enter(3, kTwo) + at(90) + kTwo +
                               " runtime::waker: op=\"waker.wake\", task.id=1\n" + exit(90, kTwo));
  EXPECT_EQ(model.timers.late.count, 0U);
}

// That the first one closed is not in the log.
TEST(LateTimers, MayHaveTheIdOfOneBefore) {
  std::string log;
  const auto line = [&](const std::string& rest) {
    log += "{\"at\":\"1970-01-01T00:00:01.000000000Z\",\"k\":" + rest + "}\n";
  };
  const auto timer = [&](const std::string& id) {
    line("\"new\",\"th\":1,\"id\":" + id +
         ",\"in\":1,\"name\":\"runtime.resource\",\"target\":\"t\","
         "\"fields\":{\"concrete_type\":\"Sleep\",\"kind\":\"timer\"}");
  };
  line(
      "\"new\",\"th\":1,\"id\":1,\"name\":\"runtime.spawn\",\"target\":\"ari::task\","
      "\"fields\":{\"kind\":\"task\"}");
  timer("7");
  timer("8");  // stays
  line("\"clone\",\"th\":1,\"in\":7,\"task\":1");
  timer("7");
  line("\"close\",\"th\":1,\"id\":7");
  line("\"wake\",\"th\":1,\"task\":1");
  EXPECT_EQ(model_of(log).timers.late.count, 0U);
}

TEST(LateTimers, ThatArePutOffOrGoneAreNotLate) {
  const std::string waits = kBegin + sleep(1, kOne, SLEEP("7"), 10) + exit(2, kOne);
  const std::string put_off = at(5) + SLEEP("7") +
                              " runtime::resource::state_update: duration=200, duration.unit=ms, "
                              "duration.op=override\n";
  EXPECT_EQ(model_of(waits + put_off + wake(150, 1)).timers.late.count, 0U);
  EXPECT_EQ(model_of(waits + put_off + wake(205, 1)).timers.late.max_ns, 0);
  EXPECT_EQ(model_of(waits + at(5) + SLEEP("7") + " close\n" + wake(150, 1)).timers.late.count, 0U);
  // It fired already: the second wake is another's.
  EXPECT_EQ(model_of(waits + wake(11, 1) + wake(150, 1)).timers.late.count, 1U);
}

// The instant of each line.
struct Instants : RecordSink {
  std::vector<std::int64_t> at_ns;
  void record(const subscriber::Record& record, const Line& line) override {
    at_ns.resize(std::max(at_ns.size(), line.number));
    at_ns[line.number - 1] = record.at_unix_ns;
  }
};

// Former bug: a guess behind the instant made what was certain by then uncertain.
TEST(LateTimers, AsOfAnInstantAreThoseOfTheLogUpToIt) {
  std::size_t compared = 0;
  for (const std::string& folder : test::capture_folders()) {
    for (const char* name : {"fmt-json.jsonl", "fmt-full.log"}) {
      const std::string path = test::capture_file(folder, name);
      if (path.empty() || path.ends_with(".zst")) continue;
      const std::vector<std::string> lines = test::lines_of(test::read_file(path));
      Instants instants;
      ASSERT_TRUE(read_log(path, instants).has_value());
      std::string before;
      std::int64_t latest_ns = 0;
      for (std::size_t i = 0; i + 1 < instants.at_ns.size(); ++i) {
        before += lines[i] + "\n";
        latest_ns = std::max(latest_ns, instants.at_ns[i]);
        const auto behind = instants.at_ns.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        if (i % 10 != 0 || *std::min_element(behind, instants.at_ns.end()) <= latest_ns) continue;
        SCOPED_TRACE(path + ":" + std::to_string(i + 1));
        FoldOptions options;
        options.until = [&](std::int64_t) { return latest_ns; };
        const TimerLateness at = fold(path, options).value().timers, cut = model_of(before).timers;
        ASSERT_EQ(at.late.count, cut.late.count);
        ASSERT_EQ(at.worst.late_ns, cut.worst.late_ns);
        ASSERT_EQ(at.worst.is_sure, cut.worst.is_sure);
        compared += cut.worst.is_sure ? 1 : 0;
      }
    }
  }
  EXPECT_GT(compared, 10U);
}

TEST(LateTimers, OfSeveralTheFirstDueFiresAndThatIsNotCertain) {
  const Model model = model_of(kBegin + sleep(1, kOne, SLEEP("7"), 100) +
                               sleep(1, kOne, SLEEP("8"), 60) + exit(2, kOne) + wake(91, 1));
  EXPECT_EQ(model.timers.worst.timer, 8U);
  EXPECT_EQ(model.timers.worst.late_ns, 30'000'000);
  EXPECT_EQ(statuses(model),
            "provisional: was woken 30.0ms after Sleep [8] was due (limit 10ms)\n");
}

}  // namespace
}  // namespace ari::replay

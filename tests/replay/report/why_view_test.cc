#include "replay/report/why_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "replay/input/both_sinks.h"
#include "replay/input/log.h"
#include "replay/report/display_width.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using subscriber::ColourDepth;
using testing::HasSubstr;
using testing::Not;

// All of a log that `why` can be asked about; every task is watched.
struct Reading {
  TimerWatch timers{[](SpanId) { return true; }};
  ThreadActivity all{Period{}};
  Model model;

  explicit Reading(const std::string& path, std::optional<std::int64_t> until_ms = {}) {
    BothSinks beside(timers, all);
    FoldOptions options;
    options.watch = [](const Task&) { return true; };
    options.beside = &beside;
    if (until_ms) {
      options.until = [&](std::int64_t first) { return first + *until_ms * 1'000'000; };
    }
    model = fold(path, options).value();
    model.coverage.path = "run.log";
    all.finish();
  }
  Reading(const Reading&) = delete;

  const Task& task(std::string_view name) const {
    for (const Task& task : model.tasks) {
      if (task.name == name) return task;
    }
    ADD_FAILURE() << "no task " << name;
    return model.tasks.front();
  }

  Why why(std::string_view name, std::optional<std::size_t> poll = {}) const {
    const auto delayed = find_delay(model, task(name), timers, poll);
    EXPECT_TRUE(delayed.has_value());
    return explain(model, all, task(name), delayed.value());
  }

  std::string text(const Why& why, std::size_t width = 80,
                   ColourDepth depth = ColourDepth::kNone) const {
    std::string out;
    why_text(model, why, false, {Paint(depth), width}, out);
    return out;
  }

  std::string json(const Why& why) const {
    std::string out;
    why_json(model, why, out);
    return out;
  }
};

// One thread; "sleeper" has a timer of 10 ms, and "hog" is polled meanwhile, for 50 ms.
class LateTimer : public testing::Test {
 protected:
  LateTimer() {
    std::ofstream out(path_);
    const auto line = [&](const char* at, const std::string& rest) {
      out << R"({"at":"2026-11-27T09:00:00.)" << at << R"(Z","k":)" << rest << "}\n";
    };
    line("000000000", R"("log","version":1,"program":"late","pid":1,"clock":"monotonic")");
    line(
        "000000000",
        R"("new","th":1,"id":1,"name":"runtime.spawn","target":"ari::task","fields":{"kind":"task","task.name":"sleeper"})");
    line(
        "000000000",
        R"("new","th":1,"id":2,"name":"runtime.spawn","target":"ari::task","fields":{"kind":"task","task.name":"hog"})");
    line(
        "000001000",
        R"("new","th":1,"id":3,"name":"runtime.resource","target":"ari::time::sleep","fields":{"concrete_type":"Sleep","kind":"timer","loc.file":"late.cc","loc.line":7,"loc.col":9})");
    line(
        "000002000",
        R"("new","th":1,"id":4,"in":3,"name":"runtime.resource.async_op","target":"ari::time::sleep","fields":{"source":"Sleep::new_timeout"})");
    line("001000000", R"("enter","th":1,"id":1)");
    line(
        "001000000",
        R"("event","th":1,"in":4,"target":"runtime::resource::state_update","fields":{"duration":10,"duration.unit":"ms","duration.op":"override"})");
    line("001000000", R"("clone","th":1,"in":4,"task":1)");
    line("002000000", R"("exit","th":1,"id":1)");
    line("003000000", R"("enter","th":1,"id":2)");
    line("053000000", R"("exit","th":1,"id":2)");
    line("055000000", R"("wake","th":1,"task":1)");
    line("056000000",
         R"("event","th":1,"target":"runtime::driver","fields":{"op":"turn","timers":3})");
    line("057000000", R"("enter","th":1,"id":1)");
    line("057500000", R"("exit","th":1,"id":1)");
    line("058000000", R"("end","lost":0)");
  }

  test::TempDir dir_;
  std::string path_ = dir_.path() + "/late.jsonl";
};

TEST_F(LateTimer, LooksLikeThis) {
  const Reading log(path_);
  const Why why = log.why("sleeper");
  test::expect_golden("report/why-80.txt", log.text(why));
  test::expect_golden("report/why-80.ansi", log.text(why, 80, ColourDepth::k24Bit));
  test::expect_golden("report/why.json", log.json(why));
}

// Due at 11 ms, fired at 55: behind hog until 53.
TEST_F(LateTimer, IsAPartOfTheDelayThatIsLookedForFirst) {
  const Reading log(path_);
  const Why why = log.why("sleeper");
  EXPECT_EQ(why.delayed.number, 2u);
  ASSERT_TRUE(why.delayed.timer);
  EXPECT_EQ(why.delayed.timer->late_ns, 44'000'000);
  ASSERT_EQ(why.timer_late.parts.size(), 1u);
  EXPECT_EQ(why.timer_late.parts[0].ns, 42'000'000);
  EXPECT_EQ(why.timer_late.not_told_ns, 2'000'000);
  ASSERT_TRUE(why.turn);
  EXPECT_EQ(why.turn->timers, 3u);
  EXPECT_FALSE(log.why("sleeper", 1).delayed.timer);
}

TEST_F(LateTimer, IsOverdueWhileItHasNotFired) {
  const Reading log(path_, 31);
  const Why why = log.why("sleeper");
  EXPECT_TRUE(why.delayed.timer_overdue);
  EXPECT_EQ(why.delayed.waited_ns(), 20'000'000);
  EXPECT_EQ(why.basis, "one_thread");
  test::expect_golden("report/why-overdue-80.txt", log.text(why));
}

TEST_F(LateTimer, IsNotOverdueBeforeItsTime) {
  const Reading log(path_, 11);
  EXPECT_FALSE(log.why("sleeper").delayed.timer_overdue);
}

TEST_F(LateTimer, AReadyTasksOpenWaitCountsToo) {
  const Reading log(path_, 56);
  const Why why = log.why("sleeper", 2);
  EXPECT_EQ(why.delayed.poll, nullptr);
  EXPECT_EQ(why.delayed.waited_ns(), 1'000'000);
  EXPECT_THAT(log.text(why), HasSubstr("poll 2, still to come, has waited 1.00ms\n  after a timer"));
  EXPECT_THAT(log.json(why), HasSubstr("\"polled_at\":null"));
}

TEST(WhyText, SaysWhatALogWithoutThreadsAndResourcesDoesNotTell) {
  const Reading log(ARI_TESTDATA "/captures/lost-waker/console-record.jsonl");
  test::expect_golden("report/why-untold-80.txt", log.text(log.why("healthy", 2)));
}

// Each task of a run, at each of its polls: knowing of threads only what overlaps the time in
// question is enough; parts sum up; no timer fires before its time.
class Whys : public testing::TestWithParam<std::string> {};

TEST_P(Whys, NeedNoMoreThanTheirPeriodAndSumUp) {
  for (const char* name : {"ari-subscriber.log", "console-record.jsonl", "fmt-json.jsonl"}) {
    const std::string path = test::capture_file(GetParam(), name);
    if (path.empty()) continue;
    const Reading log(path);
    for (const Task& task : log.model.tasks) {
      const std::size_t every = task.polls > 40 ? 17 : 1;
      for (std::size_t poll = 1; poll <= task.polls; poll += every) {
        const auto delayed = find_delay(log.model, task, log.timers, poll);
        if (!delayed.has_value()) continue;
        ThreadActivity part(period_of(delayed.value()));
        ASSERT_TRUE(read_log(path, part).has_value());
        part.finish();
        const Why why = explain(log.model, log.all, task, delayed.value());
        EXPECT_EQ(log.json(why), log.json(explain(log.model, part, task, delayed.value())));
        std::int64_t sum = why.here.not_told_ns;
        for (const DelayPart& p : why.here.parts) sum += p.ns;
        EXPECT_EQ(sum, delayed.value().waited_ns());
        if (const auto& timer = delayed.value().timer; timer && timer->basis == WakerBasis::kOnly) {
          EXPECT_GE(delayed.value().wake->at_unix_ns, timer->clone->due_unix_ns - 1'100'000);
        }
        for (const std::size_t width : {60u, 80u, 100u}) {
          const std::string out = log.text(why, width);
          for (const std::string& line : test::lines_of(out)) {
            EXPECT_LE(display_width(line), width) << line;
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OfRealRuns, Whys, testing::ValuesIn(test::capture_folders()),
                         [](const auto& capture) {
                           std::string name = capture.param.substr(capture.param.rfind('/') + 1);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace ari::replay

// What fmt's `close` lines tell of how long tasks were busy: all there is to know where no enter is
// in the log, else a check of what is.
#include <gtest/gtest.h>

#include <string>

#include "replay/input/fmt_body.h"
#include "replay/model/fold.h"
#include "tests/replay/input/reading.h"

namespace ari::replay {
namespace {

#define AT(ms) "1970-01-01T00:00:01." ms "000Z TRACE "
#define TASK "runtime.spawn{kind=task task.name= task.id=4 loc.col=1}: tokio::task: "
const std::string kClose = AT("500") TASK "close time.busy=12.5ms time.idle=400ms\n";

Model folded(const std::string& log, Semantics semantics = Semantics::kCorrected) {
  test::TextSource source(log);
  FoldOptions options;
  options.semantics = semantics;
  Fold fold(options);
  Result<Coverage> coverage = read_log(source, "x.log", fold);
  EXPECT_TRUE(coverage.has_value());
  return fold.finish(std::move(coverage).value());
}

TEST(FmtClose, DurationsAreReadInAllUnits) {
  struct Case {
    const char* text;
    std::int64_t want_ns;  // -1: none
  };
  constexpr Case kCases[] = {{"39.7µs", 39'700},
                             {"183ns", 183},
                             {"1.05ms", 1'050'000},
                             {"12s", 12'000'000'000},
                             {"9.99us", 9'990},
                             {"12", -1},
                             {"", -1},
                             {"12m", -1},
                             {"1.2.3s", -1}};
  for (const Case& c : kCases) {
    EXPECT_EQ(fmt_duration_ns(c.text).value_or(-1), c.want_ns) << c.text;
  }
}

TEST(FmtClose, OfATaskThatIsNeverEnteredIsWhatItsTimesRestOn) {
  for (const Semantics semantics : {Semantics::kCorrected, Semantics::kConsole}) {
    const Model alone = folded(kClose, semantics);
    ASSERT_EQ(alone.tasks.size(), 1U);
    EXPECT_EQ(alone.tasks[0].busy_ns, 12'500'000);
    EXPECT_EQ(alone.tasks[0].idle_ns, 400'000'000);
    EXPECT_EQ(alone.tasks[0].total_ns, 412'500'000);
    EXPECT_EQ(alone.tasks[0].scheduled_ns, 0);
    EXPECT_EQ(alone.tasks[0].polls, 0U);
    EXPECT_EQ(alone.coverage.inferred->tasks_timed_by_close, 1U);
    EXPECT_EQ(alone.coverage.events, 1U);
    // Since when it is there is told better.
    const Model begun = folded(AT("000") TASK "new\n" + kClose, semantics);
    EXPECT_EQ(begun.tasks[0].busy_ns, 12'500'000);
    EXPECT_EQ(begun.tasks[0].total_ns, 500'000'000);
    EXPECT_EQ(begun.tasks[0].idle_ns, 487'500'000);
  }
}

// Former bug: what it tells went on with the instant as it was.
TEST(FmtClose, Before1970IsTakenForThen) {
  const std::string log = "1969" + kClose.substr(4);
  const test::ReadLog read = test::read_text(log);
  EXPECT_EQ(read.records.size(), 3U);
  for (const std::string& record : read.records) EXPECT_TRUE(record.starts_with("0 ")) << record;
  EXPECT_EQ(folded(log).tasks.at(0).busy_ns, 12'500'000);
}

TEST(FmtClose, IsReadInEveryTextAndInJson) {
  const std::string logs[] = {
      AT("000") "runtime.spawn: tokio::task: new kind=task task.name= task.id=4 loc.col=1\n" AT("500")
          "runtime.spawn: tokio::task: close time.busy=12.5ms time.idle=400ms kind=task task.name= "
          "task.id=4 loc.col=1\n",
      "  " AT("500") "tokio::task: close, time.busy: 12.5ms, time.idle: 400ms\n"
      "    in tokio::task::runtime.spawn with kind: task, task.name: , task.id: 4\n\n",
      R"({"timestamp":"1970-01-01T00:00:01.5Z","level":"TRACE","fields":{"message":"close",)"
      R"("time.busy":"12.5ms","time.idle":"400ms"},"target":"tokio::task","span":)"
      R"({"kind":"task","task.name":"","task.id":4,"name":"runtime.spawn"},"spans":[]})"
      "\n"};
  for (const std::string& log : logs) {
    SCOPED_TRACE(log);
    const Model model = folded(log);
    ASSERT_EQ(model.tasks.size(), 1U);
    EXPECT_EQ(model.tasks[0].busy_ns, 12'500'000);
    EXPECT_EQ(model.coverage.inferred->tasks_timed_by_close, 1U);
  }
}

TEST(FmtClose, ThatTellsAnotherTimeThanTheEntersDoShowsALoss) {
  const std::string begin = AT("000") TASK "new\n" AT("010") TASK "enter\n";
  const Model alike = folded(begin + AT("022") TASK "exit\n" + kClose);
  EXPECT_EQ(alike.coverage.inferred->tasks_unlike_close, 0U);
  EXPECT_EQ(alike.coverage.inferred->tasks_timed_by_close, 0U);
  EXPECT_FALSE(alike.coverage.has_gaps());
  EXPECT_EQ(alike.tasks[0].busy_ns, 12'000'000);  // by the lines
  const Model unlike = folded(begin + AT("499") TASK "exit\n" + kClose);
  EXPECT_EQ(unlike.coverage.inferred->tasks_unlike_close, 1U);
  EXPECT_TRUE(unlike.coverage.lacks_lines());
}

// A worker is entered for as long as the program runs, a blocking closure once: no lines of it can
// be missing in between, but the clock may have been set.
TEST(FmtClose, OfWhatBlocksAThreadIsNoSignOfALoss) {
  const std::string worker =
      "runtime.spawn{kind=blocking task.name= task.id=9 loc.col=1}: tokio::task: ";
  const Model model =
      folded(AT("000") + worker + "new\n" AT("010") + worker + "enter\n" AT("400") + worker +
             "exit\n" AT("401") + worker + "close time.busy=20.4s time.idle=10ms\n");
  EXPECT_EQ(model.coverage.inferred->tasks_unlike_close, 0U);
  EXPECT_FALSE(model.coverage.lacks_lines());
}

// It was set back by 300 ms, and the poll that went on then went on for longer.
TEST(FmtClose, WhereTheClockWasSetBackInAPollIsNoSignOfALoss) {
  const std::string other =
      "runtime.spawn{kind=task task.name= task.id=5 loc.col=1}: tokio::task: ";
  const Model model =
      folded(AT("000") TASK "new\n" AT("010") TASK "enter\n" AT("400") + other + "new\n" AT("401") +
             other + "enter\n" AT("101") + other + "exit\n" +
             AT("499") TASK "exit\n" AT("500") TASK "close time.busy=789ms time.idle=11ms\n");
  EXPECT_EQ(model.coverage.inferred->tasks_unlike_close, 0U);
}

}  // namespace
}  // namespace ari::replay

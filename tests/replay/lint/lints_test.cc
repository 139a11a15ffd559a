// Each lint at its limits, in both semantics.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "replay/lint/lint_settings.h"
#include "tests/replay/model/step.h"

namespace ari::replay {
namespace {

using test::clone;
using test::close;
using test::destroying;
using test::drop;
using test::enter;
using test::exit;
using test::fold_steps;
using test::polling;
using test::spawn;
using test::Step;
using test::Steps;
using test::wake;
using test::wake_by_ref;
using Lines = std::vector<std::string>;

constexpr std::int64_t kMs = 1'000'000;

// "STATUS LINT [FIRST LINE..LAST LINE]: MESSAGE" of each finding.
Lines show(const Model& model) {
  Lines lines;
  for (const Finding& f : run_lints(model)) {
    lines.push_back(fmt::format("{} {} [{}..{}]: {}", status_name(f.status), f.lint, f.first_line,
                                f.last_line, f.message));
  }
  return lines;
}

Lines findings(const Steps& steps, Semantics semantics = Semantics::kCorrected) {
  return show(fold_steps(steps, {.semantics = semantics}));
}

Lines findings_of(Task task, Semantics semantics = Semantics::kCorrected) {
  Model model;
  model.semantics = semantics;
  model.tasks.push_back(std::move(task));
  return show(model);
}

// ---- self-wakes

Task with_wakes(std::uint64_t self_wakes, std::uint64_t wakes, std::string kind = "task") {
  Task task;
  task.kind = std::move(kind);
  task.state = State::kCompleted;
  task.self_wakes = self_wakes;
  task.wakes = wakes;
  return task;
}

struct SelfWakeCase {
  std::uint64_t self_wakes, wakes;
  bool corrected, console;
};
constexpr SelfWakeCase kSelfWakes[] = {
    {0, 0, false, false},   {5, 10, false, false},  // half is fine
    {56, 110, true, false},                         // 50.9 %: the console cuts that to 50 first
    {51, 100, true, true},  {1, 1, false, true},    // all of one: too few to say
    {4, 4, false, true},    {5, 5, true, true},
};

TEST(SelfWakes, AreFoundAboveHalfOfAllWakes) {
  for (const SelfWakeCase& c : kSelfWakes) {
    SCOPED_TRACE(fmt::format("{} of {}", c.self_wakes, c.wakes));
    const Task task = with_wakes(c.self_wakes, c.wakes);
    EXPECT_EQ(findings_of(task).size(), c.corrected ? 1U : 0U);
    EXPECT_EQ(findings_of(task, Semantics::kConsole).size(), c.console ? 1U : 0U);
  }
}

// In a log without threads, of which some wakes may be others'.
TEST(SelfWakes, ThatAreNotCertainMakeAFindingProvisional) {
  struct Case {
    std::uint64_t certain, perhaps;
    Lines want;
  };
  const Case cases[] = {
      {6, 4, {"definite self-wakes [0..0]: woke itself 6 times, 60% of its 10 wakes (limit 50%)"}},
      {3,
       4,
       {"provisional self-wakes [0..0]: perhaps woke itself 7 times, 70% of its 10 wakes (limit "
        "50%): 4 of these may be by others, since the log tells no threads and several tasks were "
        "polled"}},
      {3, 2, {}},
  };
  for (const Case& c : cases) {
    Task task = with_wakes(c.certain, 10);
    task.perhaps_self_wakes = c.perhaps;
    EXPECT_EQ(findings_of(task), c.want);
  }
}

TEST(SelfWakes, AreNobodysBusinessInBlockOnAndBlocking) {
  for (const char* kind : {"block_on", "blocking"}) {
    EXPECT_EQ(findings_of(with_wakes(9, 9, kind)), Lines{});
  }
  for (const char* kind : {"local", ""}) {
    EXPECT_EQ(
        findings_of(with_wakes(9, 9, kind)),
        Lines{"definite self-wakes [0..0]: woke itself 9 times, 100% of its 9 wakes (limit 50%)"});
  }
}

// ---- futures' sizes

struct SizeCase {
  std::optional<std::uint64_t> size, original;
  bool large, boxed;
};
constexpr SizeCase kSizes[] = {
    {1023, std::nullopt, false, false},  {1024, std::nullopt, true, false}, {8, 40240, false, true},
    {1024, 1024, true, false},  // not boxed: both the same
    {std::nullopt, 40240, false, false},
};

TEST(FutureSizes, AreJudgedAgainstTheConsolesLimits) {
  for (const SizeCase& c : kSizes) {
    for (const char* kind : {"task", "block_on"}) {
      Task task;
      task.kind = kind;
      task.state = State::kCompleted;
      task.future_bytes = c.size;
      task.original_future_bytes = c.original;
      SCOPED_TRACE(fmt::format("{} {}", kind, c.size.value_or(0)));
      Lines want;
      if (c.boxed) {
        want.push_back(
            "definite auto-boxed-future [0..0]: its future of 40240 bytes was boxed by the "
            "runtime");
      }
      // A large future moves about the stack; what block_on runs stays where it is.
      if (c.large && task.kind == "task") {
        want.push_back("definite large-future [0..0]: its future takes 1024 bytes (limit 1024)");
      }
      EXPECT_EQ(findings_of(task), want);
      EXPECT_EQ(findings_of(task, Semantics::kConsole), want);
    }
  }
}

// A coroutine's frame is on the heap from the start, and a buffer in it does no harm.
TEST(FutureSizes, OfCoroutinesMayBeLarger) {
  Task task;
  task.kind = "task";
  task.target = "ari::task";
  task.state = State::kCompleted;
  task.future_bytes = 16383;
  EXPECT_EQ(findings_of(task), Lines{});
  EXPECT_EQ(findings_of(task, Semantics::kConsole),
            Lines{"definite large-future [0..0]: its future takes 16383 bytes (limit 1024)"});
  task.future_bytes = 16384;
  EXPECT_EQ(findings_of(task),
            Lines{"definite large-future [0..0]: its future takes 16384 bytes (limit 16384)"});
}

// ---- never-yielded

TEST(NeverYielded, IsFoundWhileTheFirstPollLasts) {
  const Steps steps = {spawn(0), enter(100), clone(100 + 1400 * kMs, 2)};
  EXPECT_EQ(findings(steps), Lines{"definite never-yielded [2..3]: has been in its first poll for "
                                   "1.40s when the log ends"});
  EXPECT_EQ(findings(steps, Semantics::kConsole).size(), 1U);
}

TEST(NeverYielded, IsAFactAlsoOnceThePollEnds) {
  const Steps steps = {spawn(0), enter(100), clone(200), exit(100 + 1400 * kMs)};
  EXPECT_EQ(findings(steps),
            Lines{"definite never-yielded [2..4]: did not yield for 1.40s, in its first poll"});
  EXPECT_EQ(findings(steps, Semantics::kConsole), Lines{});
}

TEST(NeverYielded, TakesASecondAndTheFirstPollAndATaskThatShouldYield) {
  const Steps short_one = {spawn(0), enter(0), clone(1000 * kMs - 1, 2)};
  EXPECT_EQ(findings(short_one), Lines{});
  const Steps just = {spawn(0), enter(0), clone(1000 * kMs, 2)};
  EXPECT_EQ(findings(just).size(), 1U);
  const Steps second_poll = {spawn(0), enter(0), wake(1), exit(2), enter(3), clone(5000 * kMs, 2)};
  EXPECT_EQ(findings(second_poll), Lines{});
  const Steps blocking = {spawn(0, 1, "blocking"), enter(0), clone(5000 * kMs, 2)};
  EXPECT_EQ(findings(blocking), Lines{});
  const Steps without_beginning = {enter(0), wake(1), clone(5000 * kMs, 2)};
  EXPECT_EQ(findings(without_beginning), Lines{});
}

// ---- lost-waker

// Polled once, its only waker dropped at 20; then whatever follows.
Steps lost_then(Steps then) {
  Steps steps = {spawn(0), polling(enter(10)), clone(12), exit(15), drop(20)};
  steps.insert(steps.end(), then.begin(), then.end());
  return steps;
}

Step closed(std::int64_t at_ns, Outcome outcome) {
  Step step = close(at_ns);
  step.outcome = outcome;
  return step;
}

struct LostWakerCase {
  const char* name;
  Steps steps;
  Lines want;
};

const LostWakerCase kLostWaker[] = {
    {"to the end of the log",
     lost_then({spawn(354 * kMs + 20, 2)}),
     {"definite lost-waker [5..6]: lost its last waker and has slept for 354ms, to the end of the "
      "log"}},
    {"until shutdown destroyed it",
     lost_then({destroying(enter(354 * kMs + 20)), exit(354 * kMs + 30),
                closed(354 * kMs + 40, Outcome::kCancelled)}),
     {"definite lost-waker [5..6]: lost its last waker and slept for 354ms, until it was "
      "destroyed"}},
    {"the log ends too soon to say",
     lost_then({spawn(50 * kMs, 2)}),
     {"provisional lost-waker [5..6]: lost its last waker and has slept for 50.0ms, to the end of "
      "the log"}},
    {"the log ends just then", lost_then({}), {}},
    {"a poll shows that something could wake it",
     lost_then({polling(enter(354 * kMs + 20)), clone(354 * kMs + 25), exit(354 * kMs + 30)}),
     {"refuted lost-waker [5..6]: had no waker for 354ms, but then it was woken or polled after "
      "all"}},
    {"refuted too soon to be worth telling",
     lost_then({polling(enter(21)), clone(22), exit(23)}),
     {}},
    {"finished: cleared away at once, as all tasks are",
     lost_then({destroying(enter(25)), exit(26), closed(27, Outcome::kCompleted)}),
     {}},
    {"woken by value: no waker is left, and none is needed",
     {spawn(0), polling(enter(10)), clone(12), exit(15), wake(20), spawn(500 * kMs, 2)},
     {}},
    {"never polled: it waits for its first poll", {spawn(0), spawn(500 * kMs, 2)}, {}},
    {"running", {spawn(0), polling(enter(10)), spawn(500 * kMs, 2)}, {}},
    {"a waker is left", {spawn(0), enter(10), clone(12), exit(15), spawn(500 * kMs, 2)}, {}},
    {"block_on is woken by what no event tells of",
     {spawn(0, 1, "block_on"), enter(10), exit(15), spawn(500 * kMs, 2)},
     {}},
    {"its beginning is missing, and with it perhaps a clone",
     {polling(enter(10)), exit(15), wake(16), polling(enter(17)), exit(18), spawn(500 * kMs, 2)},
     {}},
};

TEST(LostWaker, IsJudgedByWhatFollows) {
  for (const LostWakerCase& c : kLostWaker) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(findings(c.steps), c.want);
  }
}

TEST(LostWaker, SaysSinceWhen) {
  const Model model = fold_steps(lost_then({spawn(354 * kMs, 2)}), FoldOptions{});
  ASSERT_EQ(run_lints(model).size(), 1U);
  EXPECT_EQ(run_lints(model).front().since_unix_ns, 20);
}

TEST(LostWaker, IsProvisionalWhereTheLogIsTornOrHasLostEvents) {
  Model model = fold_steps(lost_then({spawn(354 * kMs, 2)}), FoldOptions{});
  EXPECT_EQ(run_lints(model).front().status, Status::kDefinite);
  model.coverage.torn = true;
  EXPECT_EQ(run_lints(model).front().status, Status::kProvisional);
  model.coverage.torn = false;
  model.coverage.events_lost = 1;
  EXPECT_EQ(run_lints(model).front().status, Status::kProvisional);
}

// Where the log does not tell destructions, the pair after the last poll is the end of the
// task and its span is merely kept open, by a child perhaps.
TEST(LostWaker, IsNotWhatAFinishedTaskHasWhoseSpanIsKeptOpen) {
  const Steps steps = {spawn(0, 9), enter(1, 9), exit(2, 9), enter(3, 9),
                       exit(4, 9),  close(5, 9), spawn(0),   enter(10),
                       clone(12),   exit(15),    wake(20),   enter(30),
                       exit(40),    enter(41),   exit(42),   spawn(500 * kMs, 2)};
  EXPECT_EQ(findings(steps), Lines{});
}

TEST(LostWaker, InConsoleSemanticsIsTheStateAtTheEnd) {
  EXPECT_EQ(findings(lost_then({}), Semantics::kConsole),
            Lines{"definite lost-waker [1..5]: has lost its waker and will never be woken again"});
  EXPECT_EQ(findings(lost_then({close(30)}), Semantics::kConsole), Lines{});
  EXPECT_EQ(findings({spawn(0)}, Semantics::kConsole), Lines{});  // not yet polled
}

// ---- all of them

TEST(Lints, AreListedWithTheConsolesFirstUnderItsNames) {
  Lines names;
  for (const Lint& lint : all_lints()) names.emplace_back(lint.name);
  EXPECT_EQ(names,
            (Lines{"self-wakes", "lost-waker", "never-yielded", "auto-boxed-future", "large-future",
                   "never-polled", "long-poll", "outlier-poll", "long-scheduled", "late-timer",
                   "redundant-wakes", "task-leak", "deadlock", "budget-exhausted", "blocked-worker",
                   "lock-held-across-long-wait"}));
}

TEST(Lints, FindNothingInAModelWithoutTasks) { EXPECT_EQ(show(Model{}), Lines{}); }

}  // namespace
}  // namespace ari::replay

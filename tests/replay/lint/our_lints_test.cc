// The lints that tokio-console does not have, each at its limit.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "replay/lint/lint_settings.h"
#include "tests/replay/model/step.h"

namespace ari::replay {
namespace {

using test::clone;
using test::close;
using test::enter;
using test::exit;
using test::fold_steps;
using test::spawn;
using test::Step;
using test::Steps;
using test::wake_by_ref;
using testing::ElementsAre;
using testing::StartsWith;
using Lines = std::vector<std::string>;

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSecond = 1000 * kMillisecond;

// As from a log that tells of polls.
Model folded(const Steps& steps) {
  Model model = fold_steps(steps, FoldOptions{});
  model.coverage.facts.polls = true;
  return model;
}

// "STATUS LINT [FIRST LINE..LAST LINE]: MESSAGE" of what one lint finds.
Lines found(std::string_view lint, const Model& model, std::optional<std::int64_t> limit = {}) {
  LintSettings settings(model.semantics);
  LintChoices choices;
  choices.only = {lint};
  if (limit) choices.limits = {{lint, *limit}};
  settings.apply(choices);
  Lines lines;
  for (const Finding& f : run_lints(model, settings)) {
    lines.push_back(fmt::format("{} {} [{}..{}]: {}", status_name(f.status), f.lint, f.first_line,
                                f.last_line, f.message));
  }
  return lines;
}

Lines found(std::string_view lint, const Steps& steps, std::optional<std::int64_t> limit = {}) {
  return found(lint, folded(steps), limit);
}

Model with(Task task) {
  Model model;
  model.tasks.push_back(std::move(task));
  return model;
}

TEST(LongPoll, IsTheLongestOfTheTasksPolls) {
  const Steps steps = {spawn(0),
                       enter(1),
                       wake_by_ref(2),
                       exit(3),
                       enter(4),
                       exit(4 + 12 * kMillisecond),
                       wake_by_ref(20 * kMillisecond),
                       enter(21 * kMillisecond),
                       exit(22 * kMillisecond)};
  const Lines want = {"definite long-poll [5..5]: its longest poll ran for 12.0ms (limit 10ms)"};
  EXPECT_EQ(found("long-poll", steps), want);
  EXPECT_EQ(found("long-poll", steps, 12 * kMillisecond).size(), 1u);
  EXPECT_EQ(found("long-poll", steps, 12 * kMillisecond + 1), Lines{});
  for (const char* kind : {"block_on", "blocking"}) {
    EXPECT_EQ(found("long-poll", {spawn(0, 1, kind), enter(1), exit(12 * kMillisecond)}), Lines{});
  }
}

TEST(LongPoll, MayGoOnWhenTheLogEnds) {
  EXPECT_EQ(found("long-poll", {spawn(0), enter(1), spawn(1 + 50 * kMillisecond, 2)}),
            Lines{"definite long-poll [2..2]: its longest poll ran for 50.0ms (limit 10ms)"});
}

// Of a clock that is written in whole seconds or milliseconds: a limit that may not be reached.
TEST(Durations, OfACoarseClockAreFoundOnlyIfTheyAreSurelyLongEnough) {
  const auto found_at_step = [](std::int64_t step_ns, std::int64_t poll_ns) {
    Task task;
    task.kind = "task";
    task.polls = 1;
    task.longest_poll_ns = poll_ns;
    Model model = with(std::move(task));
    model.coverage.step_ns = step_ns;
    return found("long-poll", model);
  };
  EXPECT_EQ(found_at_step(kSecond, kSecond), Lines{});
  EXPECT_EQ(found_at_step(kSecond, 2 * kSecond),
            Lines{"definite long-poll [0..0]: its longest poll ran for 2s (limit 10ms)"});
  EXPECT_EQ(found_at_step(kMillisecond, 10 * kMillisecond), Lines{});
  EXPECT_EQ(found_at_step(kMillisecond, 11 * kMillisecond),
            Lines{"definite long-poll [0..0]: its longest poll ran for 11ms (limit 10ms)"});
  EXPECT_EQ(found_at_step(1000, 10 * kMillisecond),
            Lines{"definite long-poll [0..0]: its longest poll ran for 10.0ms (limit 10ms)"});
}

TEST(LongScheduled, CountsFromTheWakeToThePoll) {
  const Steps steps = {spawn(0),
                       enter(1),
                       clone(2),
                       exit(3),
                       wake_by_ref(4),
                       enter(4 + 15 * kMillisecond),
                       exit(16 * kMillisecond)};
  EXPECT_EQ(found("long-scheduled", steps),
            Lines{"definite long-scheduled [6..6]: was ready to run, but not polled, for 15.0ms "
                  "(limit 10ms)"});
  EXPECT_EQ(found("long-scheduled", steps, 15 * kMillisecond + 1), Lines{});
  // One that was never polled is for never-polled to tell.
  EXPECT_EQ(found("long-scheduled", {spawn(0), spawn(kSecond, 2)}), Lines{});
}

// Former bug: what block_on drives was passed over in every log. Tokio has none of its wakers.
TEST(LongScheduled, IsToldOfWhatBlockOnDrivesWhereTheLogHasItsWakers) {
  const std::int64_t late = 4 + 15 * kMillisecond;
  const auto driven = [&](const char* kind) {
    return Steps{spawn(0, 1, kind), enter(1), clone(2), exit(3), wake_by_ref(4), enter(late)};
  };
  EXPECT_EQ(found("long-scheduled", driven("block_on")).size(), 1u);
  EXPECT_EQ(found("long-scheduled", driven("blocking")), Lines{});
  EXPECT_EQ(found("long-scheduled", {spawn(0, 1, "block_on"), enter(late), exit(late + 1)}),
            Lines{});
}

TEST(NeverPolled, IsToldOfTasksThatAreAlive) {
  const Steps steps = {spawn(0), spawn(2 * kSecond, 2)};
  EXPECT_EQ(found("never-polled", steps),
            Lines{"definite never-polled [1..1]: has not been polled once in 2.00s, from its spawn "
                  "to the end of the log (limit 1s)"});
  EXPECT_EQ(found("never-polled", steps, 3 * kSecond), Lines{});
  EXPECT_EQ(found("never-polled", {spawn(0), enter(1), exit(2), spawn(2 * kSecond, 2)}), Lines{});
  EXPECT_EQ(found("never-polled", {spawn(0), close(5), spawn(2 * kSecond, 2)}), Lines{});
  // Without its beginning nobody knows of polls that came before.
  EXPECT_EQ(found("never-polled", {wake_by_ref(0), spawn(2 * kSecond, 2)}), Lines{});
}

TEST(NeverPolled, IsProvisionalWhereThePollMayHaveBeenLost) {
  Model model = folded({spawn(0), spawn(2 * kSecond, 2)});
  model.coverage.events_lost = 1;
  EXPECT_TRUE(found("never-polled", model).front().starts_with("provisional"));
  model.coverage.facts.polls = false;  // then nobody knows
  EXPECT_EQ(found("never-polled", model), Lines{});
}

TEST(OutlierPoll, IsFarFromWhatTheOthersTookOnAverage) {
  Task task;
  task.kind = "task";
  task.polls = 21;
  task.longest_poll_ns = 5 * kMillisecond;
  task.longest_poll_line = 41;
  task.busy_ns = 7 * kMillisecond;  // the twenty others took 100 µs each
  EXPECT_EQ(found("outlier-poll", with(task)),
            Lines{"definite outlier-poll [41..41]: its longest poll ran for 5.00ms, 50 times as "
                  "long as its 20 others on average (limit 50)"});
  EXPECT_EQ(found("outlier-poll", with(task), 51), Lines{});
  Task few = task;
  few.polls = 19;
  EXPECT_EQ(found("outlier-poll", with(few)), Lines{});
  Task harmless = task;
  harmless.longest_poll_ns = kMillisecond - 1;
  harmless.busy_ns = kMillisecond;
  EXPECT_EQ(found("outlier-poll", with(harmless)), Lines{});
  Task others_took_nothing = task;
  others_took_nothing.busy_ns = task.longest_poll_ns;
  EXPECT_EQ(found("outlier-poll", with(others_took_nothing)).size(), 1u);
}

// A poll, then `useful` wakes that are each followed by one, then `redundant` that are not.
Steps woken(int useful, int redundant) {
  Steps steps = {spawn(0), enter(1), clone(2), exit(3)};
  std::int64_t now = 4;
  for (int i = 0; i < useful; ++i) {
    steps.push_back(wake_by_ref(now++));
    if (i == 0) {
      for (int k = 0; k < redundant; ++k) steps.push_back(wake_by_ref(now++));
    }
    steps.push_back(enter(now++));
    steps.push_back(exit(now++));
  }
  return steps;
}

TEST(RedundantWakes, FindTheTaskScheduledAlready) {
  EXPECT_EQ(found("redundant-wakes", woken(19, 20)),
            Lines{"definite redundant-wakes [1..81]: 20 of its 39 wakes, 51%, came when it was to "
                  "be polled anyway (limit 50%)"});
  EXPECT_EQ(found("redundant-wakes", woken(20, 20)), Lines{});  // half is fine
  EXPECT_EQ(found("redundant-wakes", woken(1, 19)), Lines{});   // too few to say
}

// What is missing may be the poll that ended the wait, or one of two that look like one.
TEST(LintsOfTimes, AreProvisionalWhereLinesAreMissing) {
  Steps polls = {spawn(0)};
  for (int i = 0; i < 30; ++i) polls.insert(polls.end(), {enter(100 * i + 1), exit(100 * i + 2)});
  polls.insert(polls.end(), {enter(10'000), exit(10'000 + 20 * kMillisecond)});
  const std::pair<std::string_view, Steps> kCases[] = {
      {"long-poll", polls},
      {"outlier-poll", polls},
      {"long-scheduled", {spawn(0), enter(15 * kMillisecond), exit(16 * kMillisecond)}},
      {"redundant-wakes", woken(19, 20)}};
  for (const auto& [lint, steps] : kCases) {
    SCOPED_TRACE(lint);
    Model model = folded(steps);
    EXPECT_THAT(found(lint, model), ElementsAre(StartsWith("definite ")));
    model.coverage.lines_skipped = model.coverage.lines_skipped_within = 1;
    EXPECT_THAT(found(lint, model), ElementsAre(StartsWith("provisional ")));
  }
}

TEST(TaskLeak, IsSilentForMostOfALongLog) {
  const Steps steps = {spawn(0), enter(1), clone(2), exit(3), spawn(121 * kSecond, 2)};
  EXPECT_EQ(found("task-leak", steps),
            Lines{"provisional task-leak [1..4]: is alive, but was neither woken nor polled for "
                  "2m00s, to the end of the log (limit 1m)"});
  EXPECT_EQ(found("task-leak", steps, 180 * kSecond), Lines{});
  EXPECT_EQ(found("task-leak",
                  {spawn(0), enter(1), clone(2), exit(3), close(4), spawn(120 * kSecond, 2)}),
            Lines{});
}

TEST(TaskLeak, IsNotToldOfATaskThatWasSilentForLessThanHalfOfTheLog) {
  const auto begun_before = [](std::int64_t ns) {
    return Steps{spawn(0, 2),   spawn(ns),    enter(ns + 1),
                 clone(ns + 2), exit(ns + 3), spawn(ns + 120 * kSecond, 3)};
  };
  EXPECT_EQ(found("task-leak", begun_before(119 * kSecond)).size(), 1u);
  EXPECT_EQ(found("task-leak", begun_before(121 * kSecond)), Lines{});
}

// However long the other is, which may also come first, and long before or after.
TEST(TaskLeak, IsMeasuredAgainstItsOwnRecording) {
  const Steps leaking = {spawn(0), enter(1), clone(2), exit(3), spawn(121 * kSecond, 2)};
  const Steps longer = {spawn(0), enter(1), exit(2), close(3), spawn(600 * kSecond, 2)};
  const auto one_after_another = [](Steps steps, const Steps& next, std::int64_t gap_ns) {
    const std::int64_t since = steps.back().at_ns + gap_ns;
    steps.push_back({test::Deed::kHeader, since});
    for (Step step : next) {
      step.at_ns += since;
      steps.push_back(step);
    }
    return steps;
  };
  for (const std::int64_t gap_ns : {std::int64_t{1}, 100'000 * kSecond}) {
    EXPECT_EQ(found("task-leak", one_after_another(leaking, longer, gap_ns)).size(), 1u);
    EXPECT_EQ(found("task-leak", one_after_another(longer, leaking, gap_ns)).size(), 1u);
  }
}

TEST(NeverYielded, FollowsItsLimit) {
  const Steps steps = {spawn(0), enter(0), clone(20 * kMillisecond, 2)};
  EXPECT_EQ(found("never-yielded", steps), Lines{});
  EXPECT_EQ(found("never-yielded", steps, 20 * kMillisecond).size(), 1u);
  EXPECT_EQ(found("never-yielded", steps, 20 * kMillisecond + 1), Lines{});
}

TEST(BudgetExhausted, IsFoundOnlyIfItHappensAgainAndAgain) {
  Model model = folded({spawn(0), enter(1), exit(2)});
  Task& task = model.tasks[0];
  task.polls = 40;
  task.budget_exhausted = 19;
  EXPECT_EQ(found("budget-exhausted", model), Lines());
  task.budget_exhausted = 20;
  EXPECT_EQ(found("budget-exhausted", model).size(), 1u);
  task.polls = 41;
  EXPECT_EQ(found("budget-exhausted", model), Lines());
  EXPECT_EQ(found("budget-exhausted", model, 10).size(), 1u);
}

TEST(BlockedWorker, ShowsTheInnermostFramesOfTheLongest) {
  Model model = folded({spawn(0), enter(1), exit(2)});
  Task& task = model.tasks[0];
  task.times_blocked = 2;
  task.longest_blocked = BlockedWorker{3, 25 * kMillisecond, 9, "sleep\n  work\n\nrun\nmain", 7};
  EXPECT_EQ(found("blocked-worker", model),
            Lines{"definite blocked-worker [7..7]: blocked worker 3 for 25.0ms or more (limit "
                  "10ms), the longest of 2 times; it was in sleep < work < run"});
  EXPECT_EQ(found("blocked-worker", model, 26 * kMillisecond), Lines());
}

TEST(LockHeldAcrossLongWait, IsFoundFromItsLimitOnAndProvisionalIfTheGuardMayHaveMoved) {
  Model model = folded({spawn(0), enter(1), exit(2)});
  HeldWait wait;
  wait.lock = 5;
  wait.lock_type = "Mutex";
  wait.lock_location = {"a.cc", 3, 7};
  wait.hold.line = 4;
  wait.source = "Sleep::new_timeout";
  wait.since_unix_ns = 1 * kSecond;
  wait.until_unix_ns = 1 * kSecond + 100 * kMillisecond;
  wait.lock_waiters = 2;
  wait.last_line = 9;
  model.tasks[0].held_wait = wait;
  EXPECT_EQ(found("lock-held-across-long-wait", model),
            Lines{"definite lock-held-across-long-wait [4..9]: kept Mutex [5] made at a.cc:3:7 "
                  "while it waited for 100ms in Sleep::new_timeout (limit 100ms); 2 tasks were "
                  "waiting for the lock by then"});
  EXPECT_EQ(found("lock-held-across-long-wait", model, 100 * kMillisecond + 1), Lines());
  wait.source = {};
  wait.lock_location = {};
  wait.hold.doubtful = wait.to_log_end = true;
  wait.lock_waiters = 0;
  model.tasks[0].held_wait = wait;
  EXPECT_EQ(found("lock-held-across-long-wait", model),
            Lines{"provisional lock-held-across-long-wait [4..9]: kept Mutex [5] while it waited "
                  "for 100ms for something that the log does not tell, to the end of the log "
                  "(limit 100ms); no task was waiting for the lock by then"});
}

// A log without span ids tells locks apart by what happens: what had to be guessed is not definite.
TEST(LockLints, AreProvisionalFromTheFirstGuessOnWhichLockALineIsAbout) {
  struct Case {
    bool span_ids, lifetimes;
    std::optional<std::int64_t> guessed_since;
    const char* want;
  };
  constexpr Case kCases[] = {
      {true, true, {}, "definite"},
      {false, true, {}, "definite"},
      {false, true, 2 * kSecond + 1, "definite"},  // what comes later does not matter
      {false, true, 2 * kSecond, "provisional"},
      {false, true, 1, "provisional"},
      {false, false, {}, "provisional"},  // look-alikes are one
  };
  Model model = folded({spawn(0), enter(1), exit(2)});
  HeldWait wait;
  wait.lock_type = "Mutex";
  wait.since_unix_ns = 1 * kSecond;
  wait.until_unix_ns = 2 * kSecond;
  model.tasks[0].held_wait = wait;
  Deadlock deadlock;
  deadlock.links.emplace_back();
  deadlock.links[0].task = {1, 0};
  deadlock.links[0].wakers = deadlock.links[0].awaited = 1;
  deadlock.since_unix_ns = 1 * kSecond;
  deadlock.until_unix_ns = 2 * kSecond;
  model.deadlocks.push_back(deadlock);
  for (const Case& c : kCases) {
    SCOPED_TRACE(fmt::format("{} {} {}", c.span_ids, c.lifetimes, c.guessed_since.value_or(0)));
    model.coverage.facts.span_ids = c.span_ids;
    model.coverage.facts.lifetimes = c.lifetimes;
    model.coverage.inferred.emplace().locks_guessed_since_unix_ns = c.guessed_since;
    for (const char* lint : {"lock-held-across-long-wait", "deadlock"}) {
      const Lines lines = found(lint, model);
      ASSERT_EQ(lines.size(), 1U);
      EXPECT_EQ(lines[0].substr(0, lines[0].find(' ')), c.want) << lint;
    }
  }
}

// Each of the tasks that share a semaphore closes a circle when it wants one permit more.
TEST(Deadlock, OfOneExhaustedSemaphoreIsOneFinding) {
  Model model = folded({spawn(0, 1), spawn(0, 2), spawn(0, 3), spawn(0, 4)});
  const auto add = [&](std::uint32_t task, std::uint32_t semaphore, std::int64_t since_s) {
    Deadlock deadlock;
    DeadlockLink& link = deadlock.links.emplace_back();
    link.task = {task + 1, task};
    link.lock = {semaphore, semaphore};
    link.lock_type = "Semaphore";
    link.hold.doubtful = true;
    deadlock.since_unix_ns = since_s * kSecond;
    deadlock.until_unix_ns = 9 * kSecond;
    deadlock.first_line = deadlock.last_line = static_cast<LineNumber>(since_s);
    model.deadlocks.push_back(deadlock);
  };
  add(0, 7, 1);
  add(1, 7, 2);
  EXPECT_EQ(found("deadlock", model),
            Lines{"provisional deadlock [1..1]: waits for Semaphore [7] held by itself: stuck for "
                  "8.00s, to the end of the log; likewise 1 more task with permits of it"});
  add(2, 7, 3);
  add(3, 8, 4);
  model.deadlocks[1].broken = 0;  // by a timeout
  const Lines lines = found("deadlock", model);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[0].ends_with("likewise 1 more task with permits of it")) << lines[0];
}

}  // namespace
}  // namespace ari::replay

// Logs as they also are: torn, joined, out of order, with ids that come back.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "replay/model/fold.h"
#include "replay/model/open_time.h"
#include "tests/replay/model/step.h"

namespace ari::test {
namespace {

using replay::Model;
using replay::Outcome;
using replay::Semantics;
using replay::State;
using replay::Task;

constexpr auto kCorrected = Semantics::kCorrected;

Model fold(const Steps& steps, Semantics semantics = kCorrected) {
  return fold_steps(steps, semantics);
}

// A life in figures: "polls 1 busy 10 scheduled 5 idle 0 total 15 completed".
std::string figures(const Task& task) {
  constexpr const char* kStates[] = {"running", "scheduled", "idle", "completed"};
  return fmt::format("polls {} busy {} scheduled {} idle {} total {} {}", task.polls, task.busy_ns,
                     task.scheduled_ns, task.idle_ns, task.total_ns,
                     kStates[static_cast<int>(task.state)]);
}

struct AtTheEnd {
  const char* name;
  Steps steps;
  const char* corrected;
  const char* console;
};

// Something of another task happens at 1000, the last instant of the log.
const AtTheEnd kAtTheEnd[] = {
    {"never polled",
     {spawn(100)},
     "polls 0 busy 0 scheduled 900 idle 0 total 900 scheduled",
     "polls 0 busy 0 scheduled 0 idle 900 total 900 idle"},
    {"in its first poll",
     {spawn(100), enter(300)},
     "polls 1 busy 700 scheduled 200 idle 0 total 900 running",
     // What the aggregator reports is what is over; idle leaves out what is going on.
     "polls 1 busy 700 scheduled 0 idle 200 total 900 running"},
    {"asleep",
     {spawn(100), enter(300), clone(310), exit(400)},
     "polls 1 busy 100 scheduled 200 idle 600 total 900 idle",
     "polls 1 busy 100 scheduled 0 idle 800 total 900 idle"},
    {"woken",
     {spawn(100), enter(300), clone(310), exit(400), wake(600)},
     "polls 1 busy 100 scheduled 600 idle 200 total 900 scheduled",
     "polls 1 busy 100 scheduled 400 idle 400 total 900 scheduled"},
    {"woken in a poll that goes on",
     {spawn(100), enter(300), clone(310), wake(600)},
     "polls 1 busy 700 scheduled 200 idle 0 total 900 running",
     "polls 1 busy 700 scheduled 400 idle 0 total 900 running"},
    {"never polled and closed",
     {spawn(100), close(500)},
     "polls 0 busy 0 scheduled 0 idle 400 total 400 completed",
     "polls 0 busy 0 scheduled 0 idle 400 total 400 completed"},
    {"destroyed but not closed",
     {spawn(100), polling(enter(300)), exit(400), destroying(enter(500)), exit(600)},
     "polls 1 busy 100 scheduled 200 idle 200 total 500 completed",
     "polls 2 busy 200 scheduled 100 idle 600 total 900 idle"},
    {"being destroyed",
     {spawn(100), polling(enter(300)), exit(400), destroying(enter(500))},
     "polls 1 busy 100 scheduled 200 idle 600 total 900 completed",
     "polls 2 busy 600 scheduled 100 idle 200 total 900 running"},
    {"closed in its poll",
     {spawn(100), polling(enter(300)), close(500), exit(550)},
     "polls 1 busy 200 scheduled 200 idle 0 total 400 completed",
     "polls 1 busy 0 scheduled 0 idle 400 total 400 completed"},
};

TEST(LogEnd, LeavesEachTaskInTheStateItWasIn) {
  for (const AtTheEnd& c : kAtTheEnd) {
    SCOPED_TRACE(c.name);
    Steps steps = c.steps;
    steps.push_back(clone(1000, 2));  // a task of which nothing else is known
    EXPECT_EQ(figures(fold(steps).tasks.front()), c.corrected);
    EXPECT_EQ(figures(fold(steps, Semantics::kConsole).tasks.front()), c.console);
  }
}

TEST(LogBeginning, AnExitWithoutEnterIsCountedAndNoPoll) {
  const Model model = fold({exit(100), spawn(200, 2), exit(300, 2)});
  EXPECT_EQ(model.coverage.exits_without_enter, 2U);
  ASSERT_EQ(model.tasks.size(), 1U);
  EXPECT_EQ(model.tasks.front().polls, 0U);
}

// The wake, or the spawn, may be what the poll answered whose enter is missing.
TEST(ExitWithoutEnter, LeavesNoTaskScheduledThatMayHaveBeenPolled) {
  const Model model = fold({spawn(0), exit(100), spawn(200, 2), enter(210, 2), exit(220, 2),
                            wake(230, 2), exit(300, 2), spawn(1000, 3)});
  ASSERT_EQ(model.tasks.size(), 3U);
  EXPECT_EQ(figures(model.tasks[0]), "polls 0 busy 0 scheduled 0 idle 1000 total 1000 idle");
  EXPECT_EQ(figures(model.tasks[1]), "polls 1 busy 10 scheduled 10 idle 780 total 800 idle");
  EXPECT_EQ(model.coverage.enters_in_gaps, 2U);
}

// Of a log that begins within a poll, a wake before the exit came in that poll.
TEST(ExitWithoutEnter, AtTheBeginningOfALogLeavesAWakeToBeAnswered) {
  const Model model = fold({wake(100), exit(200), enter(250), exit(260), spawn(1000, 3)});
  EXPECT_EQ(figures(model.tasks.front()), "polls 1 busy 10 scheduled 50 idle 840 total 900 idle");
}

TEST(LogBeginning, ATaskKnownOnlyByItsWakerHasNoBeginning) {
  const Model model = fold({wake(100), enter(150), exit(160)});
  EXPECT_EQ(model.coverage.spans_without_new, 1U);
  ASSERT_EQ(model.tasks.size(), 1U);
  EXPECT_FALSE(model.tasks.front().created_unix_ns);
  EXPECT_EQ(figures(model.tasks.front()), "polls 1 busy 10 scheduled 50 idle 0 total 60 idle");
}

TEST(LogBeginning, ATaskThatIsKnownLateIsLeftAsOftenAsItWasEntered) {
  const Steps steps = {enter(100), enter(110), clone(120), exit(130),
                       exit(140),  wake(150),  enter(200), exit(210)};
  for (const Semantics semantics : {kCorrected, Semantics::kConsole}) {
    EXPECT_EQ(figures(fold(steps, semantics).tasks.front()),
              "polls 2 busy 50 scheduled 50 idle 10 total 110 idle");
  }
}

// Of a task from before the log, or in a gap, wakers may exist that the log does not have.
TEST(Wakers, AreNotAllTherePerhapsOfATaskWhoseBeginningIsMissing) {
  const Steps steps = {enter(100),   drop(110),     exit(120),     spawn(200, 2), enter(210, 2),
                       exit(220, 2), spawn(300, 3), enter(310, 3), drop(320, 3),  exit(330, 3)};
  const Model model = fold(steps);
  ASSERT_EQ(model.tasks.size(), 3U);
  EXPECT_TRUE(model.tasks[0].clones_missing);
  EXPECT_FALSE(model.tasks[1].clones_missing);
  EXPECT_TRUE(model.tasks[2].clones_missing);
  for (const Task& task : fold(steps, Semantics::kConsole).tasks) EXPECT_FALSE(task.clones_missing);
}

TEST(SpanIds, ThatComeBackAfterACloseAreOtherTasks) {
  const Model model = fold({spawn(0), polling(enter(10)), exit(20), close(30), spawn(100),
                            polling(enter(150)), exit(160), wake(170)});
  ASSERT_EQ(model.tasks.size(), 2U);
  EXPECT_EQ(figures(model.tasks[0]), "polls 1 busy 10 scheduled 10 idle 10 total 30 completed");
  EXPECT_EQ(model.tasks[0].wakes, 0U);
  EXPECT_EQ(figures(model.tasks[1]), "polls 1 busy 10 scheduled 50 idle 10 total 70 scheduled");
  EXPECT_EQ(model.tasks[1].wakes, 1U);
}

TEST(SpanIds, ThatComeBackWithoutACloseEndTheTaskBefore) {
  const Model model = fold({spawn(0), polling(enter(10)), exit(20), spawn(100)});
  ASSERT_EQ(model.tasks.size(), 2U);
  EXPECT_EQ(model.tasks[0].dropped_unix_ns, 100);
  EXPECT_EQ(model.tasks[1].created_unix_ns, 100);
}

TEST(Wakers, UsedAfterTheCloseAreCountedButNotByTheConsole) {
  const Steps steps = {spawn(0), polling(enter(10)), clone(15), exit(20), close(30), wake(50)};
  const Task corrected = fold(steps).tasks.front();
  EXPECT_EQ(corrected.wakes, 1U);
  EXPECT_EQ(corrected.waker_count(), 0U);
  EXPECT_EQ(corrected.total_ns, 30);
  const Task console = fold(steps, Semantics::kConsole).tasks.front();
  EXPECT_EQ(console.wakes, 0U);
  EXPECT_EQ(console.waker_count(), 1U);
}

TEST(Enters, OfOneSpanOnTwoThreadsAreOnePoll) {
  for (const Semantics semantics : {kCorrected, Semantics::kConsole}) {
    const Model model = fold(
        {spawn(0), enter(10, 1, 1), enter(20, 1, 2), exit(30, 1, 1), exit(50, 1, 2), clone(60)},
        semantics);
    EXPECT_EQ(model.tasks.front().polls, 1U);
    EXPECT_EQ(model.tasks.front().busy_ns, 40);
  }
}

TEST(SelfWakes, ComeFromTheThreadThatPollsAndFromNoOther) {
  const Model model = fold({
      spawn(0, 1),
      spawn(0, 2),
      enter(10, 1, /*thread=*/1),
      enter(10, 2, /*thread=*/1),  // block_in_place: a poll inside a poll
      wake_by_ref(11, 1, 1),       // self, however deep
      wake_by_ref(12, 2, 1),       // self
      wake_by_ref(13, 2, 2),       // from another thread
      exit(20, 2, 1),
      wake_by_ref(21, 2, 1),  // on its thread, but after its poll
      exit(22, 1, 1),
  });
  EXPECT_EQ(model.tasks[0].self_wakes, 1U);
  EXPECT_EQ(model.tasks[1].self_wakes, 1U);
  EXPECT_EQ(model.tasks[1].wakes, 3U);
}

TEST(Clock, StepsBackAreCountedOnceEachAndNeverNegative) {
  const Steps steps = {spawn(100), enter(90),  clone(95), exit(80),
                       wake(200),  enter(150), exit(160)};
  const Model corrected = fold(steps);
  EXPECT_EQ(figures(corrected.tasks.front()), "polls 2 busy 10 scheduled 0 idle 90 total 100 idle");
  EXPECT_EQ(corrected.coverage.clock_steps, 3U);  // enter, exit, and the enter before its wake
  const Model console = fold(steps, Semantics::kConsole);
  EXPECT_EQ(figures(console.tasks.front()),
            "polls 2 busy 10 scheduled 0 idle 90 total 100 scheduled");
  EXPECT_EQ(console.coverage.clock_steps, 2U);  // the exit, and the enter before its wake
}

// Only what the step cuts is 0; what comes after it took as long as it took.
TEST(Clock, ThatIsSetBackCutsOneIntervalOfATask) {
  constexpr std::int64_t kMs = 1'000'000;
  const Model model =
      fold({spawn(20'000 * kMs), enter(20'010 * kMs), exit(20'030 * kMs), wake(10'000 * kMs),
            enter(10'005 * kMs), exit(10'025 * kMs), wake(10'040 * kMs), enter(10'045 * kMs),
            exit(10'050 * kMs), wake(10'060 * kMs)});
  const Task& task = model.tasks.front();
  EXPECT_EQ(task.polls, 3U);
  EXPECT_EQ(task.busy_ns, 45 * kMs);
  EXPECT_EQ(task.longest_poll_ns, 20 * kMs);
  EXPECT_EQ(task.last_poll_started_unix_ns, 10'045 * kMs);
  EXPECT_EQ(task.state_since_unix_ns, 10'060 * kMs);
  EXPECT_EQ(model.coverage.clock_steps, 1U);
}

// What is open is measured as if the clock had gone on, whether it was heard of since or not; else
// it would be measured up to before the clock was set back, an hour ahead of all that came later.
TEST(Clock, ThatIsSetBackEndsTheLogWhereTheLinesEnd) {
  constexpr std::int64_t kMs = 1'000'000, kHour = 3'600'000 * kMs;
  const auto log = [](std::int64_t later_by) {
    const auto later = [&](std::int64_t ms) { return 2 * kHour + later_by + ms * kMs; };
    const auto sooner = [](std::int64_t ms) { return 2 * kHour + ms * kMs; };
    return Steps{spawn(sooner(0), 1), spawn(sooner(0), 2), spawn(sooner(1), 3), enter(sooner(2), 2),
                 enter(sooner(3), 3), clone(sooner(4), 3), exit(sooner(5), 3),
                 // The first three are not heard of any more.
                 spawn(later(5), 4), spawn(later(6), 5), enter(later(7), 5),
                 // Lines of two threads: one is late, within what is usual.
                 clone(later(20), 5), wake(later(19), 4)};
  };
  for (const Semantics semantics : {kCorrected, Semantics::kConsole}) {
    const Model straight = fold(log(0), semantics), back = fold(log(-kHour), semantics);
    ASSERT_EQ(back.tasks.size(), 5U);
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(figures(back.tasks[i]), figures(straight.tasks[i])) << i;
      const Task &here = back.tasks[i], &there = straight.tasks[i];
      EXPECT_EQ(replay::open_ns(back, here.state_since_unix_ns, here.last_line),
                replay::open_ns(straight, there.state_since_unix_ns, there.last_line));
    }
    EXPECT_EQ(back.end_unix_ns, kHour + 20 * kMs);
    EXPECT_EQ(replay::recording_ns(back, 1), 20 * kMs);
    EXPECT_EQ(back.coverage.clock_steps, 0U);
  }
}

// The task's thread was put aside before it could write its line; nothing was set back.
TEST(Clock, OneLineThatIsLateEndsNothingSooner) {
  constexpr std::int64_t kMs = 1'000'000;
  const Model model = fold({spawn(1000 * kMs, 1), spawn(1010 * kMs, 2), enter(1400 * kMs, 2),
                            exit(1500 * kMs, 2), wake(1100 * kMs, 3)});
  EXPECT_EQ(model.tasks[0].total_ns, 500 * kMs);
  EXPECT_EQ(model.tasks[1].total_ns, 490 * kMs);
  const Model more = fold({spawn(1000 * kMs, 1), spawn(1500 * kMs, 2), wake(1100 * kMs, 3),
                           spawn(1600 * kMs, 4), wake(1200 * kMs, 3), spawn(1700 * kMs, 5)});
  EXPECT_EQ(more.tasks[0].total_ns, 700 * kMs);
  EXPECT_EQ(more.tasks[1].total_ns, 200 * kMs);
}

TEST(Clock, ExtremeStampsDoNotOverflow) {
  for (const Semantics semantics : {kCorrected, Semantics::kConsole}) {
    const Model model = fold({spawn(INT64_MIN), enter(INT64_MAX), clone(INT64_MIN), exit(INT64_MAX),
                              wake(INT64_MIN), enter(INT64_MAX), exit(INT64_MIN)},
                             semantics);
    EXPECT_GE(model.tasks.front().busy_ns, 0);
    EXPECT_GE(model.tasks.front().scheduled_ns, 0);
    EXPECT_GE(model.tasks.front().idle_ns, 0);
  }
}

TEST(JoinedRecordings, EachEndAtTheirOwnLastInstant) {
  const Step header = {.deed = Deed::kHeader};
  const Model model = fold({header, spawn(0), enter(10), clone(12), exit(20), clone(50, 2), header,
                            spawn(1000), enter(1010), clone(1012), exit(1020), clone(2000, 2)});
  ASSERT_EQ(model.tasks.size(), 4U);
  EXPECT_EQ(figures(model.tasks[0]), "polls 1 busy 10 scheduled 10 idle 30 total 50 idle");
  EXPECT_EQ(figures(model.tasks[2]), "polls 1 busy 10 scheduled 10 idle 980 total 1000 idle");
  EXPECT_EQ(model.end_unix_ns, 2000);
}

TEST(JoinedRecordings, LeaveNoPollOpenFromOneToTheNext) {
  const Step header = {.deed = Deed::kHeader};
  const Model model =
      fold({header, spawn(0), enter(10), header, exit(1000), wake_by_ref(1001, 1, 1)});
  EXPECT_EQ(model.tasks[0].state, State::kRunning);
  EXPECT_EQ(model.tasks[0].busy_ns, 0);
  EXPECT_EQ(model.coverage.exits_without_enter, 1U);
  ASSERT_EQ(model.tasks.size(), 2U);  // the second recording's own, of which only the wake is known
  EXPECT_EQ(model.tasks[1].self_wakes, 0U);
}

// block_on: Tokio tells of no waker of it; ari does.
TEST(BlockOn, IsIdleBetweenPollsThatNothingOnRecordAskedFor) {
  const Model model = fold({spawn(0, 1, "block_on"), enter(10), exit(20), enter(500), exit(510),
                            enter(515), exit(516), close(520)});
  EXPECT_EQ(model.tasks.front().scheduled_ns, 10);
  EXPECT_EQ(model.tasks.front().polls, 3U);  // nothing shows that the last was the destruction
}

TEST(BlockOn, IsScheduledFromAWakeThatIsOnRecord) {
  const Model model = fold({spawn(0, 1, "block_on"), polling(enter(10)), clone(12), exit(20),
                            wake(400), polling(enter(500)), exit(510)});
  EXPECT_EQ(model.tasks.front().scheduled_ns, 10 + 100);
}

TEST(Kinds, LocalAndUntoldAreTasksLikeAnyOther) {
  for (const char* kind : {"local", ""}) {
    const Model model = fold({spawn(0, 1, kind), enter(10), clone(12), exit(20), wake(40),
                              enter(70), exit(90), enter(91), exit(92), close(93)});
    EXPECT_EQ(figures(model.tasks.front()),
              "polls 2 busy 30 scheduled 40 idle 23 total 93 completed");
    EXPECT_EQ(model.poll_times.count, 2U);  // in the figures of the whole log, too
  }
}

TEST(Kinds, OnlyTasksAreInTheFiguresOfTheWholeLog) {
  for (const char* kind : {"block_on", "blocking"}) {
    const Model model = fold({spawn(0, 1, kind), enter(10), exit(20)});
    EXPECT_EQ(model.poll_times.count, 0U);
    EXPECT_EQ(model.scheduled_times.count, 0U);
  }
}

// The lines of a task's co_awaits, as its life and its end tell them; 0: none.
std::vector<std::uint32_t> parked_lines(const Steps& steps) {
  const Model model = fold(steps);
  const auto line = [](const replay::SourceLocation* place) { return place ? place->line : 0; };
  std::vector<std::uint32_t> lines;
  for (const replay::LifeEvent& event : model.tasks.front().life) {
    const bool pair = event.kind == replay::LifeEvent::Kind::kPoll ||
                      event.kind == replay::LifeEvent::Kind::kDestroyed;
    if (pair) lines.push_back(line(event.parked_at));
  }
  lines.push_back(line(model.tasks.front().parked_at));
  return lines;
}

using LineNumbers = std::vector<std::uint32_t>;

TEST(Parked, IsNoPollWhoseExitIsMissingWhereTheOneBeforeWas) {
  EXPECT_EQ(parked_lines({spawn(0), polling(enter(10)), parked(exit(20), 7), wake(30),
                          polling(enter(40)), close(50)}),
            (LineNumbers{7, 0, 0}));
}

TEST(Parked, IsADestroyedTaskWhereItsLastPollSuspended) {
  EXPECT_EQ(parked_lines({spawn(0), polling(enter(10)), parked(exit(20), 7), destroying(enter(40)),
                          close(50)}),
            (LineNumbers{7, 0, 7}));
  // Known only at the end, where the log is cut in it.
  EXPECT_EQ(parked_lines({spawn(0), enter(10), parked(exit(20), 7), enter(40), clone(50, 2)}),
            (LineNumbers{7, 0, 7}));
}

TEST(OldTracing, MakesNoDestroyPairsSoTheLastPairIsAPoll) {
  Steps steps;
  for (replay::SpanId id = 1; id <= 3; ++id) {
    for (Step step : {spawn(0, id), enter(10, id), clone(12, id), exit(20, id), wake(40, id),
                      enter(70, id), exit(90, id), close(93, id)}) {
      steps.push_back(step);
    }
  }
  for (const Task& task : fold(steps).tasks) {
    EXPECT_EQ(figures(task), "polls 2 busy 30 scheduled 40 idle 23 total 93 completed");
  }
}

TEST(WithoutWakerEvents, NoPollOfAnOpenTaskPassesForItsDestruction) {
  const Model model =
      fold({spawn(0), enter(10), exit(20), enter(70), exit(90), enter(100), exit(110)});
  EXPECT_EQ(model.tasks.front().polls, 3U);
  EXPECT_EQ(model.tasks.front().state, State::kIdle);
}

TEST(LostEvents, AnExitThatWasLostCostsItsPollsTimeAndNoOther) {
  const Model model = fold({spawn(0),
                            polling(enter(10)),
                            clone(11),
                            {.deed = Deed::kLost, .thread = 1},
                            polling(enter(500)),
                            exit(520),
                            clone(600)});
  EXPECT_EQ(figures(model.tasks.front()), "polls 2 busy 20 scheduled 10 idle 570 total 600 idle");
}

// The clock was set back by 9'000 ms before.
TEST(LostEvents, AnExitThatWasLostCostsNoMoreAfterTheClockWasSetBack) {
  constexpr std::int64_t kMs = 1'000'000;
  const Model model = fold({spawn(10'000 * kMs),
                            polling(enter(10'010 * kMs)),
                            exit(10'020 * kMs),
                            wake(1'020 * kMs),
                            polling(enter(1'020 * kMs)),
                            {.deed = Deed::kLost, .at_ns = 1'020 * kMs, .thread = 1},
                            polling(enter(1'050 * kMs)),
                            exit(1'055 * kMs)});
  EXPECT_EQ(model.tasks.front().polls, 3U);
  EXPECT_EQ(model.tasks.front().busy_ns, 15 * kMs);
}

TEST(Outcomes, AreKeptAsTheLogTellsThem) {
  Step cancelled = close(30);
  cancelled.outcome = Outcome::kCancelled;
  EXPECT_EQ(fold({spawn(0), cancelled}).tasks.front().outcome, Outcome::kCancelled);
  EXPECT_FALSE(fold({spawn(0), close(30)}).tasks.front().outcome);
}

}  // namespace
}  // namespace ari::test

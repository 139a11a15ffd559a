// The model against the definitions, on random logs; and what must hold for every log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/replay/model/noise.h"
#include "tests/replay/model/random_steps.h"
#include "tests/replay/model/slow_fold.h"
#include "tests/replay/model/step.h"

namespace ari::test {
namespace {

using replay::LifeEvent;
using replay::Model;
using replay::Semantics;
using replay::Task;

constexpr std::uint32_t kLogs = 1500;

// Calls `check` with random logs of all sorts until one fails; tells which.
template <typename Check>
void on_random_logs(Check check, bool cut = false) {
  for (std::uint32_t seed = 1; seed <= kLogs; ++seed) {
    for (const bool destroy_pairs : {true, false}) {
      const RandomLog log{seed, destroy_pairs, /*clock_steps=*/seed % 3 == 0, cut};
      const Steps steps = random_steps(log);
      check(steps);
      if (testing::Test::HasFailure()) {
        FAIL() << "seed " << seed << (destroy_pairs ? "" : ", without destroy pairs") << "\n"
               << test::show(steps);
      }
    }
  }
}

TEST(RandomLogs, FoldAsDefinedInConsoleSemantics) {
  const auto check = [](const Steps& steps) {
    EXPECT_EQ(show(fold_steps(hide_destruction(steps), Semantics::kConsole).tasks),
              show(slow_fold(steps, Semantics::kConsole)));
  };
  on_random_logs(check);
  on_random_logs(check, /*cut=*/true);
}

TEST(RandomLogs, FoldAsDefinedInCorrectedSemantics) {
  const auto check = [](const Steps& steps) {
    EXPECT_EQ(show(fold_steps(steps, Semantics::kCorrected).tasks),
              show(slow_fold(steps, Semantics::kCorrected)));
  };
  on_random_logs(check);
  on_random_logs(check, /*cut=*/true);
}

TEST(RandomLogs, ThatDoNotTellDestructionsComeToTheSame) {
  on_random_logs([](const Steps& steps) {
    EXPECT_EQ(show(fold_steps(hide_destruction(steps), Semantics::kCorrected).tasks),
              show(slow_fold(steps, Semantics::kCorrected)));
  });
}

TEST(RandomLogs, BusyScheduledAndIdleAreTheWholeLife) {
  on_random_logs([](const Steps& steps) {
    for (const Task& task : fold_steps(hide_destruction(steps), Semantics::kCorrected).tasks) {
      EXPECT_GE(task.busy_ns, 0);
      EXPECT_GE(task.scheduled_ns, 0);
      EXPECT_GE(task.idle_ns, 0);
      EXPECT_EQ(task.busy_ns + task.scheduled_ns + task.idle_ns, task.total_ns);
    }
  });
}

// Where tasks may be forgotten, those that are left are as they would be beside all the others.
// Adds up how many were; returns false, and adds nothing, if the log has to be folded again.
bool forget_in(const Steps& steps, Semantics semantics, std::uint64_t& forgotten) {
  const auto is_kept = [](const Task& task) { return task.span % 3 == 0; };
  const auto few = fold_unless_misjudged(
      steps, {.semantics = semantics, .is_worth_keeping = [&](const Model& model, std::size_t i) {
                EXPECT_EQ(model.tasks[i].state, replay::State::kCompleted);
                return is_kept(model.tasks[i]);
              }});
  if (!few) return false;
  Model all = fold_steps(steps, {.semantics = semantics});
  EXPECT_EQ(few->task_count(), all.tasks.size());
  EXPECT_EQ(show(few->poll_times), show(all.poll_times));
  replay::ForgottenTasks gone;
  std::deque<Task> left;
  auto next = few->tasks.begin();
  for (const Task& task : all.tasks) {
    if (next != few->tasks.end() && next->number == task.number) {
      left.push_back(task);
      ++next;
      continue;
    }
    EXPECT_FALSE(is_kept(task));
    gone.add(task);
  }
  EXPECT_EQ(show(few->tasks), show(left));
  EXPECT_EQ(few->forgotten.by_kind, gone.by_kind);
  EXPECT_EQ(few->forgotten.by_outcome, gone.by_outcome);
  forgotten += gone.count;
  return true;
}

TEST(RandomLogs, ForgetOnlyTasksThatAreOverAndNotWorthKeeping) {
  std::uint64_t forgotten = 0;
  on_random_logs([&](const Steps& steps) {
    forget_in(steps, Semantics::kConsole, forgotten);
    forget_in(steps, Semantics::kCorrected, forgotten);
  });
  EXPECT_GT(forgotten, 2000U);  // else little was tested
}

// Behind `steps`, as part of the same log.
void append(const Steps& more, Steps& steps) {
  replay::SpanId ids = 0;
  for (const Step& step : steps) ids = std::max(ids, step.task);
  const std::int64_t since_ns = steps.empty() ? 0 : steps.back().at_ns;
  for (Step step : more) {
    step.task += ids;
    step.at_ns += since_ns;
    steps.push_back(std::move(step));
  }
}

// What happens to a task behind its close: the clones of such wakers need not be in the log.
void drop_late_wakers(Steps& steps) {
  std::set<replay::SpanId> closed;
  std::erase_if(steps, [&](const Step& step) {
    if (step.deed == Deed::kClose) return !closed.insert(step.task).second;
    return closed.contains(step.task);
  });
}

// A log that does not tell a destruction from a poll shows it after some tasks.
TEST(RandomLogs, ForgetTheSameOnceTheyShowWhatADestructionIs) {
  std::uint64_t forgotten = 0;
  int folded_again = 0;
  for (std::uint32_t seed = 1; seed <= 16; ++seed) {
    SCOPED_TRACE(seed);
    Steps log;
    for (std::uint32_t i = 0; i < 150; ++i) {
      // Of half of the logs the end says otherwise than the beginning; it has to say so more
      // often if there were such pairs at first.
      const bool at_first = seed % 2 == 0;
      const bool is_at_end = seed % 4 < 2 && i > (at_first ? 6 : 20);
      const bool destroy_pairs = at_first != is_at_end;
      append(hide_destruction(random_steps({seed * 1000 + i, destroy_pairs, false, false})), log);
    }
    drop_late_wakers(log);
    folded_again += forget_in(log, Semantics::kCorrected, forgotten) ? 0 : 1;
    if (HasFailure()) break;
  }
  EXPECT_GT(forgotten, 1000U);
  EXPECT_EQ(folded_again, 8);
}

TEST(RandomBytes, AreFoldedWithoutALinkThatLeadsAstray) {
  std::mt19937 random(1);
  for (int i = 0; i < 4000; ++i) {
    std::vector<std::uint8_t> bytes(4 * (20 + random() % 120));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    const Happenings log = noise(bytes);
    const char* fault = fault_of_folds(log);
    if (fault != nullptr) FAIL() << fault << ", log " << i << "\n" << test::show(log);
  }
}

TEST(RandomLocks, AreFoldedAsTheyAreWhateverIsForgotten) {
  std::mt19937 random(1);
  std::size_t deadlocks = 0;
  for (int i = 0; i < 2000; ++i) {
    const Happenings log = noise(test::broken_lock_log(random));
    const char* const fault = fault_of_folds(log);
    const std::string forgetting = fault != nullptr ? fault : fault_of_forgetting(log);
    if (!forgetting.empty()) FAIL() << forgetting << ", log " << i << "\n" << test::show(log);
    deadlocks += test::fold_happenings(log, {.deadlocks = true}).deadlocks.size();
  }
  EXPECT_GT(deadlocks, 200U);  // else little was tested
}

// What is going on is counted up to the instant, as at the end of a log.
TEST(RandomLogs, AsOfAnInstantAreThoseThatEndThere) {
  on_random_logs([](const Steps& steps) {
    const std::int64_t until = steps[steps.size() / 2].at_ns;
    Steps past;
    for (const Step& step : steps) {
      if (step.at_ns <= until) past.push_back(step);
    }
    const bool has_more = past.size() < steps.size();
    for (const Semantics semantics : {Semantics::kConsole, Semantics::kCorrected}) {
      const Model at = fold_steps(steps, {.semantics = semantics,
                                          .watch = [](const Task&) { return true; },
                                          .until =
                                              [&](std::int64_t first_unix_ns) {
                                                EXPECT_EQ(first_unix_ns, steps.front().at_ns);
                                                return until;
                                              }});
      EXPECT_EQ(show(at.tasks), show(fold_steps(past, semantics).tasks));
      EXPECT_EQ(at.coverage.as_of_unix_ns, until);
      if (has_more) {
        EXPECT_EQ(at.end_unix_ns, until);
      }
    }
  });
}

// The life that a view prints adds up to the figures that it prints beside it.
void expect_life_adds_up(const Task& task, std::int64_t end_ns) {
  std::uint64_t polls = 0, wakes = 0;
  std::int64_t busy_ns = 0, scheduled_ns = 0, last_ns = INT64_MIN;
  for (const LifeEvent& event : task.life) {
    EXPECT_LE(event.first_line, event.last_line);
    if (event.kind == LifeEvent::Kind::kWaker) {
      wakes += event.op == replay::WakerOp::kWake || event.op == replay::WakerOp::kWakeByRef;
    }
    if (event.kind != LifeEvent::Kind::kPoll) continue;
    EXPECT_GE(event.at_unix_ns, std::max(last_ns, *task.created_unix_ns));
    last_ns = event.at_unix_ns + event.duration_ns;
    ++polls;
    busy_ns += event.duration_ns;
    scheduled_ns += event.scheduled_ns.value_or(0);
  }
  EXPECT_LE(last_ns, end_ns);
  EXPECT_EQ(polls, task.polls);
  EXPECT_EQ(wakes, task.wakes);
  EXPECT_EQ(busy_ns, task.busy_ns);
  // A task that waits when the log ends has no poll yet that tells of it.
  if (task.state == replay::State::kScheduled) {
    EXPECT_LE(scheduled_ns, task.scheduled_ns);
  } else {
    EXPECT_EQ(scheduled_ns, task.scheduled_ns);
  }
}

TEST(RandomLogs, EveryPollLiesInsideItsTaskAndTheLifeAddsUp) {
  on_random_logs([](const Steps& steps) {
    for (const Steps& log : {steps, hide_destruction(steps)}) {
      const Model model = fold_steps(log, Semantics::kCorrected);
      if (model.coverage.clock_steps > 0) continue;
      for (const Task& task : model.tasks) expect_life_adds_up(task, model.end_unix_ns);
    }
  });
}

// Of a task that lives on, one interval is cut: from its last edge before to its first one after.
// Before that it was busy, or else scheduled and idle.
TEST(RandomLogs, WhoseClockIsSetBackLackOneIntervalOfATask) {
  std::mt19937 random(1);
  std::uint64_t cut = 0;
  on_random_logs([&](const Steps& steps) {
    if (!std::is_sorted(steps.begin(), steps.end(),
                        [](const Step& a, const Step& b) { return a.at_ns < b.at_ns; })) {
      return;
    }
    Steps set_back = steps;
    const std::size_t from = random() % steps.size();
    const std::int64_t since_epoch_ns = 100'000'000'000;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      set_back[i].at_ns += since_epoch_ns - (i < from ? 0 : 50'000'000'000);
    }
    const Tasks want = fold_steps(steps, Semantics::kCorrected).tasks;
    const Tasks got = fold_steps(set_back, Semantics::kCorrected).tasks;
    ASSERT_EQ(got.size(), want.size());
    for (std::size_t i = 0; i < want.size(); ++i) {
      EXPECT_EQ(got[i].polls, want[i].polls);
      EXPECT_EQ(got[i].state, want[i].state);
      EXPECT_EQ(got[i].busy_ns + got[i].scheduled_ns + got[i].idle_ns, got[i].total_ns);
      if (want[i].state != replay::State::kCompleted) continue;  // to the end of which clock?
      EXPECT_LE(got[i].busy_ns, want[i].busy_ns);
      EXPECT_LE(got[i].total_ns, want[i].total_ns);
      const bool cut_busy = got[i].busy_ns < want[i].busy_ns;
      const bool cut_wait = want[i].total_ns - got[i].total_ns > want[i].busy_ns - got[i].busy_ns;
      EXPECT_FALSE(cut_busy && cut_wait);
      cut += cut_busy || cut_wait ? 1 : 0;
    }
  });
  EXPECT_GT(cut, 1000U);
}

TEST(RandomLogs, WatchingATaskChangesNoneOfItsFigures) {
  on_random_logs([](const Steps& steps) {
    for (const Semantics semantics : {Semantics::kConsole, Semantics::kCorrected}) {
      const Model unwatched =
          fold_steps(steps, {.semantics = semantics, .watch = [](const Task&) { return true; }});
      EXPECT_EQ(show(unwatched.tasks), show(fold_steps(steps, semantics).tasks));
    }
  });
}

TEST(RandomLogs, CutOffAnywhereAreFoldedWithoutNonsense) {
  on_random_logs([](const Steps& steps) {
    // From the middle: beginnings, enters and clones are missing.
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    const Steps tail = hide_destruction(Steps(middle, steps.end()));
    for (const Semantics semantics : {Semantics::kConsole, Semantics::kCorrected}) {
      for (const Task& task : fold_steps(tail, semantics).tasks) {
        EXPECT_GE(task.busy_ns, 0);
        EXPECT_GE(task.scheduled_ns, 0);
        EXPECT_GE(task.idle_ns, 0);
        if (semantics == Semantics::kConsole) continue;
        EXPECT_EQ(task.busy_ns + task.scheduled_ns + task.idle_ns, task.total_ns);
      }
    }
  });
}

}  // namespace
}  // namespace ari::test

// Who waits for whose end, and deadlocks through joins: programs that are acted out, their logs
// folded, and the result held against what was acted; and the cases that these leave out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "replay/lint/certainty.h"
#include "replay/model/wait_graph.h"
#include "tests/replay/model/acted_locks.h"

namespace ari::test {
namespace {

using replay::Deadlock;
using replay::Model;
using replay::SpanId;
using replay::Task;
using testing::ElementsAre;

// A program of tasks that lock mutexes and join each other at random, and how it stands.
class ActingOnJoins : public ActedLocks {
 public:
  explicit ActingOnJoins(std::uint32_t seed) : ActedLocks(seed) {
    for (int i = 0, n = 3 + pick(3); i < n; ++i) tasks_.push_back(log_.task());
    for (int i = 0; i < 2; ++i) locks_.push_back(log_.lock("Mutex"));
  }

  void step() {
    if (tasks_.size() < 3 || pick(10) == 0) {
      if (tasks_.size() < 7) tasks_.push_back(log_.task());
      return;
    }
    const SpanId task = any_of(tasks_);
    if (joins_.contains(task)) return go_on_joining(task);
    if (waits(task)) return go_on(task);
    switch (pick(5)) {
      case 0:
        return join(task);
      case 1:
        return end(task);
      default:
        return lock_or_unlock(task);
    }
  }

  // What each task waits for by joining: whom it joined last and has not given up.
  const std::map<SpanId, SpanId>& joins() const { return joins_; }

  // The tasks from which the way "waits for that one's lock or end" leads back to them.
  std::set<SpanId> stuck() const {
    return in_circles(tasks_, [this](SpanId task) { return awaited_by(task); });
  }

  std::size_t alive() const { return tasks_.size(); }

 private:
  bool is_alive(SpanId task) const {
    return std::find(tasks_.begin(), tasks_.end(), task) != tasks_.end();
  }

  SpanId awaited_by(SpanId task) const {
    const auto join = joins_.find(task);
    if (join == joins_.end()) return owner_awaited_by(task);
    return is_alive(join->second) ? join->second : 0;
  }

  void join(SpanId task) {
    const SpanId joined = any_of(tasks_);
    log_.poll_to_join(task, {joined});
    joins_[task] = joined;
  }

  // It is polled in vain and goes on waiting, or gives up; or has what it waited for.
  void go_on_joining(SpanId task) {
    const bool ended = !is_alive(joins_[task]);
    if (!ended && pick(3) == 0) return log_.poll_to_join(task, {joins_[task]});
    if (!ended && pick(4) > 0) return;
    log_.poll(task);
    joins_.erase(task);
  }

  void end(SpanId task) {
    if (has_any(task)) return;
    log_.end(task);
    std::erase(tasks_, task);
  }

  std::map<SpanId, SpanId> joins_;  // by task
};

std::map<SpanId, SpanId> joins_in(const Model& model) {
  std::map<SpanId, SpanId> out;
  for (const Task& task : model.tasks) {
    if (!task.joins) continue;
    EXPECT_EQ(task.joins->tasks.size(), 1U);
    out[task.span] = task.joins->tasks[0].span;
  }
  return out;
}

TEST(Joins, AreKnownAndCirclesThroughThemAreFoundAtEveryInstant) {
  std::size_t circles = 0, mixed = 0;
  for (std::uint32_t seed = 1; seed <= 500 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    ActingOnJoins acting(seed);
    for (int i = 0; i < 40 && !HasFailure(); ++i) {
      acting.step();
      const Model model = acting.log().fold();
      EXPECT_EQ(joins_in(model), acting.joins()) << show(acting.log().log());
      EXPECT_EQ(stuck_in(model), acting.stuck()) << show(acting.log().log());
      for (const Deadlock& deadlock : model.deadlocks) {
        const auto joins = std::count_if(deadlock.links.begin(), deadlock.links.end(),
                                         [](const auto& link) { return link.joins; });
        mixed += joins > 0 && static_cast<std::size_t>(joins) < deadlock.links.size() ? 1 : 0;
      }
    }
    circles += acting.stuck().empty() ? 0 : 1;
  }
  EXPECT_GT(circles, 50U);  // else little was tested
  EXPECT_GT(mixed, 50U);
}

// Memory follows what is alive, and what is left is as it would be beside the rest.
TEST(Joins, AreTheSameWhereWhatIsOverIsForgotten) {
  for (std::uint32_t seed = 1; seed <= 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    ActingOnJoins acting(seed);
    for (int i = 0; i < 80; ++i) acting.step();
    const Model all = acting.log().fold();
    const Model alive =
        fold_happenings(acting.log().log(), {.resources = true, .only_alive = true});
    EXPECT_EQ(joins_in(alive), acting.joins());
    EXPECT_EQ(stuck_in(alive), stuck_in(all));
    EXPECT_EQ(alive.deadlocks.size(), all.deadlocks.size());
    std::set<SpanId> mentioned;
    for (const Deadlock& deadlock : alive.deadlocks) {
      for (const auto& link : deadlock.links) mentioned.insert(link.task.span);
    }
    EXPECT_LE(alive.tasks.size(), acting.alive() + mentioned.size());
    for (const Task& task : alive.tasks) {
      if (!task.joins || task.joins->tasks[0].index == replay::kNowhere) continue;
      EXPECT_EQ(follow(alive.tasks, task.joins->tasks[0])->span, task.joins->tasks[0].span);
    }
  }
}

std::vector<SpanId> spans(const std::vector<replay::Link>& links) {
  std::vector<SpanId> out;
  for (const replay::Link& link : links) out.push_back(link.span);
  return out;
}

TEST(Joins, LastUntilAPollThatDoesNotTellThem) {
  LockLog log;
  const SpanId a = log.task(), b = log.task();
  log.poll_to_join(a, {b});
  const std::int64_t since_ns = log.now_ns() - 10;  // the line before the exit
  EXPECT_THAT(spans(log.fold().tasks[0].joins->tasks), ElementsAre(b));
  log.poll_to_join(a, {b});
  EXPECT_EQ(log.fold().tasks[0].joins->since_unix_ns, since_ns) << "it waits since then";
  log.poll(a);
  EXPECT_FALSE(log.fold().tasks[0].joins);
}

TEST(Joins, OfSeveralTellHowManyAndWhetherAllHaveToEnd) {
  LockLog log;
  const SpanId a = log.task(), b = log.task(), c = log.task();
  log.enter(a, a);
  log.tell_join(a, {b, c}, 20, true);
  log.exit(a, a);
  const Model model = log.fold();
  EXPECT_THAT(spans(model.tasks[0].joins->tasks), ElementsAre(b, c));
  EXPECT_EQ(model.tasks[0].joins->count, 20U);
  EXPECT_TRUE(model.tasks[0].joins->needs_all);
}

// A filter may leave out a task of a LocalSet, but not the events in it.
TEST(Joins, InNoTasksSpanAreNobodys) {
  LockLog log;
  const SpanId a = log.task(), b = log.task();
  log.enter(a, a);
  log.tell_join_of_unknown(a, b);
  log.exit(a, a);
  EXPECT_FALSE(log.fold().tasks[0].joins);
}

TEST(Joins, AreNotKnownAnyMoreWhenEventsAreLost) {
  LockLog log;
  const SpanId a = log.task(), b = log.task();
  log.poll_to_join(a, {b});
  log.lose_events_of(b);
  EXPECT_FALSE(log.fold().tasks[0].joins);
  log.poll_to_join(a, {b});
  EXPECT_TRUE(log.fold().tasks[0].joins);
}

// A dump of the program's own says it where the log's own events do not.
TEST(Joins, AreTakenFromADumpWhereTheLogLostThem) {
  LockLog log;
  const SpanId a = log.task(), b = log.task(), c = log.task();
  log.poll_to_join(a, {b, c});
  const std::int64_t polled_ns = log.now_ns();
  log.tell_dump(a, {c}, 0);
  EXPECT_EQ(log.fold().tasks[0].joins->tasks.size(), 2U) << "its own event knows better";
  log.lose_events_of(b);
  log.tell_dump(a, {}, 0);
  EXPECT_FALSE(log.fold().tasks[0].joins);
  log.tell_dump(a, {b, c}, 0);
  const Model model = log.fold();
  ASSERT_TRUE(model.tasks[0].joins);
  const replay::JoinWait& joins = *model.tasks[0].joins;
  EXPECT_EQ(joins.op, "JoinSet::join_next");
  ASSERT_EQ(joins.tasks.size(), 2U);
  EXPECT_EQ(joins.tasks[0].span, b);
  EXPECT_EQ(joins.tasks[1].span, c);
  EXPECT_EQ(joins.count, 2U);
  EXPECT_EQ(joins.since_unix_ns, polled_ns);
  log.poll(a);
  EXPECT_FALSE(log.fold().tasks[0].joins) << "it has gone on since";
}

// What a dump tells was so at some time since it began.
TEST(Joins, AreNotTakenFromADumpThatTheTaskMayHaveBeenPolledSince) {
  LockLog log;
  const SpanId a = log.task(), b = log.task();
  log.poll(a);
  const std::int64_t polled_ns = log.now_ns();
  log.tell_dump(b, {a}, 0);
  EXPECT_FALSE(log.fold().tasks[1].joins) << "of which no poll is known";
  log.tell_dump(a, {b}, static_cast<std::uint64_t>(log.now_ns() + 10 - polled_ns + 1));
  EXPECT_FALSE(log.fold().tasks[0].joins);
  log.enter(a, a);
  log.tell_dump(a, {b}, 0);
  EXPECT_FALSE(log.fold().tasks[0].joins) << "it runs";
  log.exit(a, a);
  log.tell_dump(a, {b}, 10);
  EXPECT_TRUE(log.fold().tasks[0].joins);
}

// Any of two: both have to be stuck. All of two: one is enough.
TEST(Joins, OfAnyAreStuckWithAllAndOfAllWithOne) {
  for (const bool all : {false, true}) {
    for (const int stuck : {1, 2}) {
      LockLog log;
      const SpanId parent = log.task(), first = log.task(), second = log.task();
      const SpanId lock = log.lock("Mutex");
      log.poll_for(parent, lock, "Mutex::lock", true);
      log.tell(parent, lock, "locked", true);
      log.poll_for(first, lock, "Mutex::lock", false);
      if (stuck == 2) log.poll_for(second, lock, "Mutex::lock", false);
      EXPECT_TRUE(log.fold().deadlocks.empty());
      log.enter(parent, parent);
      log.tell_join(parent, {first, second}, 2, all);
      log.exit(parent, parent);
      EXPECT_EQ(log.fold().deadlocks.size(), all || stuck == 2 ? 1U : 0U) << all << stuck;
    }
  }
}

TEST(Joins, OfMoreThanTheLogNamesShowNothing) {
  LockLog log;
  const SpanId parent = log.task(), child = log.task(), lock = log.lock("Mutex");
  log.poll_for(parent, lock, "Mutex::lock", true);
  log.tell(parent, lock, "locked", true);
  log.poll_for(child, lock, "Mutex::lock", false);
  log.enter(parent, parent);
  log.tell_join(parent, {child}, 2, false);
  log.exit(parent, parent);
  EXPECT_TRUE(log.fold().deadlocks.empty());
}

// Who aborts a task and waits for its end, as JoinSet::shutdown does, may hold what it wants.
TEST(Joins, OfTasksThatWereAbortedAreNoDeadlock) {
  for (const bool aborted : {false, true}) {
    LockLog log;
    const SpanId parent = log.task(), child = log.task(), lock = log.lock("Mutex");
    log.poll_for(parent, lock, "Mutex::lock", true);
    log.tell(parent, lock, "locked", true);
    log.poll_for(child, lock, "Mutex::lock", false);
    log.enter(parent, parent);
    log.tell_join(parent, {child}, 1, false, aborted);
    log.exit(parent, parent);
    EXPECT_EQ(log.fold().deadlocks.size(), aborted ? 0U : 1U);
  }
}

// The circle closes with the wait of the one that is joined, which holds nothing itself.
TEST(Joins, AreFoundInACircleWhicheverWaitClosesIt) {
  LockLog log;
  const SpanId parent = log.task(), child = log.task(), lock = log.lock("Mutex");
  log.poll_for(parent, lock, "Mutex::lock", true);
  log.tell(parent, lock, "locked", true);
  log.poll_to_join(parent, {child});
  log.poll_for(child, lock, "Mutex::lock", false);
  const Model model = log.fold();
  ASSERT_EQ(model.deadlocks.size(), 1U);
  const Deadlock& deadlock = model.deadlocks[0];
  ASSERT_EQ(deadlock.links.size(), 2U);
  EXPECT_EQ(deadlock.links[0].task.span, child);
  EXPECT_FALSE(deadlock.links[0].joins);
  EXPECT_EQ(deadlock.links[0].hold.task.span, parent);
  EXPECT_EQ(deadlock.links[1].task.span, parent);
  EXPECT_TRUE(deadlock.links[1].joins);
  EXPECT_EQ(deadlock.links[1].source, "JoinHandle");
  EXPECT_EQ(replay::deadlock_status(model, deadlock), replay::Status::kDefinite);
}

TEST(Joins, StandAsOneDeadlockThoughTheJoinerIsPolledInVain) {
  LockLog log;
  const SpanId parent = log.task(), child = log.task(), lock = log.lock("Mutex");
  log.poll_for(parent, lock, "Mutex::lock", true);
  log.tell(parent, lock, "locked", true);
  log.poll_to_join(parent, {child});
  log.poll_for(child, lock, "Mutex::lock", false);
  for (int i = 0; i < 3; ++i) log.poll_to_join(parent, {child});
  EXPECT_EQ(log.fold().deadlocks.size(), 1U);
  EXPECT_FALSE(log.fold().deadlocks[0].broken);
  log.poll(parent);
  ASSERT_EQ(log.fold().deadlocks.size(), 1U);
  ASSERT_TRUE(log.fold().deadlocks[0].broken);
  EXPECT_EQ(log.fold().deadlocks[0].links[*log.fold().deadlocks[0].broken].task.span, parent);
  EXPECT_EQ(replay::deadlock_status(log.fold(), log.fold().deadlocks[0]), replay::Status::kRefuted);
}

TEST(Joins, LeadFromWaitToWait) {
  LockLog log;
  const SpanId a = log.task(), b = log.task(), c = log.task(), lock = log.lock("Mutex");
  log.poll_for(c, lock, "Mutex::lock", true);
  log.tell(c, lock, "locked", true);
  log.poll_for(b, lock, "Mutex::lock", false);
  log.poll_to_join(a, {b});
  const Model model = log.fold();
  const std::vector<replay::Wait> waits = replay::waits_of(model);
  const auto of_a = std::find_if(waits.begin(), waits.end(),
                                 [&](const replay::Wait& wait) { return wait.task.span == a; });
  ASSERT_NE(of_a, waits.end());
  ASSERT_NE(of_a->joins, nullptr);
  std::vector<SpanId> way;
  for (const std::size_t at :
       replay::WaitChains(waits).from(static_cast<std::size_t>(of_a - waits.begin()))) {
    way.push_back(waits[at].task.span);
  }
  EXPECT_THAT(way, ElementsAre(a, b, c));
}

TEST(HeldWaits, TellThatAJoinWasAwaited) {
  LockLog log;
  const SpanId holder = log.task(), other = log.task(), lock = log.lock("Mutex");
  log.poll_for(holder, lock, "Mutex::lock", true);
  log.tell(holder, lock, "locked", true);
  log.poll_to_join(holder, {other});
  for (int i = 0; i < 20; ++i) log.poll(other);  // time goes by
  const Model model = log.fold();
  ASSERT_TRUE(model.tasks[0].held_wait);
  EXPECT_EQ(model.tasks[0].held_wait->source, "JoinHandle");
}

}  // namespace
}  // namespace ari::test

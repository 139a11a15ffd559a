// Who holds which lock, and deadlocks: programs of locks that are acted out, their logs
// folded, and the result held against what was acted; and the cases that these leave out.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/replay/model/acted_locks.h"

namespace ari::test {
namespace {

using replay::Deadlock;
using replay::HeldWait;
using replay::Hold;
using replay::Model;
using replay::Resource;
using replay::SpanId;
using replay::Task;
using subscriber::RecordKind;

// A program of tasks and mutexes at random, and how it stands.
class ActingOnLocks : public ActedLocks {
 public:
  explicit ActingOnLocks(std::uint32_t seed) : ActedLocks(seed) {
    for (int i = 0, n = 2 + pick(3); i < n; ++i) tasks_.push_back(log_.task());
    for (int i = 0, n = 2 + pick(2); i < n; ++i) locks_.push_back(log_.lock("Mutex"));
  }

  void step() {
    const SpanId task = any_of(tasks_);
    waits(task) ? go_on(task) : lock_or_unlock(task);
  }

  // The tasks from which the way "waits for what that one holds" leads back to them.
  std::set<SpanId> stuck() const {
    return in_circles(tasks_, [this](SpanId task) { return owner_awaited_by(task); });
  }
};

std::map<SpanId, SpanId> owners_in(const Model& model) {
  std::map<SpanId, SpanId> out;
  for (const Resource& resource : model.resources) {
    EXPECT_LE(resource.holds.size(), 1U);
    for (const Hold& hold : resource.holds) out[resource.span] = hold.task.span;
  }
  return out;
}

TEST(Locks, AreHeldByWhoTookThemAndCirclesAreFoundAtEveryInstant) {
  std::size_t circles = 0;
  for (std::uint32_t seed = 1; seed <= 600 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    ActingOnLocks acting(seed);
    for (int i = 0; i < 25 && !HasFailure(); ++i) {
      acting.step();
      const Model model = acting.log().fold();
      EXPECT_EQ(owners_in(model), acting.owners());
      EXPECT_EQ(stuck_in(model), acting.stuck()) << show(acting.log().log());
    }
    circles += acting.stuck().empty() ? 0 : 1;
  }
  EXPECT_GT(circles, 100U);  // else little was tested
}

TEST(Locks, OnlyDeadlocksAreKeptWhereOnlyTheyAreAskedFor) {
  for (std::uint32_t seed = 1; seed <= 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    ActingOnLocks acting(seed);
    for (int i = 0; i < 60; ++i) acting.step();
    const Model all = acting.log().fold();
    const Model few = fold_happenings(acting.log().log(), {.deadlocks = true});
    ASSERT_EQ(few.deadlocks.size(), all.deadlocks.size());
    for (std::size_t i = 0; i < few.deadlocks.size(); ++i) {
      EXPECT_EQ(few.deadlocks[i].since_unix_ns, all.deadlocks[i].since_unix_ns);
      EXPECT_EQ(few.deadlocks[i].until_unix_ns, all.deadlocks[i].until_unix_ns);
      EXPECT_EQ(few.deadlocks[i].links.size(), all.deadlocks[i].links.size());
    }
  }
}

TEST(Locks, AReaderBehindAWriterThatWaitsForItIsStuck) {
  LockLog log;
  const SpanId reader = log.task(), writer = log.task(), lock = log.lock("RwLock");
  log.poll_for(reader, lock, "RwLock::read", true);
  log.tell(reader, lock, "current_readers", std::int64_t{1}, "add");
  log.poll_for(writer, lock, "RwLock::write", false);
  EXPECT_TRUE(log.fold().deadlocks.empty());
  log.poll_for(reader, lock, "RwLock::read", false);
  const Model model = log.fold();
  ASSERT_EQ(model.deadlocks.size(), 1U);
  ASSERT_EQ(model.deadlocks[0].links.size(), 2U);
  EXPECT_TRUE(model.deadlocks[0].links[0].queued);
  EXPECT_FALSE(model.deadlocks[0].links[1].queued);
}

// Each began to wait for the one before it, and the whole way was searched each time.
TEST(Locks, OfAVeryLongRowOfWaitersAreNoDeadlock) {
  constexpr std::size_t kTasks = 3'000;
  LockLog log;
  std::vector<SpanId> tasks, locks;
  for (std::size_t i = 0; i < kTasks; ++i) {
    tasks.push_back(log.task());
    locks.push_back(log.lock("Mutex"));
    log.poll_for(tasks[i], locks[i], "Mutex::lock", true);
    if (i > 0) log.poll_for(tasks[i], locks[i - 1], "Mutex::lock", false);
  }
  EXPECT_TRUE(log.fold().deadlocks.empty());
  log.poll_for(tasks[0], locks[kTasks - 1], "Mutex::lock", false);
  const Model model = log.fold();
  ASSERT_EQ(model.deadlocks.size(), 1U);
  EXPECT_EQ(model.deadlocks[0].links.size(), kTasks);
}

// Whatever any task did looked at all deadlocks that were open.
TEST(Locks, VeryManyDeadlocksAreFoundAndComeUndone) {
  constexpr std::size_t kPairs = 3'000;
  LockLog log;
  std::vector<SpanId> tasks, locks, ops;
  for (std::size_t i = 0; i < 2 * kPairs; ++i) {
    tasks.push_back(log.task());
    locks.push_back(log.lock("Mutex"));
  }
  for (std::size_t i = 0; i < 2 * kPairs; ++i) {
    log.poll_for(tasks[i], locks[i], "Mutex::lock", true);
  }
  for (std::size_t i = 0; i < 2 * kPairs; ++i) {
    ops.push_back(log.poll_for(tasks[i], locks[i ^ 1], "Mutex::lock", false));
  }
  for (std::size_t i = 2; i < 2 * kPairs; i += 2) log.drop(tasks[i], ops[i]);
  const Model model = log.fold();
  ASSERT_EQ(model.deadlocks.size(), kPairs);
  EXPECT_FALSE(model.deadlocks[0].broken);
  for (std::size_t i = 1; i < kPairs; ++i) ASSERT_TRUE(model.deadlocks[i].broken);
}

TEST(Locks, ReadersDoNotHinderEachOther) {
  LockLog log;
  const SpanId a = log.task(), b = log.task(), lock = log.lock("RwLock");
  for (const SpanId task : {a, b}) {
    log.poll_for(task, lock, "RwLock::read", true);
    log.tell(task, lock, "current_readers", std::int64_t{1}, "add");
  }
  EXPECT_EQ(log.fold().resources[0].holds.size(), 2U);
  log.tell(b, lock, "current_readers", std::int64_t{1}, "sub");
  EXPECT_EQ(log.fold().resources[0].holds.size(), 1U);
}

// Two tasks take one of two permits each, and then want another.
TEST(Locks, PermitsThatAllWaitForAreACircleButDoubtful) {
  LockLog log;
  const SpanId a = log.task(), b = log.task();
  const auto [semaphore, inside] = log.semaphore(2);
  for (const SpanId task : {a, b}) {
    log.tell(task, inside, "permits", std::uint64_t{1}, "sub");
    log.poll_for(task, semaphore, "Semaphore::acquire", true);
  }
  log.poll_for(a, semaphore, "Semaphore::acquire", false);
  EXPECT_TRUE(log.fold().deadlocks.empty());  // the other can still give back
  log.poll_for(b, semaphore, "Semaphore::acquire", false);
  const Model model = log.fold();
  ASSERT_EQ(model.deadlocks.size(), 1U);
  EXPECT_TRUE(model.deadlocks[0].links[0].hold.doubtful);
}

// A program of tasks and semaphores at random, and how it stands.
class ActingOnPermits {
 public:
  explicit ActingOnPermits(std::uint32_t seed) : random_(seed) {
    for (std::size_t i = 0, n = 3 + pick(4); i < n; ++i) tasks_.push_back({log_.task(), {}, {}, 0});
    for (int i = 0; i < 2; ++i) {
      const std::uint64_t permits = 1 + pick(4);
      const auto [outer, inner] = log_.semaphore(permits);
      semaphores_.push_back({outer, inner, permits});
    }
  }

  void step() {
    Acting& task = tasks_[pick(tasks_.size())];
    const std::size_t which = task.awaits.value_or(pick(2));
    Semaphore& semaphore = semaphores_[which];
    const bool gives_back = !task.awaits && task.has[which] > 0 && pick(3) == 0;
    log_.enter(task.id, task.id);
    if (gives_back) {
      log_.tell(task.id, semaphore.inner, "permits", std::uint64_t{1}, "add");
      ++semaphore.free;
      --task.has[which];
    } else {
      const bool ready = semaphore.free > 0;
      if (!task.awaits) task.op = log_.ask(task.id, semaphore.outer, "Semaphore::acquire");
      if (ready) log_.tell(task.id, semaphore.inner, "permits", std::uint64_t{1}, "sub");
      log_.attempt(task.id, semaphore.outer, task.op, ready);
      semaphore.free -= ready ? 1 : 0;
      task.has[which] += ready ? 1 : 0;
      task.awaits = ready ? std::nullopt : std::optional(which);
    }
    log_.exit(task.id, task.id);
  }

  // Those that can never get on, whatever the others do.
  std::set<SpanId> stuck() const {
    std::set<SpanId> stuck;
    for (const Acting& task : tasks_) {
      if (task.awaits) stuck.insert(task.id);
    }
    const auto may_get = [&](std::size_t which) {
      return semaphores_[which].free > 0 ||
             std::any_of(tasks_.begin(), tasks_.end(), [&](const Acting& task) {
               return task.has[which] > 0 && !stuck.contains(task.id);
             });
    };
    for (std::size_t before = 0; before != stuck.size();) {
      before = stuck.size();
      for (const Acting& task : tasks_) {
        if (task.awaits && may_get(*task.awaits)) stuck.erase(task.id);
      }
    }
    return stuck;
  }
  const LockLog& log() const { return log_; }

 private:
  struct Semaphore {
    SpanId outer, inner;
    std::uint64_t free;
  };
  struct Acting {
    SpanId id;
    std::array<int, 2> has;
    std::optional<std::size_t> awaits;
    SpanId op;
  };
  std::size_t pick(std::size_t n) { return random_() % n; }

  std::mt19937 random_;
  LockLog log_;
  std::vector<Acting> tasks_;
  std::vector<Semaphore> semaphores_;
};

// Not all that are stuck are in the circle, as those that wait without a permit are not.
TEST(Locks, PermitsMakeADeadlockWhereverTasksAreStuckAndNowhereElse) {
  std::size_t circles = 0;
  for (std::uint32_t seed = 1; seed <= 200 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    ActingOnPermits acting(seed);
    for (int i = 0; i < 40 && !HasFailure(); ++i) {
      acting.step();
      const std::set<SpanId> found = stuck_in(acting.log().fold()), stuck = acting.stuck();
      EXPECT_EQ(found.empty(), stuck.empty()) << show(acting.log().log());
      EXPECT_TRUE(std::includes(stuck.begin(), stuck.end(), found.begin(), found.end()));
    }
    circles += acting.stuck().empty() ? 0 : 1;
  }
  EXPECT_GT(circles, 50U);  // else little was tested
}

// Each wait went through all holders of each waiter.
TEST(Locks, OfVeryManyHoldersAndWaitersArePermitsThatAllOfThemShare) {
  constexpr std::size_t kTasks = 1'500;
  LockLog log;
  const auto [semaphore, inside] = log.semaphore(2 * kTasks);
  std::vector<SpanId> tasks;
  for (std::size_t i = 0; i < 2 * kTasks; ++i) {
    tasks.push_back(log.task());
    log.poll_for(tasks[i], semaphore, "Semaphore::acquire", true);
  }
  log.tell(tasks[0], inside, "permits", std::uint64_t{0}, "override");
  for (std::size_t i = 0; i < kTasks; ++i) {
    log.poll_for(tasks[i], semaphore, "Semaphore::acquire", false);
  }
  EXPECT_TRUE(log.fold().deadlocks.empty());  // the other half may give back
  for (std::size_t i = kTasks; i < 2 * kTasks; ++i) {
    log.poll_for(tasks[i], semaphore, "Semaphore::acquire", false);
  }
  const Model model = log.fold();
  ASSERT_EQ(model.deadlocks.size(), 1U);
  EXPECT_EQ(model.deadlocks[0].links.size(), 1U);
}

// Nobody is told to have given any back: from the first on that waits, all are stuck.
TEST(Locks, OfVeryManyThatWaitForPermitsThatTheyAllHoldEachIsStuck) {
  constexpr std::size_t kTasks = 1'500;
  LockLog log;
  const SpanId semaphore = log.lock("Semaphore");
  for (std::size_t i = 0; i < kTasks; ++i) {
    const SpanId task = log.task();
    log.poll_for(task, semaphore, "Semaphore::acquire", true);
    log.poll_for(task, semaphore, "Semaphore::acquire", false);
  }
  EXPECT_EQ(log.fold().deadlocks.size(), kTasks);
}

TEST(Locks, PermitsGivenBackAreNobodysAnyMore) {
  LockLog log;
  const SpanId a = log.task();
  const auto [semaphore, inside] = log.semaphore(1);
  log.poll_for(a, semaphore, "Semaphore::acquire", true);
  EXPECT_EQ(log.fold().resources[0].holds.size(), 1U);
  log.tell(a, inside, "permits", std::uint64_t{1}, "add");
  EXPECT_TRUE(log.fold().resources[0].holds.empty());
}

TEST(Locks, TriedLocksAreTheirsInWhosePollThatWas) {
  LockLog log;
  const SpanId a = log.task(), lock = log.lock("Mutex");
  log.enter(a, a);
  log.tell(a, lock, "locked", true);
  log.exit(a, a);
  const Model model = log.fold();
  ASSERT_EQ(model.resources[0].holds.size(), 1U);
  EXPECT_EQ(model.resources[0].holds[0].task.span, a);
}

// ---- held waits

// Each task's longest time between two polls in which it held a lock, by the definition.
std::map<SpanId, std::int64_t> held_waits_by_definition(const Happenings& log) {
  std::map<SpanId, std::int64_t> out, since;
  for (std::size_t i = 0; i <= log.size(); ++i) {
    const bool is_end = i == log.size();
    const std::int64_t now_ns = log[is_end ? i - 1 : i].at_ns;
    const auto end_wait = [&](SpanId task) {
      const auto began = since.find(task);
      if (began == since.end()) return;
      if (now_ns > began->second) out[task] = std::max(out[task], now_ns - began->second);
    };
    if (is_end) {
      for (const auto& [task, began] : since) end_wait(task);
      break;
    }
    const Happening& h = log[i];
    if (h.span == 0 || h.span != h.thread) continue;  // not about a task's span
    if (h.kind == RecordKind::kEnter) {
      end_wait(h.span);
      since.erase(h.span);
    }
    if (h.kind != RecordKind::kExit) continue;
    const Happenings so_far(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    for (const auto& [lock, owner] : owners_in(fold_happenings(so_far, {}))) {
      if (owner == h.span) since[h.span] = now_ns;
    }
  }
  return out;
}

TEST(HeldWaits, AreTheLongestBetweenTwoPollsOfWhoHoldsALock) {
  std::size_t seen = 0;
  for (std::uint32_t seed = 1; seed <= 200 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    ActingOnLocks acting(seed);
    for (int i = 0; i < 25; ++i) acting.step();
    std::map<SpanId, std::int64_t> found;
    const Model model = fold_happenings(acting.log().log(), {.deadlocks = true});
    for (const Task& task : model.tasks) {
      if (!task.held_wait) continue;
      found[task.span] = task.held_wait->until_unix_ns - task.held_wait->since_unix_ns;
    }
    EXPECT_EQ(found, held_waits_by_definition(acting.log().log())) << show(acting.log().log());
    seen += found.size();
  }
  EXPECT_GT(seen, 200U);  // else little was tested
}

TEST(HeldWaits, EndWithTheWakeAndTellWhatWasAwaited) {
  LockLog log;
  const SpanId holder = log.task(), other = log.task(), lock = log.lock("Mutex");
  const SpanId timer = log.lock("Sleep");
  log.enter(holder, holder);
  const SpanId op = log.ask(holder, lock, "Mutex::lock");
  log.attempt(holder, lock, op, true);
  const SpanId sleep = log.ask(holder, timer, "Sleep::new_timeout");
  log.attempt(holder, timer, sleep, false);
  log.exit(holder, holder);
  const std::int64_t since_ns = log.now_ns();
  log.poll_for(other, lock, "Mutex::lock", false);
  EXPECT_TRUE(log.fold().tasks[0].held_wait->to_log_end);
  log.wake(other, holder);
  const std::int64_t until_ns = log.now_ns();
  log.poll_for(other, timer, "Sleep::new_timeout", false);
  log.enter(holder, holder);
  const Model model = log.fold();
  ASSERT_TRUE(model.tasks[0].held_wait);
  EXPECT_FALSE(model.tasks[1].held_wait);
  const HeldWait& wait = *model.tasks[0].held_wait;
  EXPECT_EQ(wait.hold.task.span, holder);
  EXPECT_EQ(wait.lock, lock);
  EXPECT_EQ(wait.source, "Sleep::new_timeout");
  EXPECT_EQ(wait.other_ops, 0U);
  EXPECT_EQ(wait.lock_waiters, 1U);
  EXPECT_EQ(wait.until_unix_ns - wait.since_unix_ns, until_ns - since_ns);
  EXPECT_FALSE(wait.to_log_end);
}

// Each end of a held wait counted those who waited.
TEST(HeldWaits, OfVeryManyReadersWithVeryManyWritersBehindAreFound) {
  constexpr std::size_t kTasks = 6'000;
  LockLog log;
  std::vector<SpanId> readers, writers;
  for (std::size_t i = 0; i < kTasks; ++i) readers.push_back(log.task());
  for (std::size_t i = 0; i < kTasks; ++i) writers.push_back(log.task());
  const SpanId lock = log.lock("RwLock");
  for (const SpanId task : readers) log.poll_for(task, lock, "RwLock::read", true);
  for (const SpanId task : writers) log.poll_for(task, lock, "RwLock::write", false);
  log.poll_for(writers[0], lock, "RwLock::write", false);  // with a second op
  for (const SpanId task : readers) log.wake(writers[0], task);
  const Model model = log.fold();
  for (std::size_t i = 0; i < kTasks; ++i) {
    ASSERT_TRUE(model.tasks[i].held_wait);
    ASSERT_EQ(model.tasks[i].held_wait->lock_waiters, kTasks);
  }
}

TEST(HeldWaits, AreNoneOfWhoIsWokenInItsPollOrKeepsPermits) {
  LockLog log;
  const SpanId woken = log.task(), keeper = log.task(), lock = log.lock("Mutex");
  const auto [semaphore, inside] = log.semaphore(2);
  log.enter(woken, woken);
  log.attempt(woken, lock, log.ask(woken, lock, "Mutex::lock"), true);
  log.wake(woken, woken);
  log.exit(woken, woken);
  log.poll_for(keeper, semaphore, "Semaphore::acquire", true);
  log.task();  // time goes by
  for (const Task& task : log.fold().tasks) EXPECT_FALSE(task.held_wait);
}

}  // namespace
}  // namespace ari::test

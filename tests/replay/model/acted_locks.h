// ActedLocks: tasks that lock mutexes at random, acted out into a LockLog, and how it stands.
//
//   a task asks for a lock ─▶ has it ─▶ unlocks ─▶ the lock is handed to the longest waiter
//          └─ waits, or gives up                          └─ which has it from its next poll on
//
// For tests that hold what was folded against what was acted; they may add what else tasks do.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "replay/model/model.h"
#include "tests/replay/model/lock_log.h"

namespace ari::test {

class ActedLocks {
 public:
  const LockLog& log() const { return log_; }

  // Whose lock each one is, by the definition: whoever locked it last and did not unlock it.
  const std::map<replay::SpanId, replay::SpanId>& owners() const { return owner_; }

 protected:
  using SpanId = replay::SpanId;

  explicit ActedLocks(std::uint32_t seed) : random_(seed) {}
  ~ActedLocks() = default;

  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  SpanId any_of(const std::vector<SpanId>& these) {
    return these[static_cast<std::size_t>(pick(static_cast<int>(these.size())))];
  }

  bool waits(SpanId task) const { return waits_.contains(task); }
  // Who has the lock that the task waits for; 0: it waits for none, or nobody has it.
  SpanId owner_awaited_by(SpanId task) const {
    const auto wait = waits_.find(task);
    const auto owner = wait != waits_.end() ? owner_.find(wait->second.lock) : owner_.end();
    return owner != owner_.end() ? owner->second : 0;
  }
  // Whether it has a lock, or was handed one.
  bool has_any(SpanId task) const {
    const auto is_its = [task](const auto& lock) { return lock.second == task; };
    return std::any_of(owner_.begin(), owner_.end(), is_its) ||
           std::any_of(given_.begin(), given_.end(), is_its);
  }

  // Requires: it does not wait.
  void lock_or_unlock(SpanId task) {
    const SpanId lock = any_of(locks_);
    if (owner_.contains(lock) && owner_[lock] == task && pick(3) > 0) return unlock(task, lock);
    const bool free = !owner_.contains(lock) && !given_.contains(lock);
    const SpanId op = log_.poll_for(task, lock, "Mutex::lock", free);
    if (free) return got(task, lock);
    waits_[task] = {lock, op};
    queues_[lock].push_back(task);
  }

  // A task that waits gets what it was given, gives up, or waits on.
  void go_on(SpanId task) {
    const Waiting wait = waits_.at(task);
    const auto given = given_.find(wait.lock);
    const bool ready = given != given_.end() && given->second == task;
    if (!ready && pick(6) > 0) return;
    log_.enter(task, task);
    if (ready) {
      given_.erase(given);
      log_.attempt(task, wait.lock, wait.op, true);
      got(task, wait.lock);
    } else {
      std::erase(queues_[wait.lock], task);
      log_.drop(task, wait.op);
    }
    log_.exit(task, task);
    waits_.erase(task);
  }

  // The tasks from which the way to awaited_by(task), and on from there, leads back to them; 0 is
  // the end of a way.
  template <typename AwaitedBy>
  static std::set<SpanId> in_circles(const std::vector<SpanId>& tasks, AwaitedBy awaited_by) {
    std::set<SpanId> out;
    for (const SpanId task : tasks) {
      SpanId at = task;
      for (std::size_t steps = 0; steps <= tasks.size() && at != 0; ++steps) {
        at = awaited_by(at);
        if (at == task) out.insert(task);
      }
    }
    return out;
  }

  LockLog log_;
  std::vector<SpanId> tasks_, locks_;  // the tasks that are alive

 private:
  struct Waiting {
    SpanId lock, op;
  };

  void got(SpanId task, SpanId lock) {
    owner_[lock] = task;
    log_.tell(task, lock, "locked", true);
  }
  void unlock(SpanId task, SpanId lock) {
    owner_.erase(lock);
    std::vector<SpanId>& queue = queues_[lock];
    log_.enter(task, task);
    if (!queue.empty()) {
      given_[lock] = queue.front();
      queue.erase(queue.begin());
    }
    log_.tell(task, lock, "locked", false);
    log_.exit(task, task);
  }

  std::mt19937 random_;
  std::map<SpanId, SpanId> owner_, given_;  // of a lock; handed over to one that waits
  std::map<SpanId, Waiting> waits_;         // by task
  std::map<SpanId, std::vector<SpanId>> queues_;
};

// The tasks of the circles that were found and not broken.
inline std::set<replay::SpanId> stuck_in(const replay::Model& model) {
  std::set<replay::SpanId> out;
  for (const replay::Deadlock& deadlock : model.deadlocks) {
    if (deadlock.broken) continue;
    for (const replay::DeadlockLink& link : deadlock.links) out.insert(link.task.span);
  }
  return out;
}

}  // namespace ari::test

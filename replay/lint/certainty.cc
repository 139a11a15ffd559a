#include "replay/lint/certainty.h"

#include <algorithm>

#include "replay/lint/lints.h"
#include "replay/model/wait_graph.h"

namespace ari::replay {

namespace {

// Whether anything but this lock or join could let the task get on: a wait for one has a waker.
// Of a block_on Tokio tells no wakers, and of what blocks a thread nobody does.
bool may_have_another_way(const DeadlockLink& link) {
  return link.wakers != link.awaited || link.awaited > 1;
}

bool is_given_back(const Model& model, const DeadlockLink& link) {
  const Resource* lock = follow(model.resources, link.lock);
  if (link.queued || lock == nullptr || lock->span != link.lock.span) return false;
  return std::none_of(lock->holds.begin(), lock->holds.end(), [&](const Hold& hold) {
    return hold.task.index == link.hold.task.index && !hold.taker_over;
  });
}

}  // namespace

bool is_lock_guessed(const Coverage& coverage, SpanId lock, std::int64_t until_unix_ns) noexcept {
  if (coverage.facts.span_ids) return false;
  if (!coverage.facts.lifetimes) return true;
  if (!coverage.inferred) return false;
  const std::vector<GuessedLock>& guessed = coverage.inferred->guessed_locks;
  if (guessed.empty()) {
    return coverage.inferred->locks_guessed_since_unix_ns.value_or(INT64_MAX) <= until_unix_ns;
  }
  return std::any_of(guessed.begin(), guessed.end(), [&](const GuessedLock& one) {
    return (one.span == 0 || one.span == lock) && one.since_unix_ns <= until_unix_ns;
  });
}

bool is_circle_guessed(const Model& model, const Deadlock& deadlock) {
  return std::any_of(deadlock.links.begin(), deadlock.links.end(), [&](const DeadlockLink& link) {
    return is_lock_guessed(model.coverage.of_run_at(deadlock.first_line), link.lock.span,
                           deadlock.until_unix_ns);
  });
}

bool ended_with_its_task(const Model& model, const Deadlock& deadlock) {
  const Task& task = model.tasks[deadlock.links[*deadlock.broken].task.index];
  const bool returned = task.outcome && *task.outcome != subscriber::Outcome::kCancelled;
  return task.dropped_unix_ns.has_value() && !returned &&
         task.last_poll_ended_unix_ns.value_or(0) <= deadlock.until_unix_ns;
}

bool is_circle_certain(const Model& model, const Deadlock& deadlock) {
  const Coverage& coverage = model.coverage.of_run_at(deadlock.first_line);
  return !coverage.has_gaps() && !is_circle_guessed(model, deadlock) &&
         std::none_of(deadlock.links.begin(), deadlock.links.end(),
                      [](const DeadlockLink& link) { return link.hold.doubtful; });
}

Status deadlock_status(const Model& model, const Deadlock& deadlock) {
  if (deadlock.broken && !ended_with_its_task(model, deadlock)) return Status::kRefuted;
  const bool unsure =
      std::any_of(deadlock.links.begin(), deadlock.links.end(), may_have_another_way);
  return unsure || !is_circle_certain(model, deadlock) ? Status::kProvisional : Status::kDefinite;
}

bool is_standing(const Model& model, const Deadlock& deadlock) {
  if (!is_open(deadlock)) return false;
  // After a loss holders are not known any more (LockFold::lost).
  if (model.coverage.of_run_at(deadlock.first_line).events_lost > 0) return true;
  return std::none_of(deadlock.links.begin(), deadlock.links.end(),
                      [&](const DeadlockLink& link) { return is_given_back(model, link); });
}

}  // namespace ari::replay

#include "replay/model/corrected_task.h"

#include <algorithm>

namespace ari::replay {

namespace {

// A pair that follows the one before within this time may be its clearing away.
constexpr std::int64_t kAtOnceNs = 1'000'000;

// Whether the log has all that the task's state and wakers come of.
bool is_known(const Task& task) { return task.created_unix_ns.has_value() || task.is_retold; }

}  // namespace

CorrectedTask::CorrectedTask(const TaskRules& rules, const Task& task, const Moment& now,
                             bool watched)
    : TaskFold(rules, task, watched), times_(now.at_unix_ns, is_known(task)) {}

void CorrectedTask::enter(Task& task, const Moment& now, std::optional<bool> destroy) {
  if (entered_ > 0 && doubtful_) abandon_pair(task);
  doubtful_ = false;
  if (entered_++ > 0) return;
  ignored_ = times_.over();
  if (ignored_) return;
  if (const auto poll = times_.enter(now.at_unix_ns, now.line)) was_polled(task, *poll);
  destroy_ = destroy;
  watch_.entered(now.at_unix_ns, now.line);
  if (watched_) {
    life_.entered(task.life, now, times_.last_pair().scheduled_ns, destroy.value_or(false));
  }
}

void CorrectedTask::exit(Task& task, const Moment& now, const subscriber::Record& exit) {
  doubtful_ = false;
  if (entered_ == 0) return exit_unseen(now);
  if (--entered_ > 0 || ignored_) return;
  if (!destroy_.value_or(false)) park(task, exit);
  end_pair(task, now);
}

void CorrectedTask::end_pair(Task& task, const Moment& now) {
  times_.exit(now.at_unix_ns, now.line);
  if (watched_) life_.exited(task.life, now, destroy_.value_or(false) ? nullptr : task.parked_at);
  if (destroy_ == true) was_destroyed(task);
  if (destroy_ == false) {
    times_.settle_as_poll();
    was_polled(task, times_.last_pair());
  }
  update_watch(task, now);
}

// The exit was lost: the poll counts, its time does not.
void CorrectedTask::abandon_pair(Task& task) {
  entered_ = 0;
  if (ignored_) return;
  times_.exit_lost();
  if (destroy_ == true) {
    was_destroyed(task);
  } else {
    times_.settle_as_poll();
    const TaskPair& poll = times_.last_pair();
    if (poll.scheduled_ns) add_wait_sample(task, *poll.scheduled_ns);
    watch_.was_polled();
  }
}

void CorrectedTask::was_polled(Task& task, const TaskPair& poll) {
  add_poll_sample(task, poll.duration_ns());
  if (poll.scheduled_ns) add_wait_sample(task, *poll.scheduled_ns);
  if (times_.polls() == 1) note_first_poll(task, poll, true);
  watch_.was_polled();
}

void CorrectedTask::was_destroyed(Task& task) {
  times_.settle_as_destruction();
  watch_.was_destroyed();
  if (watched_) life_.was_destroyed(task.life);
}

void CorrectedTask::note_first_poll(Task& task, const TaskPair& poll, bool over) const {
  // Without its beginning nobody knows whether it was the first.
  if (!task.created_unix_ns) return;
  task.first_poll = FirstPoll{times_.as_logged(poll.start_unix_ns), poll.duration_ns(), over,
                              poll.first_line, poll.last_line};
}

void CorrectedTask::waker(Task& task, const Moment& now, const WakerUse& use) {
  if (watched_) LifeLine::waker(task.life, now, use);
  if (closed()) return;
  if (subscriber::is_wake(use.op)) times_.wake(now.at_unix_ns);
  clones_unknown_ = clones_unknown_ || task.waker_drops > task.waker_clones;
  update_watch(task, now);
}

void CorrectedTask::update_watch(const Task& task, const Moment& now) {
  if (times_.over()) return;
  const bool polled = times_.polls() > 0 || times_.has_held();
  const bool stuck = polled && !times_.running() && !times_.runnable() && task.waker_count() == 0;
  watch_.update(stuck, now.at_unix_ns, now.line);
}

void CorrectedTask::close(Task& task, const Moment& now) {
  if (times_.running()) {
    if (!destroy_.value_or(false)) park(task, {});
    end_pair(task, now);
  }
  closed_line_ = now.line;
  if (watched_) LifeLine::closed(task.life, now);
}

bool CorrectedTask::last_pair_was_destruction(const Task& task, const LogEnd& end) const {
  if (closed()) return end.destroy_pairs == DestroyPairs::Verdict::kMade;
  return !end.events_lost && DestroyPairs::ended_unclosed(end.destroy_pairs, task.kind, times_);
}

void CorrectedTask::finish(Task& task, const LogEnd& end) {
  // The log is cut in the middle of the task's destruction.
  if (times_.running() && destroy_.value_or(last_pair_was_destruction(task, end))) {
    end_pair(task, end.last);
  }
  if (times_.has_held()) {
    if (last_pair_was_destruction(task, end)) {
      was_destroyed(task);
    } else {
      times_.settle_as_poll();
      was_polled(task, times_.last_pair());
    }
  }
  if (times_.running()) finish_running(task, end);
  times_.finish(end.last.at_unix_ns, task);
  use_told_times(task);
  finish_watch(task, end);
  task.clones_missing = clones_unknown_ || !is_known(task);
  clock_steps_ += times_.clock_steps();
  sum_up_samples(task);
}

// A poll is going on when the log ends: it has waited, but has no duration yet.
void CorrectedTask::finish_running(Task& task, const LogEnd& end) {
  TaskPair poll = times_.last_pair();
  poll.end_unix_ns = std::max(poll.start_unix_ns, times_.moved_up(end.last.at_unix_ns));
  poll.last_line = end.last.line;  // up to which nothing ended it
  if (poll.scheduled_ns) add_wait_sample(task, *poll.scheduled_ns);
  if (times_.polls() == 0) note_first_poll(task, poll, false);
  watch_.was_polled();
  if (watched_) life_.cut(task.life, end.last.at_unix_ns);
}

void CorrectedTask::finish_watch(Task& task, const LogEnd& end) {
  if (!is_known(task) || clones_unknown_ || !is_woken_by_wakers(task.kind)) return;
  if (watch_.refuted()) task.lost_waker_spells.push_back(*watch_.refuted());
  const bool over = closed() || times_.over();
  auto spell = over ? watch_.at_task_end(task.dropped_unix_ns.value_or(end.last.at_unix_ns),
                                         closed() ? closed_line_ : task.last_line, task.outcome)
                    : watch_.at_log_end(end.last.at_unix_ns, end.last.line);
  if (!spell) return;
  // Where nothing tells of the destruction, a finished task whose span is kept open by
  // another looks the same. So does one that was woken in its last poll and cleared away.
  const bool told = destroy_.has_value() || task.outcome.has_value();
  const bool could_tell = told || end.destroy_pairs != DestroyPairs::Verdict::kNotMade;
  const TaskPair& last = times_.last_pair();
  const bool cleared_away = !told && !over && last.woken_in_poll && times_.polls() > 1 &&
                            *last.scheduled_ns < kAtOnceNs &&
                            spell->since_unix_ns == times_.as_logged(last.end_unix_ns);
  spell->doubtful = !could_tell || cleared_away;
  task.lost_waker_spells.push_back(*spell);
}

}  // namespace ari::replay

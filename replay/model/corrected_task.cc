#include "replay/model/corrected_task.h"

namespace ari::replay {

namespace {

// A pair that follows the one before within this time may be its clearing away.
constexpr std::int64_t kAtOnceNs = 1'000'000;

// Whether the log has all that the task's state and wakers come of.
bool is_known(const Task& task) { return task.created_unix_ns.has_value() || task.is_retold; }

}  // namespace

CorrectedTask::CorrectedTask(const TaskRules& rules, const Task& task, const Moment& now,
                             bool watched)
    : TaskFold(rules, task, watched), pairs_(now.at_unix_ns, is_known(task)) {}

void CorrectedTask::enter(Task& task, const Moment& now, std::optional<bool> destroy) {
  if (!pairs_.enter(now, destroy, [&](const TaskPair& pair) { settled(task, pair); })) return;
  watch_.entered(now.at_unix_ns, now.line);
  if (watched_) {
    life_.entered(task.life, now, times().last_pair().scheduled_ns, destroy.value_or(false));
  }
}

void CorrectedTask::exit(Task& task, const Moment& now, const subscriber::Record& exit) {
  if (pairs_.exit(now)) pair_ended(task, now, exit);
}

inline void CorrectedTask::pair_ended(Task& task, const Moment& now, const subscriber::Record& exit) {
  const bool destroyed = times().over();
  if (!destroyed) park(task, exit);
  if (watched_) life_.exited(task.life, now, destroyed ? nullptr : task.parked_at);
  if (!times().has_held()) settled(task, times().last_pair());
  update_watch(task, now);
}

void CorrectedTask::settled(Task& task, const TaskPair& pair) {
  if (!times().over()) return was_polled(task, pair, true);
  watch_.was_destroyed();
  if (watched_) life_.was_destroyed(task.life);
}

// If it is not over when the log ends it has waited, but has no duration yet.
void CorrectedTask::was_polled(Task& task, const TaskPair& poll, bool over) {
  if (over && !poll.exit_lost) add_poll_sample(task, poll.duration_ns());
  if (poll.scheduled_ns) add_wait_sample(task, *poll.scheduled_ns);
  // Without its beginning nobody knows whether it was the first.
  if (times().polls() == 1 && !poll.exit_lost && task.created_unix_ns) {
    task.first_poll = FirstPoll{times().as_logged(poll.start_unix_ns), poll.duration_ns(), over,
                                poll.first_line, poll.last_line};
  }
  watch_.was_polled();
}

void CorrectedTask::waker(Task& task, const Moment& now, const WakerUse& use) {
  if (watched_) LifeLine::waker(task.life, now, use);
  if (closed()) return;
  if (subscriber::is_wake(use.op)) pairs_.wake(now.at_unix_ns);
  clones_unknown_ = clones_unknown_ || task.waker_drops > task.waker_clones;
  update_watch(task, now);
}

void CorrectedTask::update_watch(const Task& task, const Moment& now) {
  if (times().over()) return;
  const bool polled = times().polls() > 0 || times().has_held();
  const bool stuck = polled && !times().running() && !times().runnable() && task.waker_count() == 0;
  watch_.update(stuck, now.at_unix_ns, now.line);
}

void CorrectedTask::close(Task& task, const Moment& now) {
  if (pairs_.close(now)) pair_ended(task, now, {});
  closed_line_ = now.line;
  if (watched_) LifeLine::closed(task.life, now);
}

void CorrectedTask::finish(Task& task, const LogEnd& end) {
  const bool running = times().running();
  if (pairs_.finish(end, task)) {
    // The log is cut in the middle of the task's destruction.
    if (running && watched_) life_.exited(task.life, end.last, nullptr);
    settled(task, times().last_pair());
  }
  if (times().running()) {
    TaskPair poll = times().last_pair();
    poll.last_line = end.last.line;  // up to which nothing ended it
    was_polled(task, poll, false);
    if (watched_) life_.cut(task.life, end.last.at_unix_ns);
  }
  use_told_times(task);
  finish_watch(task, end);
  task.clones_missing = clones_unknown_ || !is_known(task);
  clock_steps_ += times().clock_steps();
  sum_up_samples(task);
}

void CorrectedTask::finish_watch(Task& task, const LogEnd& end) {
  if (!is_known(task) || clones_unknown_ || !is_woken_by_wakers(task.kind)) return;
  if (watch_.refuted()) task.lost_waker_spells.push_back(*watch_.refuted());
  const bool over = closed() || times().over();
  auto spell = over ? watch_.at_task_end(task.dropped_unix_ns.value_or(end.last.at_unix_ns),
                                         closed() ? closed_line_ : task.last_line, task.outcome)
                    : watch_.at_log_end(end.last.at_unix_ns, end.last.line);
  if (!spell) return;
  // Where nothing tells of the destruction, a finished task whose span is kept open by
  // another looks the same. So does one that was woken in its last poll and cleared away.
  const bool told = pairs_.is_told() || task.outcome.has_value();
  const bool could_tell = told || end.destroy_pairs != DestroyPairs::Verdict::kNotMade;
  const TaskPair& last = times().last_pair();
  const bool cleared_away = !told && !over && last.woken_in_poll && times().polls() > 1 &&
                            *last.scheduled_ns < kAtOnceNs &&
                            spell->since_unix_ns == times().as_logged(last.end_unix_ns);
  spell->doubtful = !could_tell || cleared_away;
  task.lost_waker_spells.push_back(*spell);
}

}  // namespace ari::replay

// Every poll and every wait is an interval between two edges (enters and exits), and edges
// never step back; so the intervals are disjoint, lie inside the task's life, and their
// sum cannot exceed it. Constant time and space.
#include "replay/model/corrected_times.h"

#include <algorithm>

namespace ari::replay {

namespace {

// A span that closes so long after the destruction of its task tells nothing of the task.
constexpr std::int64_t kOutlivedNs = 1'000'000;

// An edge that lies behind the one before by more is no matter of two processors' clocks: the
// clock was set back.
constexpr std::int64_t kClockSkewNs = 1'000'000;

}  // namespace

CorrectedTimes::CorrectedTimes(std::int64_t since_unix_ns, bool spawned)
    : last_edge_unix_ns_(since_unix_ns), began_(spawned), since_unix_ns_(since_unix_ns) {
  if (spawned) runnable_since_unix_ns_ = since_unix_ns;
}

std::int64_t CorrectedTimes::not_before(std::int64_t earliest_unix_ns,
                                        std::int64_t at_unix_ns) noexcept {
  if (at_unix_ns >= earliest_unix_ns) return at_unix_ns;
  ++clock_steps_;
  return earliest_unix_ns;
}

std::int64_t CorrectedTimes::edge(std::int64_t earliest_unix_ns,
                                  std::int64_t logged_unix_ns) noexcept {
  const std::int64_t at_unix_ns = moved_up(logged_unix_ns);
  const std::int64_t behind_ns = earliest_unix_ns - at_unix_ns;
  if (behind_ns > kClockSkewNs) set_back_ns_ += behind_ns;
  return not_before(earliest_unix_ns, at_unix_ns);
}

std::optional<TaskPair> CorrectedTimes::enter(std::int64_t at_unix_ns, LineNumber line) {
  std::optional<TaskPair> poll;
  if (has_held()) {
    settle_as_poll();
    poll = pair_;
  }
  pair_ = TaskPair{};
  pair_.first_line = pair_.last_line = line;
  pair_.start_unix_ns = edge(last_edge_unix_ns_, at_unix_ns);
  if (runnable_since_unix_ns_) {
    const std::int64_t since = std::max(*runnable_since_unix_ns_, last_edge_unix_ns_);
    pair_.scheduled_ns = not_before(since, pair_.start_unix_ns) - since;
    pair_.woken_in_poll = woken_in_poll_;
    runnable_since_unix_ns_.reset();
  }
  last_edge_unix_ns_ = pair_.end_unix_ns = pair_.start_unix_ns;
  pair_is_ = PairIs::kOpen;
  return poll;
}

void CorrectedTimes::exit(std::int64_t at_unix_ns, LineNumber line) {
  pair_.end_unix_ns = last_edge_unix_ns_ = edge(pair_.start_unix_ns, at_unix_ns);
  pair_.last_line = line;
  pair_is_ = PairIs::kHeld;
}

void CorrectedTimes::exit_lost() noexcept {
  pair_.exit_lost = true;
  pair_is_ = PairIs::kHeld;
}

void CorrectedTimes::exit_unseen(std::int64_t logged_unix_ns) noexcept {
  const std::int64_t at_unix_ns = moved_up(logged_unix_ns);
  last_edge_unix_ns_ = std::max(last_edge_unix_ns_, at_unix_ns);
  // Where the enter must have been in the log, nobody knows whether it answered the wake.
  const bool in_gap = began_ || pair_is_ != PairIs::kNone;
  if (in_gap && runnable_since_unix_ns_ <= at_unix_ns) runnable_since_unix_ns_.reset();
}

void CorrectedTimes::wake(std::int64_t at_unix_ns) noexcept {
  if (runnable_since_unix_ns_) {
    redundant_wakes_ += over() ? 0 : 1;
    return;
  }
  runnable_since_unix_ns_ = moved_up(at_unix_ns);
  woken_in_poll_ = running();
}

void CorrectedTimes::settle_as_poll() {
  pair_is_ = PairIs::kPoll;
  count_poll();
  last_poll_ended_unix_ns_ = as_logged(pair_.end_unix_ns);
}

void CorrectedTimes::settle_as_destruction() { pair_is_ = PairIs::kDestruction; }

void CorrectedTimes::count_poll() {
  always_woken_ = always_woken_ && (polls_ == 0 || pair_.woken());
  if (polls_ == 0) first_poll_unix_ns_ = as_logged(pair_.start_unix_ns);
  ++polls_;
  last_poll_started_unix_ns_ = as_logged(pair_.start_unix_ns);
  busy_ns_ += pair_.duration_ns();
  if (pair_.duration_ns() > longest_poll_ns_) {
    longest_poll_ns_ = pair_.duration_ns();
    longest_poll_line_ = pair_.first_line;
  }
  if (pair_.scheduled_ns) count_wait(*pair_.scheduled_ns, pair_.first_line);
}

void CorrectedTimes::count_wait(std::int64_t waited_ns, LineNumber line) {
  scheduled_ns_ += waited_ns;
  if (waited_ns > longest_scheduled_ns_) {
    longest_scheduled_ns_ = waited_ns;
    longest_scheduled_line_ = line;
  }
}

void CorrectedTimes::finish(std::int64_t end_unix_ns, Task& task) {
  std::int64_t until = moved_up(task.dropped_unix_ns.value_or(end_unix_ns));
  // Another span that is inside of the task's keeps that open.
  const bool outlived = over() && until - pair_.end_unix_ns >= kOutlivedNs;
  if (over() && (outlived || !task.dropped_unix_ns)) until = pair_.end_unix_ns;
  until = not_before(last_edge_unix_ns_, until);

  if (running()) {
    pair_.end_unix_ns = until;
    count_poll();
  }
  if (task.dropped_unix_ns || over()) {
    task.state = State::kCompleted;
  } else if (running()) {
    task.state = State::kRunning;
    task.state_since_unix_ns = as_logged(pair_.start_unix_ns);
  } else if (runnable_since_unix_ns_) {
    task.state = State::kScheduled;
    const std::int64_t since = std::max(*runnable_since_unix_ns_, last_edge_unix_ns_);
    task.state_since_unix_ns = as_logged(since);
    count_wait(std::max<std::int64_t>(0, until - since), task.last_line);
  } else {
    task.state = State::kIdle;
    task.state_since_unix_ns = as_logged(last_edge_unix_ns_);
  }
  task.polls = polls_;
  task.redundant_wakes = redundant_wakes_;
  task.busy_ns = busy_ns_;
  task.scheduled_ns = scheduled_ns_;
  task.total_ns = until - since_unix_ns_;
  task.idle_ns = task.total_ns - busy_ns_ - scheduled_ns_;
  if (polls_ > 0) {
    task.first_poll_unix_ns = first_poll_unix_ns_;
    task.last_poll_started_unix_ns = last_poll_started_unix_ns_;
  }
  task.last_poll_ended_unix_ns = last_poll_ended_unix_ns_;
  task.longest_poll_ns = longest_poll_ns_;
  task.longest_poll_line = longest_poll_line_;
  task.longest_scheduled_ns = longest_scheduled_ns_;
  task.longest_scheduled_line = longest_scheduled_line_;
}

}  // namespace ari::replay

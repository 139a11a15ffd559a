// The rules are those of console-subscriber 0.5 (stats.rs) and of tokio-console 0.1.14
// (state/tasks.rs). Comparisons of instants that may be missing follow Rust's Option: none
// is before any. Constant time and space.
#include "replay/model/console_times.h"

#include <algorithm>

#include "replay/model/saturating.h"

namespace ari::replay {

ConsoleTimes::Step ConsoleTimes::enter(std::int64_t at_unix_ns) {
  if (current_polls_++ > 0) return {};
  if (!first_poll_unix_ns_) first_poll_unix_ns_ = at_unix_ns;
  last_poll_started_unix_ns_ = at_unix_ns;
  ++polls_;
  const std::optional<std::int64_t> since = std::max(last_wake_unix_ns_, last_poll_ended_unix_ns_);
  if (!since) return {.is_poll = true};
  const std::int64_t waited_ns = std::max<std::int64_t>(0, at_unix_ns - *since);
  scheduled_ns_ = saturating_add(scheduled_ns_, waited_ns);
  return {true, waited_ns, at_unix_ns < *since};
}

ConsoleTimes::Step ConsoleTimes::exit(std::int64_t at_unix_ns) {
  if (current_polls_-- > 1 || !last_poll_started_unix_ns_) return {};
  last_poll_ended_unix_ns_ = at_unix_ns;
  const std::int64_t took_ns = at_unix_ns - *last_poll_started_unix_ns_;
  if (took_ns < 0) return {true, std::nullopt, true};
  busy_ns_ = saturating_add(busy_ns_, took_ns);
  return {true, took_ns, false};
}

void ConsoleTimes::wake(std::int64_t at_unix_ns) {
  last_wake_unix_ns_ = std::max<std::optional<std::int64_t>>(last_wake_unix_ns_, at_unix_ns);
}

State ConsoleTimes::state(const Task& task) const noexcept {
  if (task.dropped_unix_ns) return State::kCompleted;
  if (last_poll_started_unix_ns_ > last_poll_ended_unix_ns_) return State::kRunning;
  if (last_wake_unix_ns_ > last_poll_started_unix_ns_) return State::kScheduled;
  return State::kIdle;
}

std::int64_t ConsoleTimes::state_since(State state, std::int64_t since_unix_ns) const noexcept {
  if (state == State::kRunning) return *last_poll_started_unix_ns_;
  if (state == State::kScheduled) return *last_wake_unix_ns_;
  return last_poll_ended_unix_ns_.value_or(since_unix_ns);
}

void ConsoleTimes::finish(std::int64_t since_unix_ns, std::int64_t end_unix_ns, Task& task) const {
  task.state = state(task);
  task.polls = polls_;
  task.busy_ns = busy_ns_;
  task.scheduled_ns = scheduled_ns_;
  task.first_poll_unix_ns = first_poll_unix_ns_;
  task.last_wake_unix_ns = last_wake_unix_ns_;
  task.last_poll_started_unix_ns = last_poll_started_unix_ns_;
  task.last_poll_ended_unix_ns = last_poll_ended_unix_ns_;

  const std::int64_t created = task.created_unix_ns.value_or(since_unix_ns);
  const std::int64_t until = task.dropped_unix_ns.value_or(end_unix_ns);
  task.state_since_unix_ns = state_since(task.state, created);
  task.total_ns = std::max<std::int64_t>(0, until - created);
  const auto add_open = [&](std::int64_t& sum_ns, std::int64_t at_unix_ns) {
    sum_ns = saturating_add(sum_ns, std::max<std::int64_t>(0, until - at_unix_ns));
  };
  if (!task.dropped_unix_ns) {
    if (task.state == State::kRunning) add_open(task.busy_ns, *last_poll_started_unix_ns_);
    if (last_wake_unix_ns_ > last_poll_started_unix_ns_) {
      add_open(task.scheduled_ns, *last_wake_unix_ns_);
    }
  }
  task.idle_ns =
      std::max<std::int64_t>(0, task.total_ns - saturating_add(task.busy_ns, task.scheduled_ns));
}

}  // namespace ari::replay

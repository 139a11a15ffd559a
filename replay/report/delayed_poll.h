// DelayedPoll: a time in which a task was ready and not polled, and the timer that woke it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "replay/model/model.h"
#include "replay/model/timer_watch.h"
#include "replay/model/waker_ledger.h"
#include "replay/result.h"

namespace ari::replay {

// The timer that woke a task, or should have, as far as that can be inferred from whose waker was
// used.
struct FiredTimer {
  const TimerClone* clone = nullptr;
  WakerBasis basis{};
  // How long after its due time it woke the task: at least, and a millisecond more at most; 0 if it
  // was in time (lateness_ns()).
  std::int64_t late_ns = 0;

  bool is_late() const noexcept { return late_ns > 0; }
};

// Points into the task's life and the timers.
struct DelayedPoll {
  const LifeEvent* poll = nullptr;  // null: it has still to come when the log ends
  std::size_t number = 0;           // from 1, among the task's polls
  const LifeEvent* wake = nullptr;  // what made it runnable; null: its spawn, or not on record
  std::int64_t from_unix_ns = 0, until_unix_ns = 0;
  std::optional<FiredTimer> timer;  // nothing: no timer did that, or the log does not tell
  // It is not ready, since its timer has still to fire: the delay is since that was due.
  bool timer_overdue = false;

  std::int64_t waited_ns() const noexcept { return until_unix_ns - from_unix_ns; }
  // From when a timer should have woken it, if that came late.
  std::int64_t delayed_ns() const noexcept {
    return waited_ns() + (timer && timer->is_late() && !timer_overdue ? timer->late_ns : 0);
  }
};

// Poll `number` of the task, or else the one that was delayed most; one that has still to come,
// and for which the task is ready or should have been woken by a timer, counts too. An error if
// there is none, nothing on record asked for it, or the log does not tell of polls. Requires: the
// task was watched, by `timers` too.
Result<DelayedPoll> find_delay(const Model& model, const Task& task, const TimerWatch& timers,
                               std::optional<std::size_t> number);

}  // namespace ari::replay

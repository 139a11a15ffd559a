#include "replay/report/delayed_poll.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "replay/model/open_time.h"
#include "replay/model/task_kind.h"
#include "replay/report/told_task.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

bool is_wake(const LifeEvent& event) {
  return event.kind == LifeEvent::Kind::kWaker && subscriber::is_wake(event.op);
}

// Finds the timer, if any, that woke a task, for each of its wakes.
class TimersOfWakes {
 public:
  TimersOfWakes(const Model& model, const Task& task, const TimerWatch& timers)
      : task_(task), timers_(timers), ledger_(waker_ledger(task)) {
    for (const Task& other : model.tasks) {
      if (is_closure(other.kind)) workers_.emplace(other.span, &other);
    }
  }

  // Requires: wakes come in order.
  std::optional<FiredTimer> timer_of(const LifeEvent& wake) {
    while (next_ < ledger_.entries.size() && &event_of(next_) < &wake) ++next_;
    if (next_ == ledger_.entries.size() || !ledger_.entries[next_].waker || is_by_task(wake)) {
      return std::nullopt;
    }
    const LedgerWaker& waker = ledger_.wakers[*ledger_.entries[next_].waker];
    const TimerClone* clone = timers_.cloned_in(event_of(waker.cloned).first_line);
    if (clone == nullptr) return std::nullopt;
    const std::int64_t late_ns = lateness_ns(wake.at_unix_ns - clone->due_unix_ns);
    return FiredTimer{clone, ledger_.entries[next_].basis, late_ns};
  }

  // The one that should have woken it first, if that is past due; only if it is certain that its
  // waker is left.
  std::optional<FiredTimer> overdue(std::int64_t end_unix_ns) const {
    std::optional<FiredTimer> first;
    for (const LedgerWaker& waker : ledger_.wakers) {
      if (waker.gone || waker.doubtful) continue;
      const TimerClone* clone = timers_.cloned_in(event_of(waker.cloned).first_line);
      if (clone == nullptr || (first && first->clone->due_unix_ns <= clone->due_unix_ns)) continue;
      first = FiredTimer{clone, WakerBasis::kClone, lateness_ns(end_unix_ns - clone->due_unix_ns)};
    }
    return first && first->is_late() ? first : std::nullopt;
  }

 private:
  const LifeEvent& event_of(std::size_t entry) const {
    return task_.life[ledger_.entries[entry].event];
  }

  // Whether a task did it in its own code, be it one of several. Tokio's workers are tasks too.
  bool is_by_task(const LifeEvent& wake) const {
    if (wake.self_wake || wake.by_unclear) return true;
    if (wake.by_task == 0) return false;
    const auto [begin, end] = workers_.equal_range(wake.by_task);
    return std::none_of(begin, end, [&](const auto& worker) {
      return worker.second->first_line <= wake.first_line &&
             worker.second->last_line >= wake.first_line;
    });
  }

  const Task& task_;
  const TimerWatch& timers_;
  const WakerLedger ledger_;
  std::unordered_multimap<SpanId, const Task*> workers_;
  std::size_t next_ = 0;  // entry of the ledger
};

Error no_delay(const Task& task, std::optional<std::size_t> number, std::size_t polls,
               bool is_there) {
  if (number && !is_there) {
    return Error{fmt::format("{} has no poll {}: it was polled {}", task_label(task), *number,
                             count_text(polls, "time", "times"))};
  }
  return Error{fmt::format("{}: nothing on record asked for {}, so there is no delay to explain",
                           task_label(task), number ? "that poll" : "a poll of it")};
}

}  // namespace

Result<DelayedPoll> find_delay(const Model& model, const Task& task, const TimerWatch& timers,
                               std::optional<std::size_t> number) {
  if (!are_polls_told(task, model.coverage)) {
    return Error{
        fmt::format("{}: the log tells of no poll, so how long one was delayed is not known",
                    task_label(task))};
  }
  TimersOfWakes timers_of_wakes(model, task, timers);
  std::optional<DelayedPoll> found;
  std::size_t polls = 0;
  const LifeEvent* wake = nullptr;  // the first that no poll has answered yet
  const auto look_at = [&](const DelayedPoll& delay) {
    const bool longer = !found || delay.delayed_ns() > found->delayed_ns();
    if (number ? *number == delay.number : longer) found = delay;
  };
  const auto timer = [&] {
    return wake != nullptr ? timers_of_wakes.timer_of(*wake) : std::nullopt;
  };
  for (const LifeEvent& event : task.life) {
    if (is_wake(event) && wake == nullptr) wake = &event;
    if (event.kind != LifeEvent::Kind::kPoll) continue;
    ++polls;
    if (event.scheduled_ns) {
      look_at(
          {&event, polls, wake, event.at_unix_ns - *event.scheduled_ns, event.at_unix_ns, timer()});
    }
    wake = nullptr;
  }
  const std::int64_t end =
      std::max(task.state_since_unix_ns, end_of_recording(model, task.last_line));
  if (task.state == State::kScheduled) {
    look_at({nullptr, polls + 1, wake, task.state_since_unix_ns, end, timer()});
  } else if (task.state == State::kIdle) {
    if (const auto overdue = timers_of_wakes.overdue(end)) {
      look_at({nullptr, polls + 1, nullptr, overdue->clone->due_unix_ns, end, overdue, true});
    }
  }
  if (found) return *found;
  return no_delay(task, number, polls, number && *number >= 1 && *number <= polls);
}

}  // namespace ari::replay

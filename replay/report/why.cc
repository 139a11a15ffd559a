#include "replay/report/why.h"

#include <algorithm>
#include <limits>

namespace ari::replay {

namespace {

constexpr std::uint32_t kNoThread = std::numeric_limits<std::uint32_t>::max();

// The turn in which a timer fired that woke a task here: turns are told once they are over.
std::optional<DriverTurn> turn_after(const std::vector<DriverTurn>& turns, const LifeEvent& wake) {
  for (const DriverTurn& turn : turns) {
    if (turn.thread == wake.thread && turn.line > wake.first_line) return turn;
  }
  return std::nullopt;
}

void explain_timer(const ThreadActivity& activity, Why& why) {
  const LifeEvent& wake = *why.delayed.wake;
  const std::int64_t late_ns = why.delayed.timer->late_ns;
  why.turn = turn_after(activity.turns(), wake);
  why.timer_late.not_told_ns = late_ns;
  if (why.basis == "none" || (why.basis != "one_thread" && wake.thread == 0)) return;
  why.timer_late = spent_on_thread(activity.slices(), wake.thread, why.task->span,
                                   wake.at_unix_ns - late_ns, wake.at_unix_ns);
}

std::string_view basis_of(const Model& model, const ThreadActivity& activity,
                          const DelayedPoll& delayed) {
  const bool threads = model.coverage.facts.threads;
  if (threads && delayed.poll != nullptr && delayed.poll->thread != 0) return "thread";
  if (activity.could_be_one_thread()) return "one_thread";
  return threads && delayed.poll == nullptr ? "not_polled" : "none";
}

}  // namespace

Period period_of(const DelayedPoll& delayed) {
  const std::int64_t due = delayed.timer ? delayed.timer->clone->due_unix_ns : delayed.from_unix_ns;
  return {std::min(due, delayed.from_unix_ns), delayed.until_unix_ns};
}

Why explain(const Model& model, const ThreadActivity& activity, const Task& task,
            const DelayedPoll& delayed) {
  Why why{&task, delayed, basis_of(model, activity, delayed), {}, {}, {}, std::nullopt};
  const std::int64_t from = delayed.from_unix_ns, until = delayed.until_unix_ns;
  const std::vector<Slice>& slices = activity.slices();
  const std::uint32_t thread = delayed.poll != nullptr ? delayed.poll->thread : kNoThread;
  why.here.not_told_ns = delayed.waited_ns();
  if (delayed.poll != nullptr && why.basis != "none") {
    why.here = spent_on_thread(slices, thread, task.span, from, until);
  }
  if (why.basis != "none") why.elsewhere = spent_elsewhere(slices, thread, task.span, from, until);
  // Not polled yet, it waits for the one thread there is: no poll there is around its own.
  if (delayed.poll == nullptr && why.basis == "one_thread" && !why.elsewhere.empty()) {
    why.here = std::move(why.elsewhere.front());
    why.elsewhere.clear();
  }
  if (delayed.timer && !delayed.timer_overdue) explain_timer(activity, why);
  return why;
}

}  // namespace ari::replay

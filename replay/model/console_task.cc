#include "replay/model/console_task.h"

namespace ari::replay {

ConsoleTask::ConsoleTask(const TaskRules& rules, const Task& task, const Moment& now, bool watched)
    : TaskFold(rules, task, watched), since_unix_ns_(now.at_unix_ns) {}

void ConsoleTask::enter(Task& task, const Moment& now, std::optional<bool>) {
  const ConsoleTimes::Step step = times_.enter(now.at_unix_ns);
  clock_steps_ += step.clock_step ? 1 : 0;
  if (!step.is_poll) return;
  poll_line_ = now.line;
  if (step.sample_ns) {
    add_wait_sample(task, *step.sample_ns);
    if (*step.sample_ns > task.longest_scheduled_ns) {
      task.longest_scheduled_ns = *step.sample_ns;
      task.longest_scheduled_line = now.line;
    }
  }
  if (watched_) life_.entered(task.life, now, step.sample_ns, false);
}

void ConsoleTask::exit(Task& task, const Moment& now, const subscriber::Record& exit) {
  const ConsoleTimes::Step step = times_.exit(now.at_unix_ns);
  clock_steps_ += step.clock_step ? 1 : 0;
  if (!step.is_poll) return;
  if (step.sample_ns) {
    add_poll_sample(task, *step.sample_ns);
    if (*step.sample_ns > task.longest_poll_ns) {
      task.longest_poll_ns = *step.sample_ns;
      task.longest_poll_line = poll_line_;
    }
  }
  park(task, exit);
  if (watched_) life_.exited(task.life, now, task.parked_at);
}

void ConsoleTask::waker(Task& task, const Moment& now, const WakerUse& use) {
  if (subscriber::is_wake(use.op)) times_.wake(now.at_unix_ns);
  if (watched_) LifeLine::waker(task.life, now, use);
}

void ConsoleTask::close(Task& task, const Moment& now) {
  if (watched_) LifeLine::closed(task.life, now);
}

// Once the first poll is over the console has forgotten it.
void ConsoleTask::note_first_poll(Task& task, const LogEnd& end) const {
  const std::int64_t took_ns = end.last.at_unix_ns - *task.last_poll_started_unix_ns;
  if (task.polls > 1) return;
  task.first_poll = FirstPoll{.start_unix_ns = *task.last_poll_started_unix_ns,
                              .duration_ns = took_ns,
                              .first_line = poll_line_,
                              .last_line = task.last_line};
}

void ConsoleTask::finish(Task& task, const LogEnd& end) {
  times_.finish(since_unix_ns_, end.last.at_unix_ns, task);
  if (task.state == State::kRunning) {
    if (watched_) life_.cut(task.life, end.last.at_unix_ns);
    note_first_poll(task, end);
  }
  use_told_times(task);
  sum_up_samples(task);
}

}  // namespace ari::replay

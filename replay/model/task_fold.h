// TaskFold: what is remembered of one task until its figures are final.
//
// Fold finds the task that a record is about and calls this; the figures end up in the
// Task. There is one kind per semantics: ConsoleTask and CorrectedTask. The Task is passed
// in each time because it moves as Model::tasks grows.
//
//   created → (enter → exit)* → close → finish
//                waker, at any time, even after close
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "replay/model/distribution.h"
#include "replay/model/life_line.h"
#include "replay/model/task.h"
#include "replay/model/task_pairs.h"
#include "replay/model/text_pool.h"

namespace ari::replay {

// The same for all tasks of a log.
struct TaskRules {
  Semantics semantics{};
  Samples* all_polls = nullptr;  // of the tasks of kind task and local
  Samples* all_waits = nullptr;
  TextPool* texts = nullptr;
  bool keep_samples = false;  // in each Task
};

class TaskFold {
 public:
  virtual ~TaskFold() = default;

  // `destroy`: whether it is the task's destruction, where the log says so. `now.at_unix_ns`
  // is never negative, here and everywhere.
  virtual void enter(Task& task, const Moment& now, std::optional<bool> destroy) = 0;
  // Requires: an enter without exit.
  virtual void exit(Task& task, const Moment& now, const subscriber::Record& exit) = 0;
  // The task was left, but where it was entered is not in the log.
  virtual void exit_unseen(const Moment& now) = 0;
  // The task's counts are up to date.
  virtual void waker(Task& task, const Moment& now, const WakerUse& use) = 0;
  // task.dropped_unix_ns and outcome are set.
  virtual void close(Task& task, const Moment& now) = 0;
  // Events were lost on the thread that polls the task, maybe the exit among them.
  virtual void doubt_exit() = 0;

  // For DestroyPairs: the times, if finish() has to be told what the last pair was.
  virtual const CorrectedTimes* undecided() const = 0;

  // Fills in the task's figures. Called once.
  virtual void finish(Task& task, const LogEnd& end) = 0;

  std::uint64_t clock_steps() const noexcept { return clock_steps_; }
  bool watched() const noexcept { return watched_; }
  // The task turned out to be worth a life line after its beginning.
  void watch() noexcept { watched_ = true; }

 protected:
  TaskFold(const TaskRules& rules, const Task& task, bool watched);

  void add_poll_sample(Task& task, std::int64_t busy_ns);
  void add_wait_sample(Task& task, std::int64_t scheduled_ns);
  void sum_up_samples(Task& task);
  // Of a task that was never entered in the log, whose close tells how long it was busy: that. It
  // leaves open how long of the rest it was scheduled. Requires: the other times are worked out.
  static void use_told_times(Task& task);
  void park(Task& task, const subscriber::Record& exit);

  bool watched_;
  LifeLine life_;
  std::uint64_t clock_steps_ = 0;

 private:
  struct OwnSamples {
    Samples polls, waits;
  };
  OwnSamples& own();

  const TaskRules* rules_;
  bool in_all_;                      // its polls and waits belong to the log's distributions
  std::unique_ptr<OwnSamples> own_;  // only when watched
};

// `watched`: write its life line and work out its own distributions.
std::unique_ptr<TaskFold> make_task_fold(const TaskRules& rules, Task& task, const Moment& now,
                                         bool watched);

}  // namespace ari::replay

// CorrectedTask: one task folded in corrected semantics.
//
// What the last pair of enter and exit was, a poll or the task's destruction, may be known only at
// the end of the log (task_pairs.h), or when the task closes if what the log will say is foreseen.
// Until then everything that depends on it is held back: the pair's times, its samples, and what it
// means for a task that seemed to have lost its wakers.
#pragma once

#include "replay/model/task_fold.h"
#include "replay/model/waker_watch.h"

namespace ari::replay {

class CorrectedTask final : public TaskFold {
 public:
  CorrectedTask(const TaskRules& rules, const Task& task, const Moment& now, bool watched);

  void enter(Task& task, const Moment& now, std::optional<bool> destroy) override;
  void exit(Task& task, const Moment& now, const subscriber::Record& exit) override;
  void exit_unseen(const Moment& now) override { pairs_.exit(now); }
  void waker(Task& task, const Moment& now, const WakerUse& use) override;
  void close(Task& task, const Moment& now) override;
  void doubt_exit() override { pairs_.doubt_exit(); }
  const CorrectedTimes* undecided() const override { return pairs_.undecided(); }
  void finish(Task& task, const LogEnd& end) override;

 private:
  bool closed() const noexcept { return closed_line_ != 0; }
  const CorrectedTimes& times() const noexcept { return pairs_.times(); }
  void pair_ended(Task& task, const Moment& now, const subscriber::Record& exit);
  void settled(Task& task, const TaskPair& pair);
  void was_polled(Task& task, const TaskPair& poll, bool over);
  void update_watch(const Task& task, const Moment& now);
  void finish_watch(Task& task, const LogEnd& end);

  WakerWatch watch_;
  TaskPairs pairs_;
  LineNumber closed_line_ = 0;   // 0: not closed
  bool clones_unknown_ = false;  // more wakers were dropped than cloned
};

}  // namespace ari::replay

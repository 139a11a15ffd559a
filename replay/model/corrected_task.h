// CorrectedTask: one task folded in corrected semantics.
//
// What the last pair of enter and exit was, a poll or the task's destruction, is known at
// once where the log says so, else at the end of the log, or when the task closes if what the log
// will say is foreseen. Until then everything that depends on it is held back: the pair's times,
// its samples, and what it means for a task that seemed to have lost its wakers.
#pragma once

#include "replay/model/corrected_times.h"
#include "replay/model/task_fold.h"
#include "replay/model/waker_watch.h"

namespace ari::replay {

class CorrectedTask final : public TaskFold {
 public:
  CorrectedTask(const TaskRules& rules, const Task& task, const Moment& now, bool watched);

  void enter(Task& task, const Moment& now, std::optional<bool> destroy) override;
  void exit(Task& task, const Moment& now, const subscriber::Record& exit) override;
  void exit_unseen(const Moment& now) override { times_.exit_unseen(now.at_unix_ns); }
  void waker(Task& task, const Moment& now, const WakerUse& use) override;
  void close(Task& task, const Moment& now) override;
  void doubt_exit() override { doubtful_ = true; }
  const CorrectedTimes* undecided() const override { return times_.has_held() ? &times_ : nullptr; }
  void finish(Task& task, const LogEnd& end) override;

 private:
  bool closed() const noexcept { return closed_line_ != 0; }
  void end_pair(Task& task, const Moment& now);
  void abandon_pair(Task& task);
  void was_polled(Task& task, const TaskPair& poll);
  void was_destroyed(Task& task);
  void note_first_poll(Task& task, const TaskPair& poll, bool over) const;
  void update_watch(const Task& task, const Moment& now);
  bool last_pair_was_destruction(const Task& task, const LogEnd& end) const;
  void finish_running(Task& task, const LogEnd& end);
  void finish_watch(Task& task, const LogEnd& end);

  CorrectedTimes times_;
  WakerWatch watch_;
  std::uint32_t entered_ = 0;    // enters without exit
  LineNumber closed_line_ = 0;   // 0: not closed
  std::optional<bool> destroy_;  // what the log says of the last pair
  bool ignored_ = false;         // the pair came after the destruction
  bool doubtful_ = false;        // the last exit may have been lost
  bool clones_unknown_ = false;  // more wakers were dropped than cloned
};

}  // namespace ari::replay

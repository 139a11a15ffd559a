// ConsoleTask: one task folded in the console's semantics.
#pragma once

#include "replay/model/console_times.h"
#include "replay/model/task_fold.h"

namespace ari::replay {

class ConsoleTask final : public TaskFold {
 public:
  ConsoleTask(const TaskRules& rules, const Task& task, const Moment& now, bool watched);

  void enter(Task& task, const Moment& now, std::optional<bool> destroy) override;
  void exit(Task& task, const Moment& now, const subscriber::Record& exit) override;
  void exit_unseen(const Moment&) override {}
  void waker(Task& task, const Moment& now, const WakerUse& use) override;
  void close(Task& task, const Moment& now) override;
  void doubt_exit() override {}
  const CorrectedTimes* undecided() const override { return nullptr; }
  void finish(Task& task, const LogEnd& end) override;

 private:
  void note_first_poll(Task& task, const LogEnd& end) const;

  ConsoleTimes times_;
  std::int64_t since_unix_ns_;
  LineNumber poll_line_ = 0;
};

}  // namespace ari::replay

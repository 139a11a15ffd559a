// WakerWatch: finds the times in which a task could not be woken any more.
//
// Fed by TaskFold, which knows when a task is stuck: it was polled, is not running, not
// woken, and no waker of it exists. What follows decides what the stuck spell was worth: a
// poll or wake refutes it, the task's end or the log's end confirms it. When a pair of
// enter and exit follows that may be a poll or the task's destruction, the spell before it
// waits until that is known.
#pragma once

#include <cstdint>
#include <optional>

#include "replay/model/rare.h"
#include "replay/model/task.h"

namespace ari::replay {

class WakerWatch {
 public:
  // The task is stuck, or is not, after an event other than an enter.
  void update(bool stuck, std::int64_t at_unix_ns, LineNumber line);

  // The task was entered.
  void entered(std::int64_t at_unix_ns, LineNumber line);

  // The last enter was a poll, or the task's destruction: then all that came after it was
  // no spell either.
  void was_polled();
  void was_destroyed();

  // The task's end: the spell that lasted to it. Nothing if there is none, or if all it
  // shows is a task that had finished and was cleared away soon after.
  std::optional<LostWakerSpell> at_task_end(std::int64_t at_unix_ns, LineNumber line,
                                            std::optional<Outcome> outcome) const;

  // The log's end: the spell that lasts to it.
  std::optional<LostWakerSpell> at_log_end(std::int64_t at_unix_ns, LineNumber line) const;

  // The longest spell that was refuted.
  const Rare<LostWakerSpell>& refuted() const noexcept { return refuted_; }

 private:
  void refute(LostWakerSpell spell);

  // Of most tasks there is none of these, at any time.
  Rare<LostWakerSpell> open_;
  Rare<LostWakerSpell> before_pair_;  // ended by the last enter
  Rare<LostWakerSpell> refuted_;
  std::int64_t entered_unix_ns_ = 0;
  bool destroyed_ = false;
};

}  // namespace ari::replay

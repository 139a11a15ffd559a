#include "replay/model/task_pairs.h"

namespace ari::replay {

// The exit was lost. Returns whether it was that of a pair.
bool TaskPairs::abandon() {
  entered_ = 0;
  if (!times_.running()) return false;
  times_.exit_lost();
  settle(destroy_.value_or(false));
  return true;
}

// Whether the last pair was the task's destruction, or is if it is still open.
bool TaskPairs::was_destroyed(const LogEnd& end, const Task& task) const {
  if (destroy_) return *destroy_;
  if (task.dropped_unix_ns) return end.destroy_pairs == DestroyPairs::Verdict::kMade;
  return !end.events_lost && DestroyPairs::ended_unclosed(end.destroy_pairs, task.kind, times_);
}

bool TaskPairs::finish(const LogEnd& end, Task& task) {
  const bool destroyed = was_destroyed(end, task);
  // The log is cut in the middle of it.
  if (times_.running() && destroyed) times_.exit(end.last.at_unix_ns, end.last.line);
  const bool settles = times_.has_held();
  if (settles) settle(destroyed);
  times_.finish(end.last.at_unix_ns, task);
  return settles;
}

}  // namespace ari::replay

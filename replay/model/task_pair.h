// TaskPair: one enter of a task's span with its exit.
//
// Usually a poll. But Tokio enters a task's span once more to destroy its future, and most
// logs do not tell the two apart; so what a pair was is decided later, see DestroyPairs.
#pragma once

#include <cstdint>
#include <optional>

#include "replay/model/task.h"

namespace ari::replay {

struct TaskPair {
  std::int64_t start_unix_ns = 0;
  std::int64_t end_unix_ns = 0;
  std::optional<std::int64_t> scheduled_ns;  // since the task became runnable, if that is on record
  bool woken_in_poll = false;                // … by a wake that came during the pair before
  bool exit_lost = false;                    // nobody knows how long it took: it ends as it starts
  LineNumber first_line = 0, last_line = 0;

  // Whether the log says why the task was polled: its spawn or a wake.
  bool woken() const noexcept { return scheduled_ns.has_value(); }
  std::int64_t duration_ns() const noexcept { return end_unix_ns - start_unix_ns; }
};

}  // namespace ari::replay

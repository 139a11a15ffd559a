// The lints, one file each.
#pragma once

#include "replay/lint/lint.h"
#include "replay/model/task_kind.h"

namespace ari::replay {

// tokio-console's.
Lint self_wakes();
Lint lost_waker();
Lint never_yielded();
Lint auto_boxed_future();
Lint large_future();

// Ours.
Lint never_polled();
Lint long_poll();
Lint outlier_poll();
Lint long_scheduled();
Lint late_timer();
Lint redundant_wakes();
Lint task_leak();
Lint deadlock();
Lint budget_exhausted();
Lint blocked_worker();
Lint lock_held_across_long_wait();

// What the last figures hold up to, in a sentence.
inline std::string_view log_end_words(const Coverage& coverage) noexcept {
  return coverage.as_of_unix_ns ? "that instant" : "the end of the log";
}

// Tasks of kinds block_on, blocking and worker are not meant to yield, and Tokio records no wakers
// of theirs: lints about yielding and waking pass over them, as tokio-console's do. How long one
// that was woken waited is another matter (is_woken_on_record()).
inline bool is_exempt(const Task& task) noexcept {
  return task.kind == "block_on" || is_closure(task.kind);
}

}  // namespace ari::replay

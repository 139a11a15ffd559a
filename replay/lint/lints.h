// The lints, one file each.
#pragma once

#include <algorithm>

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

// Whether a file that goes on with the one before it does so behind others that are not there.
inline bool lacks_files(const Coverage& coverage) noexcept {
  return std::any_of(coverage.files.begin(), coverage.files.end(), [](const FileCoverage& file) {
    return file.continues && file.parts_missing > 0;
  });
}

// Whether lines are missing within the log: what looks like one poll, or one wait, may be several.
inline bool may_be_several(const Coverage& coverage) noexcept {
  return coverage.events_lost > 0 || coverage.enters_in_gaps > 0 ||
         coverage.enters_without_exit > 0 || coverage.news_in_gaps > 0 || lacks_files(coverage);
}

// Whether events are missing in the middle of the log, so that what is not there proves nothing.
inline bool has_gaps(const Coverage& coverage) noexcept {
  return coverage.has_gaps() || lacks_files(coverage);
}

// Tasks of kinds block_on, blocking and worker have no wakers of their own and are not meant to
// yield: lints about waking and yielding pass over them, as tokio-console's do.
inline bool is_exempt(const Task& task) noexcept {
  return task.kind == "block_on" || is_closure(task.kind);
}

}  // namespace ari::replay

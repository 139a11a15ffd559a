// The lints, one file each. Every check adds what it finds in the model, in order of tasks.
#pragma once

#include <vector>

#include "replay/lint/finding.h"

namespace ari::replay {

using Findings = std::vector<Finding>;

// More than half of the task's wakes came during its own polls: a busy loop in disguise.
void check_self_wakes(const Model& model, Findings& findings);

// Nothing is left that could wake the task.
void check_lost_waker(const Model& model, Findings& findings);

// The task's first poll runs for a second or more.
void check_never_yielded(const Model& model, Findings& findings);

// The runtime moved the future to the heap because it was too large.
void check_auto_boxed_future(const Model& model, Findings& findings);

// The future is large and moves whenever it is passed on.
void check_large_future(const Model& model, Findings& findings);

// Tasks of kinds block_on and blocking have no wakers of their own and are not meant to
// yield: lints about waking and yielding pass over them, as tokio-console's do.
inline bool is_exempt(const Task& task) noexcept {
  return task.kind == "block_on" || task.kind == "blocking";
}

}  // namespace ari::replay

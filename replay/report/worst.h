// The worst offenders of a run: which tasks to look at first.
#pragma once

#include <cstddef>
#include <vector>

#include "replay/model/model.h"

namespace ari::replay {

// Indices of the at most `limit` worst tasks by some figure, worst first; tasks for which
// the figure is nothing are left out.
//
// Blocking tasks are no offenders by their long polls, for that is what they are for; nor
// is a task that block_on drives by its delays, since it is not scheduled at all.
std::vector<std::size_t> longest_polls(const Model& model, std::size_t limit);
std::vector<std::size_t> longest_scheduled(const Model& model, std::size_t limit);
std::vector<std::size_t> most_wakes(const Model& model, std::size_t limit);
// By the poll that was seen to block a worker for longest (runtime::worker, ari's runtime only).
std::vector<std::size_t> longest_blocked(const Model& model, std::size_t limit);

}  // namespace ari::replay

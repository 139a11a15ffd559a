// The worst offenders of a run: which tasks to look at first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "replay/model/model.h"

namespace ari::replay {

// Indices of the at most `limit` worst tasks by some figure, worst first; tasks for which
// the figure is nothing are left out.
//
// Blocking tasks are no offenders by their long polls, for that is what they are for; nor is
// a task that block_on drives by its delays, unless the log has its wakers, as ari's logs do.
std::vector<std::size_t> longest_polls(const Model& model, std::size_t limit);
std::vector<std::size_t> longest_scheduled(const Model& model, std::size_t limit);
std::vector<std::size_t> most_wakes(const Model& model, std::size_t limit);
// By the poll that was seen to block a worker for longest (runtime::worker, ari's runtime only).
std::vector<std::size_t> longest_blocked(const Model& model, std::size_t limit);

// How many of each a summary names at most.
inline constexpr std::size_t kMostWorst = 5;

// Tells of tasks, one after the other, which may be among the kMostWorst by any of these figures.
class WorstSoFar {
 public:
  // False: it is not, whatever follows. Each task is asked about once, in any order.
  bool may_be_among(const Task& task);

 private:
  // A figure, and the task's number upside down: of equal figures the earlier task's is worse.
  using Offence = std::pair<std::uint64_t, std::uint64_t>;
  std::array<std::vector<Offence>, 4> worst_;  // by figure; the least offence first
};

}  // namespace ari::replay

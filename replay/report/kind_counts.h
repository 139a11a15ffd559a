// All tasks of a run counted: by their kind, by how they ended, by what they did to workers. Those
// that the Model has forgotten are among them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "replay/model/model.h"

namespace ari::replay {

// A name and how many tasks it holds for, the most first.
using NamedCounts = std::vector<std::pair<std::string, std::uint64_t>>;

// By Task::kind; an unknown kind is "unknown".
NamedCounts count_kinds(const Model& model);

// By Task::outcome, of the tasks that have ended; of those of which it is not known how,
// "unknown", last. Empty if it is known of none.
NamedCounts count_outcomes(const Model& model);

// How often any was seen to block its worker.
std::uint64_t count_blocked(const Model& model);

}  // namespace ari::replay

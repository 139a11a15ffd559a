// Tasks counted by their kind and by how they ended.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "replay/model/model.h"

namespace ari::replay {

// A name and how many tasks it holds for, in order of first appearance.
using NamedCounts = std::vector<std::pair<std::string, std::uint64_t>>;

// By Task::kind; an unknown kind is "unknown".
NamedCounts count_kinds(const Model& model);

// By Task::outcome, of the tasks that have ended; of those of which it is not known how,
// "unknown". Empty if it is known of none.
NamedCounts count_outcomes(const Model& model);

}  // namespace ari::replay

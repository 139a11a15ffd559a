// Taking the places of what is forgotten out of a model.
//
// While a log is folded, what is over may leave its place in a list to something newer. Links to it
// stay as they are, and so may lead to that. In the end the lists are put in order of appearance,
// and each link leads to what it is about, or to nothing if that is forgotten.
#pragma once

#include <cstdint>
#include <vector>

#include "replay/model/model.h"

namespace ari::replay {

// Places in the lists of the model where there is nothing.
struct Gaps {
  std::vector<std::uint32_t> tasks, resources, ops;
};

void close_gaps(const Gaps& gaps, Model& model);

}  // namespace ari::replay

// What a model tells of a run, to compare it with another's.
#pragma once

#include <string>
#include <vector>

#include "replay/model/model.h"

namespace ari::test {

// With all that views and lints ask for.
replay::FoldOptions all_options();
replay::Model folded(const std::vector<std::string>& paths);

// All that is told of a run, whatever it was read from: without line numbers, which are of a file,
// in no order of their own; the last one is figures of the whole.
std::vector<std::string> described(const replay::Model& model);

}  // namespace ari::test

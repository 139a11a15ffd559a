// truth.jsonl of a capture: what the recorded program itself saw, with threads and exact
// nanoseconds. See testdata/README.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/replay/model/happening.h"
#include "tests/replay/model/step.h"

namespace ari::test {

struct Truth {
  Steps steps;  // of the tasks alone; kEnter tells whether it destroys
  std::uint64_t resources = 0;
  std::uint64_t async_ops = 0;
};

// Of the capture in this folder.
Truth read_truth(const std::string& folder);

// All of it, resources and async ops included.
Happenings read_whole_truth(const std::string& folder);

}  // namespace ari::test

// Logs out of any bytes: of few ids, used again and again for spans of all classes, closed and left
// in any order, on locks of all types, with losses and new recordings among it. No program wrote
// such a log.
#pragma once

#include <cstdint>
#include <span>

#include "tests/replay/model/happening.h"

namespace ari::test {

// Four bytes a happening.
Happenings noise(std::span<const std::uint8_t> bytes);

// Folds the log in each of the ways in which tasks, resources and ops are kept or forgotten. Null
// if every link in what comes of it leads to what it names or to nothing; else what is wrong.
const char* fault_of_folds(const Happenings& log);

}  // namespace ari::test

// Random logs with resources, such as a program could have written.
#pragma once

#include <cstdint>

#include "tests/replay/model/happening.h"

namespace ari::test {

// Tasks, resources, ops and their polls on three threads, made inside each other and
// outside, entered in any order and more than once, told of in state updates of all types
// and poll ops, left and closed, or not. Some fields that should be there are missing.
Happenings random_happenings(std::uint32_t seed);

}  // namespace ari::test

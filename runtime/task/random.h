// random_below: a cheap number that is different each time.
//
// For fairness among a few choices, not for secrets: an xorshift generator per thread.
// Threads are seeded by the order in which they first ask, so a program with one thread
// makes the same choices in every run.
#pragma once

#include <cstdint>

namespace ari::task {

// A number from 0 to n - 1, each as likely as the others. Requires: n > 0.
std::uint32_t random_below(std::uint32_t n) noexcept;

}  // namespace ari::task

// Holm's correction: many tests at once, of which one in twenty would cry wolf by chance.
#pragma once

#include <vector>

namespace ari::replay {

// The probabilities, in their order, corrected so that accepting all that are below α errs
// in any of them with a chance of at most α, however the tests depend on each other: the
// smallest times the number of tests, the next times one less, and so on, never falling and
// at most 1. S. Holm: A Simple Sequentially Rejective Multiple Test Procedure, Scand. J.
// Statist. 6 (1979).
std::vector<double> holm(const std::vector<double>& p);

}  // namespace ari::replay

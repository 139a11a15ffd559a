// Logs out of any bytes: of few ids, used again and again for spans of all classes, closed and left
// in any order, on locks of all types, with losses and new recordings among it. No program wrote
// such a log.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "tests/replay/model/happening.h"

namespace ari::test {

// Four bytes a happening.
Happenings noise(std::span<const std::uint8_t> bytes);

// Bytes for noise() that make a log of tasks that use locks as programs do, but for what is left
// out of it and put into it at random places. Bytes that are all random hardly ever make a task
// wait for a lock that another one holds.
std::vector<std::uint8_t> broken_lock_log(std::mt19937& random);

// Folds the log in each of the ways in which tasks, resources and ops are kept or forgotten. Null
// if every link in what comes of it leads to what it names or to nothing; else what is wrong.
const char* fault_of_folds(const Happenings& log);

// Empty if what is said of deadlocks, and of tasks that wait with a lock, is the same whether all
// is kept or what is over is forgotten; else what is not. Requires: no id of a lock is used again
// while an op on the old one is left.
std::string fault_of_forgetting(const Happenings& log);

}  // namespace ari::test

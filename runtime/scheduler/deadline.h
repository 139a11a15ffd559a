// Deadline: until when a shutdown waits.
#pragma once

#include <chrono>
#include <optional>

namespace ari::scheduler {

// Nothing: as long as it takes.
using Deadline = std::optional<std::chrono::steady_clock::time_point>;

}  // namespace ari::scheduler

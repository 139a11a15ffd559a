// How large a task's future is, from the fields of its span (Tokio 1.41 and later, ari).
#pragma once

#include <cstdint>
#include <optional>

#include "replay/model/task.h"

namespace ari::replay {

// Bytes of the future as the runtime stores it.
std::optional<std::uint64_t> future_size_bytes(const Task& task);
// Bytes before the runtime boxed it; nothing if it did not.
std::optional<std::uint64_t> original_future_size_bytes(const Task& task);

}  // namespace ari::replay

// Checks chunks of a ring file before anything reads them: a crash, a full disk or somebody
// with bad intentions may have left any bytes there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "subscriber/ring_memory.h"

namespace ari::replay {

// Whether the `bytes` bytes from `chunk` on are one chunk, whole and well-formed: its kind
// is known, its values fill it, and no text reaches beyond its end. Requires: bytes ≥ 8.
bool is_sound_chunk(const std::byte* chunk, std::size_t bytes) noexcept;

// Walks a ring from its position `from` to `to`, in bytes since it was made, and returns
// how far it is sound. `ring` has `capacity` bytes, a power of two.
std::uint64_t sound_up_to(const std::byte* ring, std::size_t capacity, std::uint64_t from,
                          std::uint64_t to) noexcept;

}  // namespace ari::replay

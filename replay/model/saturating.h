// Adding durations without overflow, whatever a broken log says.
#pragma once

#include <cstdint>
#include <limits>

namespace ari::replay {

// Requires: neither is negative.
constexpr std::int64_t saturating_add(std::int64_t a, std::int64_t b) noexcept {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  return a > kMax - b ? kMax : a + b;
}

}  // namespace ari::replay

// The console's histogram: how coarse the numbers are that tokio-console shows.
//
// It keeps durations in an HDR histogram with two significant digits and a ceiling of one
// second, so that what comes out is the edge of a cell and not the duration that went in:
//
//   600 ns -> 600..603      3 µs -> 2992..3007      anything above 1 s -> 998.2..1002.4 ms
//
// Values below 256 have cells of their own; for 128·2^k ≤ v < 256·2^k cells are 2^k wide.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace ari::replay {

inline constexpr std::int64_t kConsoleCeilingNs = 1'000'000'000;

struct HistogramCell {
  std::int64_t low_ns = 0;   // what a minimum shows
  std::int64_t high_ns = 0;  // what a maximum or a percentile shows
};

// Requires: duration_ns is not negative.
constexpr HistogramCell console_cell(std::int64_t duration_ns) noexcept {
  const auto value = static_cast<std::uint64_t>(std::min(duration_ns, kConsoleCeilingNs));
  const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - 8);
  const auto low = static_cast<std::int64_t>(value >> shift << shift);
  return {low, low + (std::int64_t{1} << shift) - 1};
}

// How many samples, of `count` in order, the percentile has to cover. Worked out in
// floating point because that is what the console's histogram does.
inline std::uint64_t console_rank(int percent, std::uint64_t count) noexcept {
  const double rank = std::ceil(percent / 100.0 * static_cast<double>(count));
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
}

}  // namespace ari::replay

// Rank test: whether one set of samples tends to be larger than another (Mann–Whitney).
//
// It looks only at the order of the samples, so that neither their distribution nor a few
// outliers matter: durations have long tails. What it sees is a shift of most of them; a tail
// that has only become longer it does not.
#pragma once

#include <cstdint>
#include <span>

namespace ari::replay {

struct RankTest {
  double u = 0;          // pairs of which the second is larger; equal ones count half
  double p_greater = 1;  // how likely such a u, or a greater one, is if both sets are alike
};

// With fewer samples than this on either side the approximation below is not to be relied on.
inline constexpr std::size_t kFewestSamples = 10;

// The test of `second` against `first`, each in ascending order. Linear time. The
// probability is 1 if a side is empty or all samples are equal.
RankTest rank_test(std::span<const std::int64_t> first, std::span<const std::int64_t> second);

}  // namespace ari::replay

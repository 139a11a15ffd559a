// U counts the pairs (x of the first, y of the second) with x < y, and half of those with
// x = y. If both sets come from one distribution, U is close to normal with
//
//   mean      n·m / 2
//   variance  n·m / 12 · ((N + 1) − Σ (t³ − t) / (N (N − 1))),   N = n + m,
//
// where t runs over the sizes of the groups of equal samples. A half is taken off the distance
// to the mean, since U goes in steps.
//
//   first 1 3, second 2 4:  1<2, 1<4, 3<4, so U = 3 of 4 pairs.
//
// H. B. Mann, D. R. Whitney: On a Test of Whether one of Two Random Variables is
// Stochastically Larger than the Other, Ann. Math. Statist. 18 (1947), which finds the
// normal approximation good from n = m = 8 on. The correction for ties: E. L. Lehmann,
// Nonparametrics (1975), 1.4. scipy.stats.mannwhitneyu(method="asymptotic") computes the same.
#include "replay/diff/rank_test.h"

#include <cmath>

namespace ari::replay {

namespace {

// How likely a standard normal variable is at least z.
double upper_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

// How many samples from `at` on equal `value`; moves `at` behind them.
double take_equal(std::span<const std::int64_t> samples, std::size_t& at, std::int64_t value) {
  const std::size_t from = at;
  while (at < samples.size() && samples[at] == value) ++at;
  return static_cast<double>(at - from);
}

}  // namespace

RankTest rank_test(std::span<const std::int64_t> first, std::span<const std::int64_t> second) {
  RankTest test;
  if (first.empty() || second.empty()) return test;
  double ties = 0;
  for (std::size_t i = 0, j = 0; i < first.size() || j < second.size();) {
    const bool from_first = j == second.size() || (i < first.size() && first[i] <= second[j]);
    const std::int64_t value = from_first ? first[i] : second[j];
    const auto smaller = static_cast<double>(i);
    const double in_first = take_equal(first, i, value), in_second = take_equal(second, j, value);
    test.u += in_second * (smaller + in_first / 2);
    const double t = in_first + in_second;
    ties += t * t * t - t;
  }
  const auto n = static_cast<double>(first.size()), m = static_cast<double>(second.size());
  const double all = n + m, mean = n * m / 2;
  const double variance = n * m / 12 * (all + 1 - ties / (all * (all - 1)));
  if (!(variance > 0)) return test;  // all are equal
  const double deviation = std::sqrt(variance);
  test.p_greater = upper_tail((test.u - mean - 0.5) / deviation);
  return test;
}

}  // namespace ari::replay

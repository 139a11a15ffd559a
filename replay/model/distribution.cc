#include "replay/model/distribution.h"

#include <algorithm>

#include "replay/model/console_histogram.h"

namespace ari::replay {

namespace {

// Nearest-rank percentile: the smallest value with at least p % of all at or below it.
std::uint64_t nearest_rank(int percent, std::uint64_t count) noexcept {
  const auto p = static_cast<std::uint64_t>(percent);
  return std::max<std::uint64_t>(1, count / 100 * p + (count % 100 * p + 99) / 100);
}

struct Percentile {
  int percent;
  std::int64_t Distribution::*value_ns;
};

// Ascending, so that each selection starts where the one before ended.
constexpr Percentile kPercentiles[] = {
    {10, &Distribution::p10_ns}, {25, &Distribution::p25_ns}, {50, &Distribution::p50_ns},
    {75, &Distribution::p75_ns}, {90, &Distribution::p90_ns}, {95, &Distribution::p95_ns},
    {99, &Distribution::p99_ns},
};

}  // namespace

Distribution Samples::summary(Semantics semantics) {
  Distribution summary;
  summary.count = durations_ns_.size();
  if (summary.count == 0) return summary;
  const bool console = semantics == Semantics::kConsole;
  const auto [min, max] = std::minmax_element(durations_ns_.begin(), durations_ns_.end());
  summary.min_ns = console ? console_cell(*min).low_ns : *min;
  summary.max_ns = console ? console_cell(*max).high_ns : *max;
  auto sorted_up_to = durations_ns_.begin();
  for (const Percentile& percentile : kPercentiles) {
    const std::uint64_t rank = console ? console_rank(percentile.percent, summary.count)
                                       : nearest_rank(percentile.percent, summary.count);
    const auto at = durations_ns_.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(sorted_up_to, at, durations_ns_.end());
    summary.*percentile.value_ns = console ? console_cell(*at).high_ns : *at;
    sorted_up_to = at;
  }
  return summary;
}

}  // namespace ari::replay

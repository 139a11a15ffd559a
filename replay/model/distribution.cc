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

// Durations by their rank, from 0, asked for in ascending order: each search leaves out what the
// one before it has put in front.
template <typename Duration>
class Ranked {
 public:
  explicit Ranked(std::vector<Duration>& durations) : all_(durations), from_(durations.begin()) {}

  std::int64_t at(std::size_t rank) {
    const auto place = all_.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(from_, place, all_.end());
    from_ = place;
    return static_cast<std::int64_t>(*place);
  }

 private:
  std::vector<Duration>& all_;
  typename std::vector<Duration>::iterator from_;
};

}  // namespace

// Requires: there are samples. Many times quicker than to ask for the first rank.
std::int64_t Samples::least() const {
  return short_ns_.empty() ? *std::min_element(long_ns_.begin(), long_ns_.end())
                           : *std::min_element(short_ns_.begin(), short_ns_.end());
}

Distribution Samples::summary(Semantics semantics) {
  Distribution summary;
  summary.count = short_ns_.size() + long_ns_.size();
  if (summary.count == 0) return summary;
  Ranked<std::uint32_t> shorter(short_ns_);
  Ranked<std::int64_t> longer(long_ns_);
  const auto ranked = [&](std::uint64_t rank) {
    return rank < short_ns_.size() ? shorter.at(rank) : longer.at(rank - short_ns_.size());
  };
  const bool console = semantics == Semantics::kConsole;
  const std::int64_t min = least();
  summary.min_ns = console ? console_cell(min).low_ns : min;
  for (const Percentile& percentile : kPercentiles) {
    const std::uint64_t rank = console ? console_rank(percentile.percent, summary.count)
                                       : nearest_rank(percentile.percent, summary.count);
    const std::int64_t duration_ns = ranked(rank - 1);
    summary.*percentile.value_ns = console ? console_cell(duration_ns).high_ns : duration_ns;
  }
  const std::int64_t max = ranked(summary.count - 1);
  summary.max_ns = console ? console_cell(max).high_ns : max;
  return summary;
}

}  // namespace ari::replay

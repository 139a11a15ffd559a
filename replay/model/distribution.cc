#include "replay/model/distribution.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <tuple>

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

constexpr Percentile kPercentiles[] = {
    {10, &Distribution::p10_ns}, {25, &Distribution::p25_ns}, {50, &Distribution::p50_ns},
    {75, &Distribution::p75_ns}, {90, &Distribution::p90_ns}, {95, &Distribution::p95_ns},
    {99, &Distribution::p99_ns},
};

// Of the least, the percentiles and the greatest, ascending.
using Ranks = std::array<std::uint64_t, std::size(kPercentiles) + 2>;

// Cells that follow each other without a gap, 128 for each power of two: a cell holds a small share
// of durations that differ at all.
constexpr int kCellBits = 7;
constexpr std::size_t kCells = (64 - kCellBits) << kCellBits;

std::size_t cell_of(std::uint64_t duration_ns) noexcept {
  const int shift = std::max(0, static_cast<int>(std::bit_width(duration_ns)) - kCellBits - 1);
  return (static_cast<std::size_t>(shift) << kCellBits) + (duration_ns >> shift);
}

// The durations with these ranks, from 0, of many: those in the cells that hold one are looked at
// one by one, the others are only counted.
template <typename Duration>
void select_by_cells(const std::vector<Duration>& all, std::span<const std::uint64_t> ranks,
                     std::int64_t* out) {
  struct Part {
    std::uint64_t first_rank;
    std::vector<Duration> durations;
  };
  constexpr std::uint8_t kNoPart = 0;
  std::vector<std::uint64_t> counts(kCells);
  for (const Duration duration : all) ++counts[cell_of(static_cast<std::uint64_t>(duration))];

  std::vector<Part> parts;
  std::vector<std::uint8_t> part_of(kCells, kNoPart);  // from 1
  std::uint64_t below = 0;
  auto rank = ranks.begin();
  for (std::size_t cell = 0; rank != ranks.end(); ++cell) {
    const std::uint64_t end = below + counts[cell];
    if (*rank < end) {
      parts.push_back({below, {}});
      parts.back().durations.reserve(counts[cell]);
      part_of[cell] = static_cast<std::uint8_t>(parts.size());
    }
    while (rank != ranks.end() && *rank < end) ++rank;
    below = end;
  }
  for (const Duration duration : all) {
    const std::uint8_t part = part_of[cell_of(static_cast<std::uint64_t>(duration))];
    if (part != kNoPart) parts[part - 1].durations.push_back(duration);
  }
  auto part = parts.begin();
  for (const std::uint64_t wanted : ranks) {
    while (wanted >= part->first_rank + part->durations.size()) ++part;
    const auto place =
        part->durations.begin() + static_cast<std::ptrdiff_t>(wanted - part->first_rank);
    std::nth_element(part->durations.begin(), place, part->durations.end());
    *out++ = static_cast<std::int64_t>(*place);
  }
}

// The durations with these ranks, from 0 and ascending.
template <typename Duration>
void select(std::vector<Duration>& all, std::span<const std::uint64_t> ranks, std::int64_t* out) {
  constexpr std::size_t kMany = 4096;  // below, it takes longer to look through the cells
  if (all.size() >= kMany) return select_by_cells(all, ranks, out);
  std::sort(all.begin(), all.end());
  for (const std::uint64_t rank : ranks) *out++ = static_cast<std::int64_t>(all[rank]);
}

}  // namespace

Distribution Samples::summary(Semantics semantics) {
  Distribution summary;
  summary.count = size();
  if (summary.count == 0) return summary;
  const bool console = semantics == Semantics::kConsole;
  Ranks ranks{0};
  for (std::size_t i = 0; i < std::size(kPercentiles); ++i) {
    const int percent = kPercentiles[i].percent;
    ranks[i + 1] =
        (console ? console_rank(percent, summary.count) : nearest_rank(percent, summary.count)) - 1;
  }
  ranks.back() = summary.count - 1;

  std::array<std::int64_t, std::tuple_size_v<Ranks>> durations;
  const auto longer = std::lower_bound(ranks.begin(), ranks.end(), short_ns_.size());
  select(short_ns_, {ranks.begin(), longer}, durations.data());
  for (auto rank = longer; rank != ranks.end(); ++rank) *rank -= short_ns_.size();
  select(long_ns_, {longer, ranks.end()}, durations.data() + (longer - ranks.begin()));

  const auto low = [&](std::int64_t ns) { return console ? console_cell(ns).low_ns : ns; };
  const auto high = [&](std::int64_t ns) { return console ? console_cell(ns).high_ns : ns; };
  summary.min_ns = low(durations.front());
  for (std::size_t i = 0; i < std::size(kPercentiles); ++i) {
    summary.*kPercentiles[i].value_ns = high(durations[i + 1]);
  }
  summary.max_ns = high(durations.back());
  return summary;
}

}  // namespace ari::replay

#include "replay/timeline/lanes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ari::replay {

namespace {

// How long a row was in each activity within one column.
using Shares = std::array<std::int64_t, 4>;

LaneCell cell_of(const Shares& shares, std::int64_t length_ns) {
  const auto ns = [&](Activity activity) { return shares[static_cast<std::size_t>(activity)]; };
  const std::int64_t busy = ns(Activity::kPoll) + ns(Activity::kDestroy);
  const std::int64_t scheduled = ns(Activity::kScheduled);
  const std::int64_t idle = ns(Activity::kIdle);
  if (busy + scheduled + idle == 0) return {};
  if (busy > 0 && scheduled < length_ns - scheduled) {
    const double share = static_cast<double>(busy) / static_cast<double>(length_ns);
    return {Mark::kBusy, static_cast<std::uint8_t>(std::clamp(std::ceil(8 * share), 1.0, 8.0))};
  }
  return {scheduled >= idle ? Mark::kScheduled : Mark::kIdle, 0};
}

}  // namespace

std::int64_t Stretch::at(std::size_t column) const noexcept {
  // length · column / columns, in two parts so that the product cannot overflow.
  const auto length = static_cast<std::uint64_t>(end_unix_ns - begin_unix_ns);
  const std::uint64_t offset = length / columns * column + length % columns * column / columns;
  return begin_unix_ns + static_cast<std::int64_t>(offset);
}

std::vector<LaneCell> draw_lane(const Row& row, const Stretch& stretch) {
  std::vector<LaneCell> cells(stretch.columns);
  auto slice = row.slices.begin();
  for (std::size_t column = 0; column < stretch.columns; ++column) {
    const std::int64_t begin = stretch.at(column);
    const std::int64_t end = std::max(stretch.at(column + 1), begin + 1);
    Shares shares{};
    while (slice != row.slices.end() && slice->end_unix_ns <= begin) ++slice;
    for (auto in = slice; in != row.slices.end() && in->begin_unix_ns < end; ++in) {
      const std::int64_t overlap =
          std::min(in->end_unix_ns, end) - std::max(in->begin_unix_ns, begin);
      shares[static_cast<std::size_t>(in->activity)] += std::max<std::int64_t>(overlap, 0);
    }
    cells[column] = cell_of(shares, end - begin);
  }
  return cells;
}

std::string_view character(LaneCell cell) noexcept {
  constexpr std::string_view kHeights[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  switch (cell.mark) {
    case Mark::kAbsent:
      return " ";
    case Mark::kIdle:
      return "·";
    case Mark::kScheduled:
      return "░";
    case Mark::kBusy:
      return kHeights[cell.eighths - 1];
  }
  return " ";
}

}  // namespace ari::replay

// A lane: one row of a timeline drawn with characters, a stretch of time to each.
//
//   ▁▁█▁··░▁···      ▁ to █: in a poll, the higher the more of the stretch
//                    ░ scheduled    · idle    a blank: not alive
//
// A stretch in which the row was polled shows it, however short the poll was, unless it
// was scheduled for most of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "replay/timeline/rows.h"

namespace ari::replay {

// The times that are drawn: `columns` stretches of equal length.
struct Stretch {
  std::int64_t begin_unix_ns = 0, end_unix_ns = 0;
  std::size_t columns = 0;

  // Where a column begins; `column` may be `columns`.
  std::int64_t at(std::size_t column) const noexcept;
};

enum class Mark : std::uint8_t { kAbsent, kIdle, kScheduled, kBusy };

struct LaneCell {
  Mark mark = Mark::kAbsent;
  std::uint8_t eighths = 0;  // kBusy: from 1 to 8

  friend bool operator==(const LaneCell&, const LaneCell&) = default;
};

// One cell for each column. Takes time in proportion to slices plus columns.
// Requires: begin < end, columns > 0.
std::vector<LaneCell> draw_lane(const Row& row, const Stretch& stretch);

// The character of a cell, of width 1.
std::string_view character(LaneCell cell) noexcept;

}  // namespace ari::replay

// Instants in a column: as time since a beginning, all of them on one scale.
#pragma once

#include <cstdint>
#include <string>

namespace ari::replay {

// What the column is called, and how its offsets are written.
struct OffsetScale {
  const char* title;
  std::int64_t unit_ns;
  int decimals;
};

// One for all lines of a column, so that their digits can be compared: milliseconds down to
// what the clock measured for a life below a second, else seconds down to the microsecond.
OffsetScale offset_scale(std::int64_t longest_ns, std::int64_t resolution_ns) noexcept;

// "12.034567"; "-0.003" for what came before the beginning.
std::string offset_text(std::int64_t offset_ns, const OffsetScale& scale);

}  // namespace ari::replay

// TimeBound: an instant as users type it after --from and --to.
//
// Either an instant in RFC 3339 (`2026-11-23T12:34:17.95Z`), a distance from the log's first
// instant (`1.5s`, `250ms`, `2m`), or, for a log whose instants are uptimes, an uptime (`+1.5s`).
#pragma once

#include <cstdint>
#include <string_view>

#include "replay/result.h"

namespace ari::replay {

struct TimeBound {
  enum class Base : std::uint8_t {
    kUtc,       // 1970-01-01T00:00:00Z
    kLogStart,  // the log's first instant
    kUptime,    // as kUtc, which is where uptimes begin; a log of instants has nothing there
  };
  Base base = Base::kUtc;
  std::int64_t ns = 0;

  std::int64_t unix_ns(std::int64_t log_start_unix_ns) const noexcept;
};

Result<TimeBound> parse_time_bound(std::string_view text);

}  // namespace ari::replay

// Which things a table lists when only part of a run is asked for.
#pragma once

#include <cstdint>
#include <optional>

#include "replay/input/coverage.h"
#include "replay/report/time_bound.h"

namespace ari::replay {

// Whether a thing that was gone at `dropped_unix_ns` (nothing: it never was) was still there
// at `from`, or after that. True if `from` is not set.
inline bool is_alive_from(const std::optional<TimeBound>& from,
                          std::optional<std::int64_t> dropped_unix_ns,
                          const Coverage& coverage) noexcept {
  if (!from || !dropped_unix_ns) return true;
  return *dropped_unix_ns >= from->unix_ns(coverage.first_unix_ns.value_or(0));
}

}  // namespace ari::replay

// The place in source code that a span's fields tell.
#pragma once

#include <optional>

#include "subscriber/record.h"

namespace ari::replay {

// From `loc.file`, `loc.line` and `loc.col`, which count only together, or from Tokio's
// older `spawn.location`. As long-lived as the record.
std::optional<subscriber::Location> told_location(const subscriber::Record& record);

}  // namespace ari::replay

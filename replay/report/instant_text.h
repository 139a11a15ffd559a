// Instants in a sentence: as RFC 3339 to the step of the log's clock, so that one can be copied
// behind --at.
#pragma once

#include <cstdint>
#include <string>

#include "replay/input/coverage.h"

namespace ari::replay {

// "2026-11-23T12:34:27.824064Z", with nine digits if the log's clock counts nanoseconds.
std::string instant_text(std::int64_t unix_ns, const Coverage& coverage);

}  // namespace ari::replay

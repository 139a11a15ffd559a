// Instants in a sentence: as RFC 3339 to the step of the log's clock, so that one can be copied
// behind --at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "replay/input/coverage.h"

namespace ari::replay {

// "2026-11-23T12:34:27.824064Z", with as many digits as the log's clock has; of a log that tells
// only how long since the program's start "+12.824064s".
std::string instant_text(std::int64_t unix_ns, const Coverage& coverage);

// "12.824064s", of such a log. Requires: `uptime_ns` is not negative.
std::string uptime_text(std::int64_t uptime_ns, const Coverage& coverage);

// How many characters of `2026-11-23T12:34:27.824064000Z` those are, the Z left out; never more
// than to the microsecond if `at_most_microseconds`.
std::size_t instant_length(const Coverage& coverage, bool at_most_microseconds) noexcept;

}  // namespace ari::replay

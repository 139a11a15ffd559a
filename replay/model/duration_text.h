// Durations as people read them: 417ns, 22.3µs, 354ms, 1.40s, 2m05s, 3h07m, 4d02h.
//
// Three significant digits below a minute, two units above. No digit is shown that the
// log did not measure: with a resolution of a microsecond, 12µs rather than 12.0µs, and with one
// of a millisecond <1ms rather than 0ms.
#pragma once

#include <cstdint>
#include <string>

namespace ari::replay {

// Requires: resolution_ns is a power of ten, at most a second.
std::string duration_text(std::int64_t duration_ns, std::int64_t resolution_ns = 1);

// A step of a scale: "20µs", "500ms", "1s", "1.5s", with no digit that is not needed, and below an
// hour with all that are.
std::string step_text(std::int64_t duration_ns);

// `part` of `whole` as "0.2%", "16%", "100%"; "–" if the whole is nothing.
std::string percent_text(std::int64_t part, std::int64_t whole);

}  // namespace ari::replay

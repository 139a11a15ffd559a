// Durations as users type them: 250us, 1.5ms, 2m.
#pragma once

#include <cstdint>
#include <string_view>

#include "replay/result.h"

namespace ari::replay {

// What may stand behind the number, for messages.
inline constexpr std::string_view kDurationUnits = "ns, us, ms, s, m or h";

// A number, with a fraction or without, and a unit right behind it. Nanoseconds, never
// negative. The error says only what is wrong: "it has no unit".
Result<std::int64_t> parse_duration(std::string_view text);

}  // namespace ari::replay

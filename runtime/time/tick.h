// Tick: the unit that timers count in, one millisecond since their runtime was made.
#pragma once

#include <chrono>
#include <cstdint>

namespace ari::time {

using Tick = std::uint64_t;
using TickLength = std::chrono::milliseconds;

// Of a timer that never fires.
inline constexpr Tick kNever = static_cast<Tick>(-1);

}  // namespace ari::time

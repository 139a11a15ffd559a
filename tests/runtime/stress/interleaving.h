// Interleaving: makes threads give way in the middle of the runtime's own steps.
//
// In sanitizer builds each basic block of the runtime calls a function first
// (runtime/CMakeLists.txt), and this test program has its own: every so many blocks, at
// random, the thread yields, spins or sleeps. So a worker may stop between the look into
// its queues and its sleep, or a waker between the state and the queue, for long enough
// that all others get by. Elsewhere there is no such call, and this does nothing.
#pragma once

#include <cstdint>

namespace ari::stress {

// From here on, all threads; the seed decides how often too, and for some it is never.
void interleave(std::uint64_t seed) noexcept;
void interleave_no_more() noexcept;

}  // namespace ari::stress

// The generator is Marsaglia's xorshift with 64 bits of state and the shifts 13, 7, 17
// ("Xorshift RNGs", 2003): all 2^64 - 1 states but 0, in some order. Its upper half is
// brought below n by a multiplication, as by Lemire ("Fast random integer generation in an
// interval", 2019), without the step that evens out the last n/2^32 of a difference.
#include "runtime/task/random.h"

#include <atomic>

namespace ari::task {

namespace {

std::uint64_t seed() noexcept {
  static constinit std::atomic<std::uint64_t> threads{0};
  // Multiples of an odd number, no two alike, and none is 0. relaxed: only that counts.
  const std::uint64_t thread = threads.fetch_add(1, std::memory_order_relaxed) + 1;
  return thread * 0x9e3779b97f4a7c15;
}

// Read and written in this file only, in a function that never suspends.
thread_local std::uint64_t t_state = 0;

}  // namespace

std::uint32_t random_below(std::uint32_t n) noexcept {
  std::uint64_t state = t_state != 0 ? t_state : seed();
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  t_state = state;
  return static_cast<std::uint32_t>((state >> 32) * n >> 32);
}

}  // namespace ari::task

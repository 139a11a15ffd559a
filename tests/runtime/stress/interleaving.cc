#include "tests/runtime/stress/interleaving.h"

#include <sched.h>
#include <time.h>

#include <atomic>

namespace ari::stress {

namespace {

constexpr std::uint32_t kNever = 0;
// How many blocks lie between two interruptions, on average.
constexpr std::uint32_t kMeanGaps[] = {kNever, 30, 300, 3000};

// Orders nothing: whoever reads an old value gives way as for the seed before.
std::atomic<std::uint64_t> g_seed{0};
std::atomic<std::uint32_t> g_mean_gap{kNever};

thread_local constinit std::uint64_t t_random = 0;
thread_local constinit std::uint32_t t_blocks_left = 1;

std::uint32_t random_below(std::uint32_t n) noexcept {
  t_random ^= t_random << 13;  // xorshift64
  t_random ^= t_random >> 7;
  t_random ^= t_random << 17;
  return static_cast<std::uint32_t>((t_random >> 32) * n >> 32);
}

void give_way() noexcept {
  switch (random_below(16)) {
    case 0: {
      const timespec a_while{0, 20'000 + 5'000L * random_below(20)};
      nanosleep(&a_while, nullptr);
      break;
    }
    case 1:
    case 2:
    case 3:
      for (std::uint32_t spins = random_below(2000); spins > 0; --spins) __builtin_ia32_pause();
      break;
    default:
      sched_yield();
  }
}

void at_interruption() noexcept {
  constexpr std::uint32_t kBlocksToNextLook = 1000;
  const std::uint32_t mean_gap = g_mean_gap.load(std::memory_order_relaxed);
  t_blocks_left = kBlocksToNextLook;
  if (mean_gap == kNever) return;
  if (t_random == 0) {
    // The place of this thread's own memory tells it from the others.
    t_random = g_seed.load(std::memory_order_relaxed) ^ reinterpret_cast<std::uint64_t>(&t_random);
    if (t_random == 0) t_random = 1;
  }
  t_blocks_left = 1 + random_below(2 * mean_gap);
  give_way();
}

}  // namespace

void interleave(std::uint64_t seed) noexcept {
  g_seed.store(seed, std::memory_order_relaxed);
  // The last bits choose the runtime (world.cc).
  g_mean_gap.store(kMeanGaps[seed / 4 % std::size(kMeanGaps)], std::memory_order_relaxed);
}

void interleave_no_more() noexcept { g_mean_gap.store(kNever, std::memory_order_relaxed); }

}  // namespace ari::stress

extern "C" void __sanitizer_cov_trace_pc() {
  if (--ari::stress::t_blocks_left == 0) ari::stress::at_interruption();
}

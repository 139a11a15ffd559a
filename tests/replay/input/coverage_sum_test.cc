#include "replay/input/coverage_sum.h"

#include <gtest/gtest.h>

namespace ari::replay {
namespace {

// Former bug: those of each log were added to the list, whose rest a converted log then lost.
TEST(CoverageSum, OfMoreGuessedLocksThanAreKeptTheLastStandsForAny) {
  std::optional<Inferred> sum;
  for (int log = 0; log < 3; ++log) {
    std::optional<Inferred> more = Inferred{};
    for (std::uint64_t lock = 1; lock <= 30; ++lock) {
      more->guessed_locks.push_back({lock, 1000 - log});
    }
    more->locks_guessed_since_unix_ns = 1000 - log;
    add(sum, more);
  }
  ASSERT_EQ(sum->guessed_locks.size(), Inferred::kGuessedLocksKept);
  EXPECT_EQ(sum->guessed_locks[30].span, 1U);
  EXPECT_EQ(sum->guessed_locks.back().span, 0U);
  EXPECT_EQ(sum->guessed_locks.back().since_unix_ns, 998);
  EXPECT_EQ(sum->locks_guessed_since_unix_ns, 998);
}

}  // namespace
}  // namespace ari::replay

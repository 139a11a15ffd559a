// The rank test against published values, and against counting out every way in which the
// samples could have been dealt to the two sides.
#include "replay/diff/rank_test.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <utility>
#include <vector>

namespace ari::replay {
namespace {

using List = std::vector<std::int64_t>;

RankTest test(List first, List second) {
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  return rank_test(first, second);
}

// The example of scipy.stats.mannwhitneyu, without ties, by its asymptotic method.
TEST(RankTest, GivesWhatScipyPublishes) {
  const List males = {19, 22, 16, 29, 24}, females = {20, 11, 17, 12};
  const RankTest got = test(females, males);
  EXPECT_EQ(got.u, 17);
  EXPECT_NEAR(2 * got.p_greater, 0.11134688653314041, 1e-12);
}

// The example of R's wilcox.test, with ties: ozone in May and in August.
// W = 127.5, p-value = 0.0001208
TEST(RankTest, GivesWhatRPublishes) {
  const List may = {41, 36, 12, 18, 28, 23, 19, 8, 7,  16, 11, 14,  18,
                    14, 34, 6,  30, 11, 1,  11, 4, 32, 23, 45, 115, 37};
  const List august = {39, 9,  16, 78, 35, 66, 122, 89,  110, 44, 28,  65, 22,
                       59, 23, 31, 44, 21, 9,  45,  168, 73,  76, 118, 84, 85};
  const RankTest got = test(may, august);
  EXPECT_EQ(got.u, 26 * 26 - 127.5);
  EXPECT_NEAR(2 * got.p_greater, 0.0001208, 5e-8);
}

double slow_u(const List& first, const List& second) {
  double u = 0;
  for (const std::int64_t x : first) {
    for (const std::int64_t y : second) u += x < y ? 1 : x == y ? 0.5 : 0;
  }
  return u;
}

TEST(RankTest, CountsPairs) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    List first(1 + random() % 40), second(1 + random() % 40);
    for (List* list : {&first, &second}) {
      for (auto& sample : *list) sample = random() % (1 + seed);  // few values: many ties
    }
    EXPECT_EQ(test(first, second).u, slow_u(first, second)) << "seed " << seed;
  }
}

// How many of all ways to deal the samples give a u as great as this one.
double exact_p_greater(const List& first, const List& second) {
  List all = first;
  all.insert(all.end(), second.begin(), second.end());
  const double u = slow_u(first, second);
  std::uint64_t ways = 0, as_great = 0;
  for (std::uint32_t dealt = 0; dealt < 1u << all.size(); ++dealt) {
    if (static_cast<std::size_t>(std::popcount(dealt)) != second.size()) continue;
    List x, y;
    for (std::size_t i = 0; i < all.size(); ++i) ((dealt >> i & 1) != 0 ? y : x).push_back(all[i]);
    ++ways;
    if (slow_u(x, y) >= u) ++as_great;
  }
  return static_cast<double>(as_great) / static_cast<double>(ways);
}

TEST(RankTest, IsCloseToTheExactProbabilityFromEightSamplesOn) {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    std::mt19937 random(seed);
    List first(8), second(8);
    for (auto& sample : first) sample = random() % 40;
    for (auto& sample : second) sample = random() % 40 + 3 * seed;
    EXPECT_NEAR(test(first, second).p_greater, exact_p_greater(first, second), 0.01)
        << "seed " << seed;
  }
}

TEST(RankTest, SaysNothingOfNothingAndOfEqualSamples) {
  for (const auto& [first, second] :
       {std::pair<List, List>{{}, {}}, {{1}, {}}, {{}, {1}}, {{5, 5, 5}, {5, 5}}}) {
    EXPECT_EQ(test(first, second).p_greater, 1);
  }
}

}  // namespace
}  // namespace ari::replay

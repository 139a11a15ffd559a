#include "replay/report/alike.h"

#include <gtest/gtest.h>

namespace ari::replay {
namespace {

using Groups = std::vector<std::vector<std::size_t>>;

TEST(Alike, GroupsStandWhereTheirFirstDoes) {
  EXPECT_EQ(alike({"a", "b", "a", "c", "a"}), (Groups{{0, 2, 4}, {1}, {3}}));
}

TEST(Alike, TwoAreShownRatherThanFolded) {
  EXPECT_EQ(alike({"a", "a", "b"}), (Groups{{0}, {1}, {2}}));
}

}  // namespace
}  // namespace ari::replay

#include "replay/diff/holm.h"

#include <gtest/gtest.h>

namespace ari::replay {
namespace {

struct Case {
  std::vector<double> p, want;
};
const Case kCases[] = {
    {{}, {}},
    {{0.03}, {0.03}},
    {{0.01, 0.04, 0.03, 0.005}, {0.03, 0.06, 0.06, 0.02}},  // as R's p.adjust(method = "holm")
    {{0.4, 0.4, 0.9}, {1, 1, 1}},                           // never above 1
    {{0.02, 0.01, 0.02}, {0.04, 0.03, 0.04}},               // equal ones stay equal
};

TEST(Holm, CorrectsForTheNumberOfTests) {
  for (const Case& c : kCases) {
    const std::vector<double> got = holm(c.p);
    ASSERT_EQ(got.size(), c.want.size());
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_DOUBLE_EQ(got[i], c.want[i]) << i;
  }
}

}  // namespace
}  // namespace ari::replay

#include "replay/model/span_table.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>
#include <vector>

namespace ari::replay {
namespace {

// Ids as logs have them: dense, as ours; and as Tokio's registry packs them, with the slot
// in the low bits, the thread above and the slot's generation on top.
SpanId some_id(std::mt19937_64& random) {
  const std::uint64_t slot = random() % 300;
  if (random() % 2 == 0) return slot + 1;
  const std::uint64_t thread = random() % 4;
  const std::uint64_t generation = random() % 3;
  return (generation << 51 | thread << 38 | slot) + 1;
}

TEST(SpanTable, HoldsWhatAMapWouldThroughAnyAddsAndErases) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    SpanTable table;
    std::unordered_map<SpanId, std::uint32_t> map;
    for (std::uint32_t i = 0; i < 20'000; ++i) {
      const SpanId id = some_id(random);
      if (random() % 2 == 0) {
        table.add(id).index = map[id] = i;
      } else {
        table.erase(id);
        map.erase(id);
      }
      const SpanId asked = some_id(random);
      const Span* span = table.find(asked);
      ASSERT_EQ(span != nullptr, map.contains(asked)) << asked;
      if (span != nullptr) {
        ASSERT_EQ(span->id, asked);
        ASSERT_EQ(span->index, map.at(asked));
      }
    }
    for (const auto& [id, task] : map) {
      ASSERT_NE(table.find(id), nullptr) << id;
      ASSERT_EQ(table.find(id)->index, task) << id;
    }
  }
}

TEST(SpanTable, AddingAnIdAgainForgetsTheSpanThatHadIt) {
  SpanTable table;
  table.add(7).entered = 3;
  EXPECT_EQ(table.add(7).entered, 0U);
}

TEST(SpanTable, IsEmptyAfterClear) {
  SpanTable table;
  for (SpanId id = 1; id <= 1000; ++id) table.add(id);
  table.clear();
  for (SpanId id = 1; id <= 1000; ++id) ASSERT_EQ(table.find(id), nullptr);
  table.add(~SpanId{0});
  EXPECT_NE(table.find(~SpanId{0}), nullptr);
}

}  // namespace
}  // namespace ari::replay

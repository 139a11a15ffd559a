#include "replay/model/span_table.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <unordered_map>
#include <vector>

namespace ari::replay {
namespace {

// The id that Fibonacci hashing takes for `hash`.
SpanId id_of_hash(std::uint64_t hash) {
  constexpr std::uint64_t kMultiplier = 0x9e37'79b9'7f4a'7c15ULL;
  std::uint64_t inverse = kMultiplier;  // right in 3 bits, and in twice as many after each turn
  for (int i = 0; i < 5; ++i) inverse *= 2 - kMultiplier * inverse;
  return inverse * hash;
}

// Ids that no table knows apart, however many slots it has.
SpanId colliding_id(std::uint64_t number) { return id_of_hash(number + 1); }

// Ids as logs have them: dense, as ours; and as Tokio's registry packs them, with the slot
// in the low bits, the thread above and the slot's generation on top. And as nobody has them.
SpanId some_id(std::mt19937_64& random) {
  const std::uint64_t slot = random() % 600;
  if (random() % 2 == 0) return slot + 1;
  if (random() % 2 == 0) return colliding_id(slot);
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

std::size_t looks = 0;

// An id that counts in `looks` how often one has looked at it.
struct CountedId {
  SpanId id = 0;
  CountedId(SpanId that = 0) : id(that) {}  // as a SpanId is one
  operator SpanId() const noexcept {
    ++looks;
    return id;
  }
};

struct CountedEntry {
  CountedId id;
};

// What the table does looks at ids, so that is what takes time: a few times a call, also where it
// is full of ids that were chosen to have one home, or to have homes that are all in one row.
void expect_few_looks(const std::function<SpanId(std::uint64_t)>& id_of, std::size_t ids) {
  looks = 0;
  IdTable<CountedEntry> table;
  for (std::size_t i = 0; i < ids; ++i) table.add(id_of(i));
  for (std::size_t i = 0; i < ids; ++i) ASSERT_TRUE(table.contains(id_of(i)));
  for (std::size_t i = 0; i < ids; ++i) ASSERT_FALSE(table.contains(colliding_id(ids + i)));
  for (std::size_t i = 0; i < ids; i += 2) table.erase(id_of(i));
  for (std::size_t i = 0; i < ids; ++i) ASSERT_EQ(table.contains(id_of(i)), i % 2 == 1);
  EXPECT_LT(looks, 500 * ids);
}

TEST(IdTable, TakesNoLongerForIdsThatWereChosenToCollide) {
  expect_few_looks(colliding_id, 200'000);
}

TEST(IdTable, TakesNoLongerForIdsThatWereChosenToHaveHomesInARow) {
  constexpr int kBits = 17;
  // So that they are in a row, and each in its home, whenever the table grows: 0 4 2 6 1 5 3 7.
  const auto reversed = [](std::uint64_t number) {
    std::uint64_t out = 0;
    for (int bit = 0; bit < kBits; ++bit) out |= (number >> bit & 1) << (kBits - 1 - bit);
    return out;
  };
  const auto in_a_row = [&](std::uint64_t number) {
    return id_of_hash((reversed(number) << (64 - kBits - 1)) + 1);
  };
  expect_few_looks(in_a_row, 1 << kBits);
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

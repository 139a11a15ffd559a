// The parts of a delay: each instant belongs to the innermost poll, and nothing is left out.
#include "replay/model/delay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ari::replay {
namespace {

constexpr std::uint32_t kThread = 1;
constexpr SpanId kItself = 9;

Slice slice(SpanId task, std::int64_t from, std::int64_t until, std::uint32_t thread = kThread) {
  return {task, thread, from, until, 1};
}

std::int64_t ns_of(const ThreadTime& time, SpanId task) {
  std::int64_t ns = 0;
  for (const DelayPart& part : time.parts) ns += part.task == task ? part.ns : 0;
  return ns;
}

TEST(Delay, IsCutUpByWhatTheThreadDid) {
  // Task 1 runs all, 2 and 3 are in front, then the worker is parked.
  const std::vector<Slice> slices = {slice(2, 5, 20), slice(3, 20, 25), slice(0, 30, 36),
                                     slice(1, 0, 90), slice(4, 12, 40, 2)};
  const ThreadTime time = spent_on_thread(slices, kThread, kItself, 10, 40);
  EXPECT_EQ(ns_of(time, 2), 10);
  EXPECT_EQ(ns_of(time, 3), 5);
  EXPECT_EQ(ns_of(time, 0), 6);
  EXPECT_EQ(ns_of(time, 1), 0);
  EXPECT_EQ(time.not_told_ns, 9);
  const auto elsewhere = spent_elsewhere(slices, kThread, kItself, 10, 40);
  ASSERT_EQ(elsewhere.size(), 1u);
  EXPECT_EQ(ns_of(elsewhere[0], 4), 28);
  EXPECT_EQ(elsewhere[0].not_told_ns, 2);
}

// Held against a look at each instant.
TEST(Delay, AgreesWithEveryInstantOnRandomNestedSlices) {
  std::mt19937 random(3);
  for (int run = 0; run < 300; ++run) {
    const std::int64_t from = 20, until = 80;
    std::vector<Slice> slices;
    std::vector<SpanId> owner(100, kItself);  // of each instant; kItself: nobody
    const auto nest = [&](auto& self, std::int64_t begin, std::int64_t end, int depth) -> void {
      for (std::int64_t at = begin; at < end;) {
        const std::int64_t start = at + static_cast<std::int64_t>(random() % 20);
        const std::int64_t stop = start + 1 + static_cast<std::int64_t>(random() % 25);
        if (stop > end) return;
        const SpanId task = random() % 5;
        slices.push_back(slice(task, start, stop));
        // One that is still going on at the end is around the task's own poll.
        for (std::int64_t t = start; stop <= until && t < stop; ++t) {
          owner[static_cast<std::size_t>(t)] = task;
        }
        if (depth < 3) self(self, start, stop, depth + 1);
        at = stop;
      }
    };
    nest(nest, 0, 100, 0);
    const ThreadTime time = spent_on_thread(slices, kThread, kItself, from, until);
    std::int64_t sum = time.not_told_ns;
    for (SpanId task = 0; task < 5; ++task) {
      const auto told = std::count(owner.begin() + from, owner.begin() + until, task);
      EXPECT_EQ(ns_of(time, task), told) << run;
      sum += ns_of(time, task);
    }
    EXPECT_EQ(sum, until - from) << run;
  }
}

}  // namespace
}  // namespace ari::replay

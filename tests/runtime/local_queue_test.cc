// LocalQueue: no task is lost or given out twice, whoever takes it.
#include "runtime/scheduler/local_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "runtime/ari.h"

namespace ari::scheduler {
namespace {

Task<void> nothing() { co_return; }

// Tasks to put into queues; they never run.
class Tasks {
 public:
  explicit Tasks(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) handles_.push_back(runtime_.spawn(nothing()));
  }
  task::Header& operator[](std::size_t i) { return handles_[i].task(); }
  std::size_t size() const { return handles_.size(); }

 private:
  Runtime runtime_;
  std::deque<JoinHandle<void>> handles_;
};

TEST(LocalQueue, IsFirstInFirstOutAndHolds256) {
  Tasks tasks(257);
  LocalQueue queue;
  EXPECT_EQ(queue.pop(), nullptr);
  for (std::size_t i = 0; i < 256; ++i) EXPECT_TRUE(queue.push(tasks[i]));
  EXPECT_FALSE(queue.push(tasks[256]));
  EXPECT_EQ(queue.size(), 256u);
  for (std::size_t i = 0; i < 256; ++i) EXPECT_EQ(queue.pop(), &tasks[i]);
  EXPECT_TRUE(queue.empty());
}

TEST(LocalQueue, AThiefTakesTheOlderHalfRoundedUp) {
  Tasks tasks(256);
  for (const std::size_t size : {0u, 1u, 2u, 5u, 256u}) {
    SCOPED_TRACE(size);
    LocalQueue queue, thief;
    for (std::size_t i = 0; i < size; ++i) ASSERT_TRUE(queue.push(tasks[i]));
    const std::size_t stolen = queue.steal_into(thief);
    EXPECT_EQ(stolen, (size + 1) / 2);
    for (std::size_t i = 0; i < stolen; ++i) EXPECT_EQ(thief.pop(), &tasks[i]);
    for (std::size_t i = stolen; i < size; ++i) EXPECT_EQ(queue.pop(), &tasks[i]);
    EXPECT_EQ(queue.pop(), nullptr);
  }
}

// Wherever in the ring it stands: the older half is pushed again where it lies.
TEST(LocalQueue, OverflowTakesTheNewerHalf) {
  Tasks tasks(256);
  for (const std::size_t start : {0u, 1u, 100u, 255u}) {
    SCOPED_TRACE(start);
    LocalQueue queue;
    for (std::size_t i = 0; i < start; ++i) {
      ASSERT_TRUE(queue.push(tasks[0]));
      queue.pop();
    }
    for (std::size_t i = 0; i < 255; ++i) ASSERT_TRUE(queue.push(tasks[i]));
    std::vector<task::Header*> taken;
    const auto take = [&](task::Header& task) { taken.push_back(&task); };
    EXPECT_FALSE(queue.pop_half(take)) << "it is not full";
    ASSERT_TRUE(queue.push(tasks[255]));
    ASSERT_TRUE(queue.pop_half(take));
    ASSERT_EQ(taken.size(), 128u);
    for (std::size_t i = 0; i < 128; ++i) EXPECT_EQ(taken[i], &tasks[128 + i]);
    for (std::size_t i = 0; i < 128; ++i) EXPECT_EQ(queue.pop(), &tasks[i]);
    EXPECT_EQ(queue.pop(), nullptr);
  }
}

// The owner pushes, pops and overflows at random, two thieves steal, until every task has
// come out somewhere: each exactly once.
TEST(LocalQueue, GivesEachTaskOnceToTheOwnerOrAThief) {
  constexpr std::size_t kTasks = 20'000;
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Tasks tasks(kTasks);
  LocalQueue queue;
  std::atomic<std::size_t> out{0};
  std::vector<std::vector<task::Header*>> got(3);
  const auto steals = [&](std::vector<task::Header*>& mine) {
    LocalQueue own;
    while (out.load() < kTasks) {
      out.fetch_add(queue.steal_into(own));
      while (task::Header* task = own.pop()) mine.push_back(task);
    }
  };
  std::thread one([&] { steals(got[1]); });
  std::thread two([&] { steals(got[2]); });
  std::mt19937 random(seed);
  std::size_t pushed = 0;
  const auto keep = [&](task::Header& task) {
    got[0].push_back(&task);
    out.fetch_add(1);
  };
  while (out.load() < kTasks) {
    const bool pop = random() % 4 == 0 || pushed == kTasks;
    if (pop) {
      if (task::Header* task = queue.pop()) keep(*task);
    } else if (queue.push(tasks[pushed])) {
      ++pushed;
    } else {
      static_cast<void>(queue.pop_half(keep));
    }
  }
  one.join();
  two.join();
  std::vector<task::Header*> all;
  for (const auto& part : got) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all.size(), kTasks);
  EXPECT_EQ(std::unique(all.begin(), all.end()), all.end()) << "one came out twice";
}

}  // namespace
}  // namespace ari::scheduler

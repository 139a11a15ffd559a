#include "tests/runtime/stress/world.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "tests/runtime/flavours.h"
#include "tests/runtime/stress/interleaving.h"
#include "tests/runtime/stress/watchdog.h"

namespace ari::stress {

namespace {

// As many as the sanitizers' builds get through in a few seconds.
constexpr std::uint64_t kSeeds = 100;

std::optional<std::uint64_t> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  return std::strtoull(text, nullptr, 10);
}

// One is the thread that calls.
std::size_t threads_for(std::uint64_t seed) { return 1 + seed % 4; }

Runtime runtime_for(std::uint64_t seed) {
  const std::size_t threads = threads_for(seed);
  return threads == 1 ? Runtime() : test::multi_thread(threads);
}

std::string repeat(std::uint64_t seed) {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  return "seed " + std::to_string(seed) + ", to be repeated by ARI_SEED=" + std::to_string(seed) +
         " ARI_SEEDS=1000 stress_test --gtest_filter=" + test->test_suite_name() + '.' +
         test->name();
}

}  // namespace

World::World(std::uint64_t seed)
    : dice_(seed), has_workers_(threads_for(seed) > 1), runtime_(runtime_for(seed)) {}

World::Handles World::spawn(int count, const std::function<Task<void>(int, Dice)>& make) {
  Handles handles;
  for (int i = 0; i < count; ++i) handles.push_back(runtime_->spawn(make(i, dice_.fork())));
  return handles;
}

Task<void> World::joins(Handles handles, std::optional<Dice> dice) {
  if (dice) {
    for (JoinHandle<void>& handle : handles) {
      const bool doomed = dice->one_in(3);
      if (!doomed) continue;
      co_await gives_way(*dice);
      handle.abort();
    }
  }
  for (JoinHandle<void>& handle : handles) {
    try {
      co_await handle;
    } catch (const JoinError&) {
      EXPECT_TRUE(dice) << "cancelled, and nobody had aborted it";
    }
  }
}

Task<void> joins(JoinHandle<void> handle) { co_await handle; }

void on_each_seed(const std::function<void(World&)>& body) {
  const std::optional<std::uint64_t> only = number_in("ARI_SEED");
  const std::uint64_t count = number_in("ARI_SEEDS").value_or(only ? 1 : kSeeds);
  Watchdog watchdog;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t seed = only.value_or(i);
    const std::string how = repeat(seed);
    SCOPED_TRACE(how);
    World world(seed);
    watchdog.begin(how, world.runtime().handle());
    interleave(seed);
    body(world);
    interleave_no_more();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace ari::stress

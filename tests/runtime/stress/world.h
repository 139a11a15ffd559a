// World: the runtime of one seed, and the tasks that a stress test lets loose in it.
//
//   TEST(MutexStress, LetsOneInAtATime) {
//     stress::on_each_seed([](stress::World& world) {
//       sync::Mutex<int> mutex;
//       world.crowd(6, [&](int, stress::Dice dice) { return locks(&mutex, dice); });
//       EXPECT_TRUE(mutex.try_lock());
//     });
//   }
//
// The seed decides all that is decided by chance: whether the runtime has one thread or 2 to
// 4 workers, what tasks do, when they give way, and (interleaving.h) how often threads do.
// It does not decide what the system's scheduler does, so that a seed which failed once may
// have to be repeated:
//
//   ARI_SEEDS=5000 build/tsan/bin/stress_test                                  more seeds
//   ARI_SEED=17 ARI_SEEDS=1000 build/tsan/bin/stress_test --gtest_filter=…    one, 1000 times
//
// A failure says its seed; so does a test that hangs, with a dump of its tasks, after half a
// minute.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/stress/dice.h"

namespace ari::stress {

class World {
 public:
  explicit World(std::uint64_t seed);

  Runtime& runtime() noexcept { return *runtime_; }
  // Or one thread only.
  bool has_workers() const noexcept { return has_workers_; }
  // The runtime's end.
  void end() noexcept { runtime_.reset(); }
  bool has_ended() const noexcept { return !runtime_; }
  Dice& dice() noexcept { return dice_; }

  // Runs a task to its end.
  template <class T>
  T run(Task<T> task) {
    return runtime_->block_on(std::move(task));
  }

  // Lets loose `count` tasks, which make(number, dice) makes, and waits for the end of all.
  void crowd(int count, const std::function<Task<void>(int, Dice)>& make) {
    run(joins(spawn(count, make), std::nullopt));
  }
  // The same, but some of them are aborted at some time.
  void mortal_crowd(int count, const std::function<Task<void>(int, Dice)>& make) {
    run(joins(spawn(count, make), dice_.fork()));
  }

 private:
  using Handles = std::vector<JoinHandle<void>>;
  Handles spawn(int count, const std::function<Task<void>(int, Dice)>& make);
  // With dice it aborts some before.
  static Task<void> joins(Handles handles, std::optional<Dice> dice);

  Dice dice_;
  const bool has_workers_;
  std::optional<Runtime> runtime_;
};

// Calls `body` for every seed, until one fails.
void on_each_seed(const std::function<void(World&)>& body);

// Ends when the handle's task does.
Task<void> joins(JoinHandle<void> handle);

}  // namespace ari::stress

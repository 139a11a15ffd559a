// The end of a runtime in the middle of everything: whatever its tasks are in just then, all that
// they have is destroyed, once, and whoever waits for them from outside learns of it.
// shutdown_test.cc has each state by itself.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "tests/runtime/belonging.h"
#include "tests/runtime/stress/world.h"

namespace ari::stress {
namespace {

using std::chrono::milliseconds;
using test::Belonging;

// What tasks share that outlives the runtime.
struct Shared {
  sync::Mutex<int> mutex;
  sync::RwLock<int> lock;
  sync::Semaphore semaphore{2};
  sync::Notify notify;
  sync::Barrier barrier{3};
  sync::CancellationToken token;
  std::pair<sync::mpsc::Sender<Belonging>, sync::mpsc::Receiver<Belonging>> bounded;
  std::pair<sync::watch::Sender<int>, sync::watch::Receiver<int>> watch = sync::watch::channel(0);
  std::pair<sync::broadcast::Sender<int>, sync::broadcast::Receiver<int>> broadcast =
      sync::broadcast::channel<int>(2);

  Shared() : bounded(sync::mpsc::channel<Belonging>(1)) {}
};

// Adds to what lives when its frame dies, too: spawning then is refused, and must not leak.
class SpawnsAtItsEnd {
 public:
  explicit SpawnsAtItsEnd(Belonging belonging) : belonging_(belonging) {}
  ~SpawnsAtItsEnd() { spawn(nothing(belonging_)); }

 private:
  static Task<void> nothing(Belonging) { co_return; }
  Belonging belonging_;
};

Task<void> a_while(Dice dice) {
  for (unsigned turns = dice.below(10); turns > 0; --turns) co_await gives_way(dice);
}

Task<void> one_thing(Shared* shared, Belonging belonging, Dice& dice) {
  switch (dice.below(12)) {
    case 0: {
      auto guard = co_await shared->mutex.lock();
      co_await gives_way(dice);
      break;
    }
    case 1: {
      auto guard = co_await shared->lock.read();
      co_await gives_way(dice);
      break;
    }
    case 2: {
      auto guard = co_await shared->lock.write();
      co_await gives_way(dice);
      break;
    }
    case 3: {
      auto permit = co_await shared->semaphore.acquire_many(1 + dice.below(2));
      co_await gives_way(dice);
      break;
    }
    case 4:
      shared->notify.notify_one();
      co_await shared->notify.notified();
      break;
    case 5:
      co_await select(shared->barrier.wait(), time::sleep(milliseconds(1)));
      break;
    case 6:
      co_await select(shared->bounded.first.send(belonging), task::yield_now());
      break;
    case 7: {
      auto receiver = shared->broadcast.first.subscribe();
      shared->broadcast.first.send(1);
      static_cast<void>(co_await receiver.recv());
      break;
    }
    case 8: {
      auto receiver = shared->watch.second;
      static_cast<void>(co_await time::timeout(milliseconds(1), receiver.changed()));
      break;
    }
    case 9: {
      const auto works = [belonging] { std::this_thread::yield(); };
      co_await spawn_blocking(works);
      break;
    }
    case 10: {
      JoinSet<void> set;
      const SpawnsAtItsEnd last(belonging);
      for (int i = 0; i < 3; ++i) set.spawn(a_while(dice.fork()));
      static_cast<void>(co_await set.join_next());
      co_await set.shutdown();
      break;
    }
    default:
      co_await shared->token.child_token().run_until_cancelled(time::sleep(milliseconds(1)));
  }
}

Task<void> goes_on_for_ever(Shared* shared, Belonging belonging, Dice dice) {
  while (true) {
    co_await one_thing(shared, belonging, dice);
    co_await gives_way(dice);
  }
}

TEST(ShutdownStress, InTheMiddleOfEverythingDestroysAll) {
  on_each_seed([](World& world) {
    int alive = 0;
    {
      Shared shared;
      std::vector<JoinHandle<void>> handles;
      for (int i = 0; i < 8; ++i) {
        handles.push_back(world.runtime().spawn(
            goes_on_for_ever(&shared, Belonging(alive), world.dice().fork())));
      }
      std::atomic<bool> stop{false};
      std::thread outside([&, random = world.dice().fork()]() mutable {
        while (!stop.load()) {
          shared.notify.notify_one();
          handles[random.below(8)].abort();
          std::this_thread::yield();
          if (random.one_in(3)) break;
        }
        stop = true;
        shared.token.cancel();
      });
      world.run(a_while(world.dice().fork()));
      world.end();
      stop = true;
      outside.join();
      for (const JoinHandle<void>& handle : handles) EXPECT_TRUE(handle.is_finished());
      EXPECT_TRUE(shared.mutex.try_lock());
      EXPECT_TRUE(shared.lock.try_write());
      EXPECT_EQ(shared.semaphore.available_permits(), 2u);
    }
    EXPECT_EQ(Belonging::count(alive), 0);
  });
}

}  // namespace
}  // namespace ari::stress

// Wakers: counted, and good from any thread at any time.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using std::chrono::milliseconds;

// Gives a copy of its task's waker away, and is ready once it was told so.
class Door {
 public:
  struct Shared {
    std::mutex mutex;
    bool open = false;
    std::vector<Waker> wakers;

    std::vector<Waker> open_it() {
      const std::lock_guard lock(mutex);
      open = true;
      return std::exchange(wakers, {});
    }
  };

  explicit Door(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  Poll poll(Context& cx) noexcept {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->open) return Poll::kReady;
    shared_->wakers.push_back(cx.waker());
    return Poll::kPending;
  }

 private:
  std::shared_ptr<Shared> shared_;
};

Task<int> waits_at(std::shared_ptr<Door::Shared> shared, int result) {
  Door door(std::move(shared));
  co_await door;
  co_return result;
}

Task<void> one_turn() { co_await task::yield_now(); }

TEST(Waker, EmptyWakesNobody) {
  Waker empty;
  EXPECT_FALSE(empty);
  empty.wake_by_ref();
  std::move(empty).wake();
  EXPECT_TRUE(Waker().will_wake(Waker()));
}

TEST(Waker, OutlivesItsTaskAndItsRuntime) {
  test::Recorder recorder;
  auto door = std::make_shared<Door::Shared>();
  {
    Runtime runtime;
    auto handle = runtime.spawn(waits_at(door, 1));
    runtime.block_on(one_turn());
  }
  EXPECT_TRUE(recorder.text().ends_with("T1 | exit\nT1 | close cancelled\n"));
  auto wakers = door->open_it();
  ASSERT_EQ(wakers.size(), 1u);
  const Waker copy = wakers[0];
  copy.wake_by_ref();
  std::move(wakers[0]).wake();
  EXPECT_TRUE(recorder.text().ends_with("- | clone(T1)\n- | wake_ref(T1)\n- | wake(T1)\n"));
}

Task<int> joins(JoinHandle<int> handle) {
  const int result = co_await handle;
  co_return result;
}

TEST(Waker, AnotherThreadWakesAParkedRuntime) {
  auto door = std::make_shared<Door::Shared>();
  std::thread other;
  {
    Runtime runtime;
    auto handle = runtime.spawn(waits_at(door, 42));
    other = std::thread([door] {
      while (true) {  // until the task waits
        {
          const std::lock_guard lock(door->mutex);
          if (!door->wakers.empty()) break;
        }
        std::this_thread::yield();
      }
      for (Waker& waker : door->open_it()) std::move(waker).wake();
    });
    EXPECT_EQ(runtime.block_on(joins(std::move(handle))), 42);
  }
  other.join();
}

// Ready at the n-th poll; each poll hands a copy of the waker to a thread that wakes it.
class PingPong {
 public:
  struct Shared {
    std::mutex mutex;
    std::optional<Waker> waker;
    bool stop = false;
  };
  PingPong(std::shared_ptr<Shared> shared, int polls)
      : shared_(std::move(shared)), polls_left_(polls) {}
  Poll poll(Context& cx) noexcept {
    if (polls_left_-- == 0) return Poll::kReady;
    const std::lock_guard lock(shared_->mutex);
    shared_->waker = cx.waker();
    return Poll::kPending;
  }

 private:
  std::shared_ptr<Shared> shared_;
  int polls_left_;
};

Task<void> plays(std::shared_ptr<PingPong::Shared> shared, int polls) {
  PingPong game(std::move(shared), polls);
  co_await game;
}

TEST(Waker, NoWakeFromAnotherThreadIsLost) {
  constexpr int kRounds = 20'000;
  auto shared = std::make_shared<PingPong::Shared>();
  std::thread other([shared] {
    for (bool stop = false; !stop;) {
      std::optional<Waker> waker;
      {
        const std::lock_guard lock(shared->mutex);
        waker = std::exchange(shared->waker, std::nullopt);
        stop = shared->stop && !waker;
      }
      if (waker) std::move(*waker).wake();
    }
  });
  Runtime().block_on(plays(shared, kRounds));
  {
    const std::lock_guard lock(shared->mutex);
    shared->stop = true;
  }
  other.join();
}

// Does with its waker whatever the seed says, and keeps some copies.
class Juggler {
 public:
  explicit Juggler(unsigned seed) : random_(seed) {}
  Poll poll(Context& cx) noexcept {
    if (++polls_ > 50) return Poll::kReady;
    for (unsigned i = random_() % 5; i > 0; --i) juggle(cx.waker());
    cx.waker().wake_by_ref();
    return Poll::kPending;
  }

 private:
  void juggle(const Waker& lent) {
    switch (random_() % 6) {
      case 0:
        kept_.push_back(lent);
        break;
      case 1:
        kept_.clear();
        break;
      case 2:
        Waker(lent).wake();
        break;
      case 3:
        if (!kept_.empty()) kept_.front().wake_by_ref();
        break;
      case 4:
        if (!kept_.empty()) kept_.front() = lent;
        break;
      case 5:
        if (!kept_.empty()) {
          Waker last = std::move(kept_.back());
          kept_.pop_back();
          std::move(last).wake();
        }
        break;
    }
  }

  std::mt19937 random_;
  int polls_ = 0;
  std::vector<Waker> kept_;
};

Task<void> juggles(unsigned seed) {
  Juggler juggler(seed);
  co_await juggler;
}

Task<void> many_jugglers(unsigned seed) {
  std::vector<JoinHandle<void>> handles;
  for (unsigned i = 0; i < 10; ++i) handles.push_back(spawn(juggles(seed + i)));
  for (auto& handle : handles) {
    co_await time::sleep(milliseconds(0));
    co_await handle;
  }
}

TEST(Waker, ClonesAreDropsPlusWakesByValueOnceAllIsOver) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    test::Recorder recorder;
    Runtime().block_on(many_jugglers(seed));
    EXPECT_GT(recorder.count("clone(T2)"), 0);
    for (const char* task : {"T1", "T2", "T3", "T4", "T5"}) {
      const std::string of = "(" + std::string(task) + ")";
      EXPECT_EQ(recorder.count("clone" + of),
                recorder.count("drop" + of) + recorder.count("wake" + of))
          << task;
    }
  }
}

}  // namespace
}  // namespace ari

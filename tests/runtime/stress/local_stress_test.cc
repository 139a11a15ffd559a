// LocalSet: its tasks are polled, and what is in their frames destroyed, on the thread that made
// the set and there only; none that was woken is forgotten, whoever wakes, joins and aborts.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include "tests/runtime/belonging.h"
#include "tests/runtime/stress/world.h"

namespace ari::stress {
namespace {

using std::chrono::hours;
using test::Belonging;

// In the frame of a local task: at home from its making to its end.
class AtHome {
 public:
  explicit AtHome(int& alive) : belonging_(alive) {}
  AtHome(const AtHome& other) : belonging_(other.belonging_), home_(other.home_) { check(); }
  AtHome& operator=(const AtHome&) = delete;
  ~AtHome() { check(); }

  void check() const {
    EXPECT_EQ(std::this_thread::get_id(), home_) << "polled or destroyed elsewhere";
  }

 private:
  Belonging belonging_;
  const std::thread::id home_ = std::this_thread::get_id();
};

Task<int> answers(int question, Dice dice) {
  co_await gives_way(dice);
  co_return question + 1;
}

// What those of the set share without a lock: a race is one of threads.
struct Unlocked {
  std::vector<int> steps;
  sync::Notify notify;
};

// One thing that wakes a local task from somewhere: another worker, the pool, a timer, itself.
Task<void> one_step(const AtHome& home, Unlocked* unlocked, int i, Dice& dice) {
  switch (dice.below(6)) {
    case 0: {
      auto elsewhere = spawn(answers(i, dice.fork()));
      const int answer = co_await elsewhere;
      EXPECT_EQ(answer, i + 1);
      break;
    }
    case 1: {
      const auto works = [i] { return i + 1; };
      auto blocking = spawn_blocking(works);
      const int answer = co_await blocking;
      EXPECT_EQ(answer, i + 1);
      break;
    }
    case 2: {
      auto beside = spawn_local(answers(i, dice.fork()));
      const int answer = co_await beside;
      EXPECT_EQ(answer, i + 1);
      break;
    }
    case 3: {
      static_cast<void>(co_await time::timeout(std::chrono::milliseconds(dice.below(2)),
                                               unlocked->notify.notified()));
      break;
    }
    case 4:
      unlocked->notify.notify_one();
      break;
    default:
      co_await gives_way(dice);
  }
  home.check();
  unlocked->steps.push_back(i);
}

Task<void> stays(AtHome home, Unlocked* unlocked, std::atomic<int>* ended, Dice dice) {
  const AtHome local = home;
  for (int i = 0; i < 6; ++i) {
    home.check();
    co_await one_step(home, unlocked, i, dice);
  }
  ended->fetch_add(1);
}

// From any worker.
Task<void> aborts(std::vector<AbortHandle> tasks, Dice dice) {
  for (const AbortHandle& task : tasks) {
    co_await gives_way(dice);
    task.abort();
  }
}

Task<void> waits_for(LocalSet* set) { co_await *set; }

TEST(LocalStress, TasksStayOnTheirThreadAndNoneIsForgotten) {
  on_each_seed([](World& world) {
    int alive = 0;
    std::atomic<int> ended{0};
    Unlocked unlocked;
    {
      LocalSet set;
      int doomed = 0;
      std::vector<AbortHandle> to_abort;
      std::vector<JoinHandle<void>> handles;
      for (int i = 0; i < 6; ++i) {
        handles.push_back(
            set.spawn_local(stays(AtHome(alive), &unlocked, &ended, world.dice().fork())));
        if (!world.dice().one_in(3)) continue;
        ++doomed;
        to_abort.push_back(handles.back().abort_handle());
      }
      auto aborting = world.runtime().spawn(aborts(std::move(to_abort), world.dice().fork()));
      // In parts, between which the set rests while its tasks are woken.
      while (world.dice().one_in(2)) {
        set.block_on(world.runtime(), answers(0, world.dice().fork()));
      }
      world.run(waits_for(&set));
      EXPECT_EQ(alive, 0) << "the set has ended, and its tasks have not";
      for (const auto& handle : handles) EXPECT_TRUE(handle.is_finished());
      EXPECT_GE(ended, 6 - doomed);
      world.run(joins(std::move(aborting)));
    }
  });
}

// What others have in hand of tasks that end with their set.
Task<void> waits_for_it(JoinHandle<void> handle, std::atomic<int>* joined, Dice dice) {
  co_await gives_way(dice);
  if (dice.one_in(4)) handle.abort();
  try {
    co_await handle;
  } catch (const JoinError&) {
  }
  joined->fetch_add(1);
}

Task<void> stays_for_ever(AtHome home, sync::Notify* news, Dice dice) {
  while (true) {
    co_await gives_way(dice);
    home.check();
    if (dice.one_in(3)) co_await news->notified();
    if (dice.one_in(8)) co_await time::sleep(hours(1));
  }
}

Task<void> tells(sync::Notify* news, Dice dice) {
  for (int i = 0; i < 20; ++i) {
    co_await gives_way(dice);
    news->notify_one();
  }
}

TEST(LocalStress, TheSetsEndCancelsItsTasksAtHomeAndTellsWhoJoins) {
  on_each_seed([](World& world) {
    int alive = 0;
    std::atomic<int> joined{0};
    sync::Notify news;
    std::vector<JoinHandle<void>> outside;
    {
      LocalSet set;
      for (int i = 0; i < 5; ++i) {
        auto handle = set.spawn_local(stays_for_ever(AtHome(alive), &news, world.dice().fork()));
        outside.push_back(
            world.runtime().spawn(waits_for_it(std::move(handle), &joined, world.dice().fork())));
      }
      outside.push_back(world.runtime().spawn(tells(&news, world.dice().fork())));
      set.block_on(world.runtime(), answers(0, world.dice().fork()));
      if (world.dice().one_in(4)) world.end();  // before the set
    }
    EXPECT_EQ(Belonging::count(alive), 0);
    if (world.has_ended()) return;
    for (auto& handle : outside) world.run(joins(std::move(handle)));
    EXPECT_EQ(joined, 5);
  });
}

}  // namespace
}  // namespace ari::stress

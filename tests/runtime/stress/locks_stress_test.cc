// Locks: who holds what, with tasks that give way, give up and are aborted at random.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "tests/runtime/belonging.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/stress/line.h"
#include "tests/runtime/stress/world.h"

namespace ari::stress {
namespace {

using test::Belonging;
using test::boxed;
using test::poll_once;

// ---- Mutex

struct Counted {
  int inside = 0;  // guarded by the lock alone: what breaks it, the sanitizer tells too
  int added = 0;
};
using Mutex = sync::Mutex<Counted>;
using MutexGuard = sync::MutexGuard<Counted>;

struct Adds {
  Mutex* mutex;
  std::atomic<int>* done;
};

Task<void> adds_under(MutexGuard guard, Adds adds, Dice dice) {
  EXPECT_EQ(++guard->inside, 1);
  struct Leaves {
    explicit Leaves(Counted& c) : counted(c) {}
    ~Leaves() { --counted.inside; }
    Counted& counted;
  };
  const Leaves leaves(*guard);  // also if the task is aborted here
  const int before = guard->added;
  co_await gives_way(dice);
  EXPECT_EQ(guard->added, before);
  guard->added = before + 1;
  adds.done->fetch_add(1);
}

Task<void> adds(Adds to, Line* line, [[maybe_unused]] Belonging belonging, Dice dice) {
  using Lock = decltype(to.mutex->lock());
  for (int i = 0; i < 12; ++i) {
    co_await gives_way(dice);
    InLine<Lock> place(*line, [&] { return to.mutex->lock(); });
    const unsigned way = dice.below(5);
    if (way == 0) {
      std::optional<MutexGuard> guard = to.mutex->try_lock();
      if (guard) co_await adds_under(*std::move(guard), to, dice.fork());
    } else if (way == 1) {
      const bool locked = co_await poll_once(place);  // and gives up
      if (locked) co_await adds_under(place.result(), to, dice.fork());
    } else {
      MutexGuard guard = co_await place;
      co_await adds_under(std::move(guard), to, dice.fork());
    }
  }
}

TEST(LocksStress, MutexLetsInOneAtATimeInTheOrderInWhichTheyCame) {
  on_each_seed([](World& world) {
    int alive = 0;
    Mutex mutex;
    Line line;
    std::atomic<int> done{0};
    const Adds to{&mutex, &done};
    world.mortal_crowd(5, [&](int, Dice dice) { return adds(to, &line, Belonging(alive), dice); });
    auto guard = mutex.try_lock();
    ASSERT_TRUE(guard) << "who held it has gone";
    EXPECT_EQ((*guard)->added, done.load());
    EXPECT_TRUE(line.waiting.empty());
    EXPECT_EQ(alive, 0);
  });
}

// ---- RwLock

struct Halves {
  int left = 0;
  int right = 0;
};
struct Library {
  static constexpr int kSeats = 3;
  sync::RwLock<Halves> halves{Halves(), kSeats};
  std::atomic<int> reading{0};
  std::atomic<int> writing{0};
};

class Seat {
 public:
  Seat(std::atomic<int>& count, int most) : count_(count) {
    EXPECT_LE(count_.fetch_add(1) + 1, most);
  }
  ~Seat() { count_.fetch_sub(1); }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

 private:
  std::atomic<int>& count_;
};

Task<void> reads(Library* library, sync::RwLockReadGuard<Halves> guard, Dice dice) {
  const Seat seat(library->reading, Library::kSeats);
  EXPECT_EQ(library->writing.load(), 0);
  const int left = guard->left;
  co_await gives_way(dice);
  EXPECT_EQ(guard->right, left);
}

Task<void> writes(Library* library, sync::RwLockWriteGuard<Halves> guard, Dice dice) {
  int written = 0;
  {
    const Seat seat(library->writing, 1);
    EXPECT_EQ(library->reading.load(), 0);
    written = ++guard->left;
    guard->right = written;
    co_await gives_way(dice);
    EXPECT_EQ(library->reading.load(), 0);
  }
  if (dice.one_in(2)) {
    auto reading = std::move(guard).downgrade();
    const Seat seat(library->reading, Library::kSeats);
    co_await gives_way(dice);
    EXPECT_EQ(reading->left, written) << "another writer came between";
  }
}

Task<void> visits(Library* library, [[maybe_unused]] Belonging belonging, Dice dice) {
  for (int i = 0; i < 12; ++i) {
    co_await gives_way(dice);
    const bool gives_up = dice.one_in(4);
    if (dice.one_in(3)) {
      auto write = boxed([&] { return library->halves.write(); });
      bool locked = true;
      if (gives_up) locked = co_await poll_once(*write);
      if (!locked) continue;
      if (gives_up) {
        co_await writes(library, write->result(), dice.fork());
      } else {
        auto guard = co_await *write;
        co_await writes(library, std::move(guard), dice.fork());
      }
    } else if (gives_up) {
      auto guard = library->halves.try_read();
      if (guard) co_await reads(library, *std::move(guard), dice.fork());
    } else {
      auto guard = co_await library->halves.read();
      co_await reads(library, std::move(guard), dice.fork());
    }
  }
}

TEST(LocksStress, RwLockKeepsWritersAloneAndReadersWithinTheirNumber) {
  on_each_seed([](World& world) {
    int alive = 0;
    Library library;
    world.mortal_crowd(6, [&](int, Dice dice) { return visits(&library, Belonging(alive), dice); });
    EXPECT_TRUE(library.halves.try_write()) << "who held it has gone";
    EXPECT_EQ(alive, 0);
  });
}

// ---- Semaphore

struct Slots {
  static constexpr std::uint32_t kCount = 4;
  std::shared_ptr<sync::Semaphore> semaphore =
      std::make_shared<sync::Semaphore>(kCount, std::source_location::current());
  std::atomic<int> used{0};
};

class Uses {
 public:
  Uses(Slots& slots, std::size_t count) : slots_(slots), count_(static_cast<int>(count)) {
    EXPECT_LE(slots_.used.fetch_add(count_) + count_, static_cast<int>(Slots::kCount));
  }
  ~Uses() { slots_.used.fetch_sub(count_); }
  Uses(const Uses&) = delete;
  Uses& operator=(const Uses&) = delete;

 private:
  Slots& slots_;
  int count_;
};

// What is counted as used comes back before the permits do.
Task<void> uses(Slots* slots, sync::OwnedSemaphorePermit permit, Dice dice) {
  const Uses in_use(*slots, permit.num_permits());
  co_await gives_way(dice);
  if (dice.one_in(3)) {
    auto part = permit.split(1);
    co_await gives_way(dice);
    if (part) permit.merge(*std::move(part));
  }
}

Task<void> acquires(Slots* slots, [[maybe_unused]] Belonging belonging, Dice dice) {
  for (int i = 0; i < 12; ++i) {
    co_await gives_way(dice);
    const std::uint32_t count = 1 + dice.below(Slots::kCount);
    const unsigned way = dice.below(8);
    if (way == 0) {
      auto permit = try_acquire_many_owned(slots->semaphore, count);
      if (permit) co_await uses(slots, *std::move(permit), dice.fork());
    } else if (way == 1) {
      auto acquire = boxed([&] { return acquire_many_owned(slots->semaphore, count); });
      static_cast<void>(co_await poll_once(*acquire));
      co_await gives_way(dice);
    } else if (way == 2) {
      const std::size_t taken = slots->semaphore->forget_permits(count);
      slots->semaphore->add_permits(taken);
    } else {
      auto permit = co_await acquire_many_owned(slots->semaphore, count);
      co_await uses(slots, std::move(permit), dice.fork());
    }
  }
}

// A member of the crowd that closes the semaphore may come at any time.
Task<void> acquires_until_closed(Slots* slots, [[maybe_unused]] Belonging belonging, Dice dice,
                                 bool closes) {
  try {
    co_await acquires(slots, belonging, dice.fork());
    if (closes) slots->semaphore->close();
  } catch (const sync::AcquireError&) {
    EXPECT_TRUE(slots->semaphore->is_closed());
  }
}

TEST(LocksStress, SemaphoreLosesNoPermitAndMakesNone) {
  on_each_seed([](World& world) {
    int alive = 0;
    Slots slots;
    const bool closed = world.dice().one_in(4);
    world.mortal_crowd(6, [&](int number, Dice dice) {
      return acquires_until_closed(&slots, Belonging(alive), dice, closed && number == 0);
    });
    EXPECT_EQ(slots.semaphore->available_permits(), Slots::kCount);
    EXPECT_EQ(alive, 0);
  });
}

// ---- Barrier

struct Rounds {
  explicit Rounds(std::size_t size) : barrier(size) {}
  static constexpr std::size_t kCount = 8;
  sync::Barrier barrier;
  std::atomic<int> arrived[kCount]{};
  std::atomic<int> leaders[kCount]{};
};

Task<void> goes_round(Rounds* rounds, int size, Dice dice) {
  for (std::size_t round = 0; round < Rounds::kCount; ++round) {
    co_await gives_way(dice);
    rounds->arrived[round].fetch_add(1);
    auto result = co_await rounds->barrier.wait();
    EXPECT_EQ(rounds->arrived[round].load(), size) << "let go before all were here";
    if (result.is_leader()) rounds->leaders[round].fetch_add(1);
  }
}

TEST(LocksStress, BarrierLetsAllGoTogetherWithOneLeader) {
  on_each_seed([](World& world) {
    const int size = 1 + static_cast<int>(world.dice().below(6));
    Rounds rounds(static_cast<std::size_t>(size));
    world.crowd(size, [&](int, Dice dice) { return goes_round(&rounds, size, dice); });
    for (const auto& leaders : rounds.leaders) EXPECT_EQ(leaders.load(), 1);
  });
}

// ---- OnceCell

struct Cell {
  sync::OnceCell<int> cell;
  std::atomic<int> making{0};
  std::atomic<int> made{0};
};
struct Makes {
  explicit Makes(Cell& c) : cell(c) { EXPECT_EQ(cell.making.fetch_add(1), 0); }
  ~Makes() { cell.making.fetch_sub(1); }
  Cell& cell;
};

Task<int> makes(Cell* cell, int number, Dice dice) {
  const Makes makes(*cell);
  co_await gives_way(dice);
  if (dice.one_in(3)) throw std::runtime_error("expected");
  cell->made.fetch_add(1);
  co_return number;
}

// Whoever fails or is aborted leaves the making to another; the last is neither.
Task<void> needs(Cell* cell, int number, Dice dice) {
  co_await gives_way(dice);
  for (bool has_it = false; !has_it;) {
    try {
      const auto make = [cell, number, &dice] { return makes(cell, number, dice.fork()); };
      const auto value = co_await cell->cell.get_or_init(make);
      EXPECT_EQ(&value.get(), cell->cell.get());
      has_it = true;
    } catch (const std::runtime_error&) {
    }
  }
}

TEST(LocksStress, OnceCellIsMadeOnceWhateverFails) {
  on_each_seed([](World& world) {
    Cell cell;
    world.mortal_crowd(5, [&](int number, Dice dice) { return needs(&cell, number, dice); });
    world.crowd(1, [&](int, Dice dice) { return needs(&cell, 99, dice); });
    EXPECT_TRUE(cell.cell.is_set());
    EXPECT_EQ(cell.made.load(), 1);
    EXPECT_EQ(cell.making.load(), 0);
  });
}

}  // namespace
}  // namespace ari::stress

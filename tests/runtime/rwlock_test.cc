// RwLock: readers together, writers alone, everyone in order.
#include "runtime/sync/rwlock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/blocked_thread.h"
#include "tests/runtime/recorder.h"
#include "tests/runtime/turns.h"

namespace ari::sync {
namespace {

using Number = RwLock<int>;

// Reads or writes until it is told to end. The letters of those that are inside are in
// `inside`, small for readers.
Task<void> reads(Number* number, char name, std::string* inside, Notify* end) {
  {
    RwLockReadGuard<int> guard = co_await number->read();
    *inside += name;
    co_await end->notified();
  }
  std::erase(*inside, name);
}
Task<void> writes(Number* number, char name, std::string* inside, Notify* end) {
  {
    RwLockWriteGuard<int> guard = co_await number->write();
    *inside += name;
    co_await end->notified();
  }
  std::erase(*inside, name);
}

struct Scene : test::Turns {
  explicit Scene(std::uint32_t max_readers = Number::kMaxReaders) : number(7, max_readers) {}

  JoinHandle<void> add(char name) {
    const bool is_writer = name < 'a';
    return start((is_writer ? writes : reads)(&number, name, &inside, &end[name & 31]));
  }
  void end_of(char name) {
    end[name & 31].notify_one();
    get_on();
  }

  Number number;
  std::string inside;
  Notify end[32];
};

TEST(RwLock, ReadersAreInsideTogetherAndWritersAlone) {
  Scene scene;
  for (const char name : {'a', 'b', 'C', 'D'}) scene.add(name);
  EXPECT_EQ(scene.inside, "ab");
  scene.end_of('a');
  EXPECT_EQ(scene.inside, "b");
  scene.end_of('b');
  EXPECT_EQ(scene.inside, "C");
  scene.end_of('C');
  EXPECT_EQ(scene.inside, "D");
}

TEST(RwLock, ReadersThatComeAfterAWriterWaitBehindIt) {
  Scene scene;
  for (const char name : {'a', 'B', 'c', 'd', 'E', 'f'}) scene.add(name);
  EXPECT_EQ(scene.inside, "a");
  EXPECT_FALSE(scene.number.try_read());
  scene.end_of('a');
  EXPECT_EQ(scene.inside, "B");
  scene.end_of('B');
  EXPECT_EQ(scene.inside, "cd");
  scene.end_of('c');
  scene.end_of('d');
  EXPECT_EQ(scene.inside, "E");
  scene.end_of('E');
  EXPECT_EQ(scene.inside, "f");
}

TEST(RwLock, WriterDestroyedWhileItWaitsLetsReadersIn) {
  Scene scene;
  scene.add('a');
  auto writer = scene.add('B');
  scene.add('c');
  EXPECT_EQ(scene.inside, "a");
  scene.destroy(std::move(writer));
  EXPECT_EQ(scene.inside, "ac");
}

TEST(RwLock, DestroyedInsideLetsTheNextIn) {
  Scene scene;
  auto writer = scene.add('A');
  auto reader = scene.add('b');
  scene.add('C');
  scene.destroy(std::move(writer));
  EXPECT_EQ(scene.inside, "Ab") << "A is gone without having said so";
  scene.destroy(std::move(reader));
  EXPECT_EQ(scene.inside, "AbC");
}

TEST(RwLock, NoMoreReadersThanItIsMadeFor) {
  Scene scene(2);
  for (const char name : {'a', 'b', 'c'}) scene.add(name);
  EXPECT_EQ(scene.inside, "ab");
  scene.end_of('a');
  EXPECT_EQ(scene.inside, "bc");
}

TEST(RwLock, NumberOfReadersOutOfRangeIsRefused) {
  for (const std::uint32_t readers : {0u, Number::kMaxReaders + 1}) {
    try {
      const Number number(0, readers);
      ADD_FAILURE() << readers;
    } catch (const std::invalid_argument& error) {
      EXPECT_STREQ(error.what(), "ari: a RwLock has 1 to RwLock::kMaxReaders readers");
    }
  }
}

TEST(RwLock, TryTakesOnlyWhatIsToBeHadAtOnce) {
  Number number(1);
  std::optional<RwLockReadGuard<int>> reading = number.try_read();
  ASSERT_TRUE(reading);
  EXPECT_TRUE(number.try_read());
  EXPECT_FALSE(number.try_write());
  reading.reset();
  std::optional<RwLockWriteGuard<int>> writing = number.try_write();
  ASSERT_TRUE(writing);
  EXPECT_FALSE(number.try_read());
  EXPECT_FALSE(number.try_write());
  **writing = 2;
  writing.reset();
  EXPECT_EQ(**number.try_read(), 2);
}

TEST(RwLock, ReadersSeeAConstantValue) {
  static_assert(std::is_same_v<decltype(*std::declval<RwLockReadGuard<int>>()), const int&>);
  static_assert(std::is_same_v<decltype(*std::declval<RwLockWriteGuard<int>>()), int&>);
}

// ---- downgrade

TEST(RwLock, DowngradedLetsReadersInButNoWriterBetween) {
  Scene scene;
  std::optional<RwLockWriteGuard<int>> writing = scene.number.try_write();
  scene.add('a');
  scene.add('b');
  scene.add('C');
  scene.add('d');
  EXPECT_EQ(scene.inside, "");
  std::optional<RwLockReadGuard<int>> reading(std::move(*writing).downgrade());
  writing.reset();
  scene.get_on();
  EXPECT_EQ(scene.inside, "ab") << "d came after C";
  EXPECT_EQ(**reading, 7);
  scene.end_of('a');
  scene.end_of('b');
  EXPECT_EQ(scene.inside, "") << "C waits for the downgraded one";
  reading.reset();
  scene.get_on();
  EXPECT_EQ(scene.inside, "C");
}

TEST(RwLock, DowngradedOfOneReaderKeepsItsOnlyPlace) {
  Scene scene(1);
  std::optional<RwLockReadGuard<int>> reading((*scene.number.try_write()).downgrade());
  EXPECT_FALSE(scene.number.try_read());
  reading.reset();
  EXPECT_TRUE(scene.number.try_read());
}

// ---- owned guards

Task<OwnedRwLockReadGuard<int>> writes_then_reads(std::shared_ptr<Number> number) {
  OwnedRwLockWriteGuard<int> writing = co_await write_owned(std::move(number));
  ++*writing;
  co_return std::move(writing).downgrade();
}
Task<OwnedRwLockReadGuard<int>> reads_owned(std::shared_ptr<Number> number) {
  OwnedRwLockReadGuard<int> reading = co_await read_owned(std::move(number));
  co_return reading;
}

TEST(OwnedRwLockGuards, KeepTheLockAlive) {
  auto number = std::make_shared<Number>(7, std::source_location::current());
  const std::weak_ptr<Number> observed = number;
  Runtime runtime;
  {
    const OwnedRwLockReadGuard<int> reading = runtime.block_on(writes_then_reads(number));
    const OwnedRwLockReadGuard<int> other = runtime.block_on(reads_owned(number));
    EXPECT_FALSE(try_write_owned(number));
    EXPECT_TRUE(try_read_owned(std::move(number)));
    EXPECT_FALSE(observed.expired());
    EXPECT_EQ(*reading, 8);
    EXPECT_EQ(*other, 8);
  }
  EXPECT_TRUE(observed.expired());
  EXPECT_TRUE(try_write_owned(std::make_shared<Number>(1)));
}

// ---- on record

TEST(Sequence, RwLockIsEnteredTwiceWhenMade) {
  test::Recorder recorder;
  { const RwLock<int> number(0, 5); }
  EXPECT_EQ(recorder.text(),
            "R1 | new\n"
            "R1 | enter\n"
            "R1 | state_update max_readers=5\n"
            "R1 | state_update write_locked=false\n"
            "R1 | state_update current_readers=0\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R2 | new\n"
            "R2 | enter\n"
            "R2 | state_update permits=5 permits.op=\"override\"\n"
            "R2 | exit\n"
            "R1 | exit\n"
            "R1 | close\n"
            "R2 | close\n");
  EXPECT_TRUE(
      recorder.fields("R1").starts_with("concrete_type=\"RwLock\" kind=\"Sync\" loc.file="));
  EXPECT_EQ(recorder.target("R1"), "ari::sync::rwlock");
}

TEST(Sequence, RwLockTellsItsReadersAndItsWriter) {
  test::Recorder recorder;
  RwLock<int> number(0, 5);
  const std::size_t before = recorder.text().size();
  { RwLockReadGuard<int> reading = (*number.try_write()).downgrade(); }
  EXPECT_EQ(recorder.text().substr(before),
            "R2 | enter\n"
            "R2 | state_update permits=5 permits.op=\"sub\"\n"
            "R2 | exit\n"
            "R1 | enter\n"
            "R1 | state_update write_locked=true write_locked.op=\"override\"\n"
            "R1 | exit\n"
            "R2 | enter\n"
            "R2 | state_update permits=4 permits.op=\"add\"\n"
            "R2 | exit\n"
            "R1 | enter\n"
            "R1 | state_update write_locked=false write_locked.op=\"override\"\n"
            "R1 | exit\n"
            "R1 | enter\n"
            "R1 | state_update current_readers=1 current_readers.op=\"add\"\n"
            "R1 | exit\n"
            "R2 | enter\n"
            "R2 | state_update permits=1 permits.op=\"add\"\n"
            "R2 | exit\n"
            "R1 | enter\n"
            "R1 | state_update current_readers=1 current_readers.op=\"sub\"\n"
            "R1 | exit\n");
}

TEST(Sequence, EachWayToLockHasItsOwnName) {
  test::Recorder recorder;
  const auto one = Runtime().block_on(writes_then_reads(std::make_shared<Number>(7)));
  const auto other = Runtime().block_on(reads_owned(std::make_shared<Number>(7)));
  EXPECT_EQ(recorder.fields("O4"), "source=\"RwLock::write_owned\" inherits_child_attrs=false");
  EXPECT_EQ(recorder.fields("O11"), "source=\"RwLock::read_owned\" inherits_child_attrs=false");
}

// ---- threads

// Two halves that a writer changes one after the other: no reader sees them differ.
struct Halves {
  int left = 0;
  int right = 0;
};

Task<void> reads_and_writes(RwLock<Halves>* halves, std::atomic<int>* written, unsigned seed) {
  std::mt19937 random(seed);
  for (int i = 0; i < 100; ++i) {
    if (random() % 3 != 0) {
      RwLockReadGuard<Halves> reading = co_await halves->read();
      const int left = reading->left;
      if (random() % 2 == 0) co_await task::yield_now();
      EXPECT_EQ(reading->right, left);
    } else {
      RwLockWriteGuard<Halves> writing = co_await halves->write();
      ++writing->left;
      if (random() % 2 == 0) co_await task::yield_now();
      ++writing->right;
      written->fetch_add(1);
      if (random() % 2 == 0) {
        const int left = writing->left;
        const RwLockReadGuard<Halves> reading = std::move(writing).downgrade();
        co_await task::yield_now();
        EXPECT_EQ(reading->left, left);
      }
    }
  }
}
Task<void> dies_waiting(RwLock<Halves>* halves, bool writes) {
  if (writes) {
    const RwLockWriteGuard<Halves> writing = co_await halves->write();
    co_await task::yield_now();
  }
  const RwLockReadGuard<Halves> reading = co_await halves->read();
  co_await task::yield_now();
}
Task<void> crowd(RwLock<Halves>* halves, std::atomic<int>* written, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<JoinHandle<void>> handles;
  for (unsigned i = 0; i < 3; ++i) {
    handles.push_back(spawn(reads_and_writes(halves, written, 10 * seed + i)));
  }
  for (int i = 0; i < 30; ++i) {
    auto victim = spawn(dies_waiting(halves, random() % 2 == 0));
    for (unsigned turns = random() % 3; turns > 0; --turns) co_await task::yield_now();
    victim.abort();
  }
  for (auto& handle : handles) co_await handle;
}

TEST(RwLock, ThreadsSeeWholeWritesAndNeverStandStill) {
  for (unsigned seed = 0; seed < 8; ++seed) {
    SCOPED_TRACE(seed);
    RwLock<Halves> halves(Halves(), 3);
    std::atomic<int> written = 0;
    std::thread other([&] { Runtime().block_on(crowd(&halves, &written, 2 * seed)); });
    Runtime().block_on(crowd(&halves, &written, 2 * seed + 1));
    other.join();
    EXPECT_EQ(halves.try_write()->operator->()->left, written.load());
  }
}

Task<void> blocks_in_a_poll(RwLock<int>* lock) {
  EXPECT_THROW(static_cast<void>(lock->blocking_read()), std::logic_error);
  EXPECT_THROW(static_cast<void>(lock->blocking_write()), std::logic_error);
  co_return;
}
TEST(RwLock, BlockingFunctionsAreForThreadsThatPollNoTasks) {
  RwLock<int> lock(5);
  Runtime().block_on(blocks_in_a_poll(&lock));
  EXPECT_TRUE(lock.try_write());
}

Task<void> joins(JoinHandle<void> handle) { co_await handle; }
TEST(RwLock, BlockingFunctionsWaitInTheirThreadAndAreHeldByTheTaskThere) {
  RwLock<int> lock(0);
  // Not by the tasks of the waits, which have ended: dumps would tell of those.
  const auto reads = [&lock] {
    const auto waited = lock.blocking_read();
    EXPECT_EQ(*waited, 1) << "it was let in before the lock was free";
    const auto at_once = lock.blocking_read();
    auto waiting = lock.write();
    const auto readers = waiting.wait().shared_with;
    EXPECT_EQ(readers[0], task::id());
    EXPECT_EQ(readers[1], task::id());
    EXPECT_EQ(readers[2], trace::kNoSpan);
  };
  const auto writes = [&lock] {
    const auto guard = lock.blocking_write();
    EXPECT_EQ(*guard, 1) << "it was let in before the lock was free";
    auto waiting = lock.read();
    EXPECT_EQ(waiting.wait().held_by, task::id());
  };
  Runtime runtime;
  for (const bool is_reader : {true, false}) {
    auto held = lock.try_write();
    **held = 0;
    auto blocking = is_reader ? runtime.spawn_blocking(reads) : runtime.spawn_blocking(writes);
    test::until_thread_waits(is_reader ? "RwLock::read" : "RwLock::write");
    **held = 1;
    held.reset();
    runtime.block_on(joins(std::move(blocking)));
  }
}

TEST(RwLock, ThreadsThatBlockSeeWholeWrites) {
  RwLock<Halves> halves;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&halves] {
      for (int n = 0; n < 200; ++n) {
        if (n % 4 == 0) {
          const auto writing = halves.blocking_write();
          ++writing->left;
          ++writing->right;
        }
        const auto reading = halves.blocking_read();
        EXPECT_EQ(reading->left, reading->right);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(halves.try_read()->operator->()->left, 3 * 50);
}

}  // namespace
}  // namespace ari::sync

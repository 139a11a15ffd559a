// Circles of a dump: of locks, of joins, of a RwLock that is read twice with a writer between.
#include "runtime/dump/circles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "runtime/ari.h"
#include "tests/runtime/flavours.h"

namespace ari {
namespace {

using testing::HasSubstr;
using testing::Not;
using State = TaskDump::State;

class Circles : public test::OnEachFlavour {};
INSTANTIATE_TEST_SUITE_P(On, Circles, test::kEachFlavour, test::name_of);

JoinHandle<void> named(std::string_view name, Task<void> task) {
  return task::Builder().name(name).spawn(std::move(task));
}

// Returns once the task is idle in this op.
Task<void> until_it_waits(trace::SpanId id, std::string op) {
  while (true) {
    const Dump dump = ari::dump();
    const TaskDump* task = dump.find(id);
    if (task != nullptr && task->state == State::kIdle && task->trace.wait() &&
        task->trace.wait()->op == op) {
      co_return;
    }
    co_await task::yield_now();
  }
}

std::string called(const JoinHandle<void>& task, const std::string& name) {
  return "[" + std::to_string(task.id()) + "] " + name;
}

using Lock = std::shared_ptr<sync::RwLock<int>>;
using Gate = std::shared_ptr<sync::Notify>;

Task<void> reads_twice(Lock lock, Gate again) {
  const auto once = co_await lock->read();
  co_await again->notified();
  const auto twice = co_await lock->read();
}
Task<void> reads_owned_twice(Lock lock, Gate again) {
  const auto once = co_await read_owned(lock);
  co_await again->notified();
  const auto twice = co_await lock->read();
}
// Whose the guard is nobody can tell.
Task<void> reads_elsewhere_twice(Lock lock, Gate again) {
  const auto once = std::make_unique<sync::RwLockReadGuard<int>>(co_await lock->read());
  co_await again->notified();
  const auto twice = co_await lock->read();
}
Task<void> writes(Lock lock) { const auto guard = co_await lock->write(); }

Task<void> read_write_read(Task<void> (*reads_twice)(Lock, Gate), bool is_certain) {
  const auto here = std::source_location::current();
  auto lock = std::make_shared<sync::RwLock<int>>(0, here);
  auto again = std::make_shared<sync::Notify>();
  auto reader = named("reader", reads_twice(lock, again));
  co_await until_it_waits(reader.id(), "Notify::notified");
  EXPECT_TRUE(ari::dump().circles().empty()) << "one reads";
  auto writer = named("writer", writes(lock));
  co_await until_it_waits(writer.id(), "RwLock::write");
  EXPECT_TRUE(ari::dump().circles().empty()) << "the reader may still go";
  again->notify_one();
  co_await until_it_waits(reader.id(), "RwLock::read");

  const Dump dump = ari::dump();
  EXPECT_EQ(dump.circles().size(), 1u);
  const std::string r = called(reader, "reader"), w = called(writer, "writer");
  const std::string made = ", under the RwLock made at " + std::string(here.file_name()) + ":" +
                           std::to_string(here.line()) + ":" + std::to_string(here.column()) + "\n";
  EXPECT_THAT(dump.to_string(), HasSubstr("  " + r + " waits to read, behind " + w +
                                          ", which asked before to write" + made));
  EXPECT_THAT(dump.to_string(),
              HasSubstr("  " + w + " waits to write what " + r + " reads" + made));
  const std::string headline = "Deadlock: " + r + " → " + w + " → " + r;
  EXPECT_THAT(dump.to_string(),
              is_certain ? HasSubstr("\n" + headline + "\n")
                         : HasSubstr("\nPerhaps a deadlock: " + headline.substr(10) +
                                     ", unless a guard was handed to another task since\n"));
  reader.abort();
  writer.abort();
}
TEST_P(Circles, OfATaskThatReadsTwiceWithAWriterBetween) {
  make().block_on(read_write_read(reads_twice, true));
  make().block_on(read_write_read(reads_owned_twice, true));
}
TEST_P(Circles, AreNotCertainOfAGuardThatIsNoneOfTheTasksVariables) {
  make().block_on(read_write_read(reads_elsewhere_twice, false));
}

// The writer waits for another reader, who goes on: no circle, however long they wait.
Task<void> writer_behind_another() {
  auto lock = std::make_shared<sync::RwLock<int>>();
  auto other = std::optional(co_await lock->read());
  auto writer = named("writer", writes(lock));
  co_await until_it_waits(writer.id(), "RwLock::write");
  auto late = named("late", [](Lock l) -> Task<void> { auto g = co_await l->read(); }(lock));
  co_await until_it_waits(late.id(), "RwLock::read");
  EXPECT_TRUE(ari::dump().circles().empty());
  other.reset();
  co_await writer;
  co_await late;
}
TEST_P(Circles, AreNoneWhereOneCanGoOn) { make().block_on(writer_behind_another()); }

Task<void> reads(Lock lock) { const auto guard = co_await lock->read(); }

// In front of the reader is a writer that gives up; the one that stays came after it.
Task<void> writes_for_a_while(Lock lock, Gate gives_up) {
  static_cast<void>(co_await select(lock->write(), gives_up->notified()));
}
Task<void> reads_and_joins(Lock lock, Gate gives_up, JoinHandle<void>* reader, Gate reads_too) {
  const auto guard = co_await lock->read();
  auto hasty = named("hasty", writes_for_a_while(lock, gives_up));
  while (ari::dump().find(hasty.id())->state != State::kIdle) co_await task::yield_now();
  *reader = named("reader", reads(lock));
  reads_too->notify_one();
  co_await *reader;
}
Task<void> writer_that_came_later() {
  auto lock = std::make_shared<sync::RwLock<int>>();
  auto gives_up = std::make_shared<sync::Notify>();
  auto reads_too = std::make_shared<sync::Notify>();
  auto reader = named("none", [](Lock l) -> Task<void> { co_await reads(l); }(lock));
  co_await reader;
  auto first = named("first", reads_and_joins(lock, gives_up, &reader, reads_too));
  co_await reads_too->notified();
  co_await until_it_waits(reader.id(), "RwLock::read");
  auto late = named("late", writes(lock));
  co_await until_it_waits(late.id(), "RwLock::write");
  co_await until_it_waits(first.id(), "JoinHandle");
  EXPECT_TRUE(ari::dump().circles().empty()) << ari::dump().to_string();
  gives_up->notify_one();
  co_await first;
  co_await late;
}
TEST_P(Circles, AreNoneBehindAWriterThatMayGiveUp) { make().block_on(writer_that_came_later()); }

// The reader waits for room, not for the writer that came after it.
Task<void> too_many_readers() {
  auto lock = std::make_shared<sync::RwLock<int>>(0, 2, std::source_location::current());
  auto room = std::make_shared<sync::Notify>();
  auto other = std::optional(co_await lock->read());
  auto first = named("first", [](Lock l, Gate g) -> Task<void> {
    const auto guard = co_await l->read();
    auto third = named("third", reads(l));
    co_await g->notified();
    co_await third;
  }(lock, room));
  co_await until_it_waits(first.id(), "Notify::notified");
  const auto waits_to_read = [] {
    const Dump dump = ari::dump();
    const auto& last = dump.tasks().back();
    return last.trace.wait() && last.trace.wait()->op == "RwLock::read";
  };
  while (!waits_to_read()) co_await task::yield_now();
  auto writer = named("writer", writes(lock));
  co_await until_it_waits(writer.id(), "RwLock::write");
  room->notify_one();
  co_await until_it_waits(first.id(), "JoinHandle");
  EXPECT_TRUE(ari::dump().circles().empty()) << ari::dump().to_string();
  other.reset();
  co_await first;
  co_await writer;
}
TEST_P(Circles, AreNoneOfAReaderForWhomThereIsNoRoom) { make().block_on(too_many_readers()); }

using Mutex = std::shared_ptr<sync::Mutex<int>>;

Task<void> locks(Mutex mutex) { const auto guard = co_await mutex->lock(); }
Task<void> joins_what_waits_for_its_lock(Mutex mutex) {
  const auto guard = co_await mutex->lock();
  auto child = named("child", locks(mutex));
  co_await child;
}
Task<void> join_and_lock() {
  auto mutex = std::make_shared<sync::Mutex<int>>();
  auto parent = named("parent", joins_what_waits_for_its_lock(mutex));
  co_await until_it_waits(parent.id(), "JoinHandle");
  const trace::SpanId child = ari::dump().find(parent.id())->trace.wait()->joins.listed()[0];
  co_await until_it_waits(child, "Mutex::lock");
  const std::string p = called(parent, "parent");
  const std::string c = "[" + std::to_string(child) + "] child";
  EXPECT_THAT(
      ari::dump().to_string(),
      HasSubstr("\nDeadlock: " + p + " → " + c + " → " + p + "\n  " + p + " waits for the end of " +
                c + "\n  " + c + " waits for a lock that " + p + " took\n"));
  parent.abort();
}
TEST_P(Circles, OfAJoinAndALock) { make().block_on(join_and_lock()); }

Task<void> joins_a_set_of(Mutex mutex, int stuck, Gate free) {
  const auto guard = co_await mutex->lock();
  JoinSet<void> set;
  for (int i = 0; i < stuck; ++i) set.spawn(task::Builder().name("stuck"), locks(mutex));
  if (free != nullptr) {
    set.spawn([](Gate gate) -> Task<void> { co_await gate->notified(); }(free));
  }
  co_await set.join_next();
}
Task<void> sets(int stuck, bool one_is_free, bool is_circle) {
  auto mutex = std::make_shared<sync::Mutex<int>>();
  auto gate = std::make_shared<sync::Notify>();
  auto parent = named("parent", joins_a_set_of(mutex, stuck, one_is_free ? gate : nullptr));
  co_await until_it_waits(parent.id(), "JoinSet::join_next");
  const task::Joined joined = ari::dump().find(parent.id())->trace.wait()->joins;
  for (const trace::SpanId id : joined.listed()) {
    while (ari::dump().find(id)->state != State::kIdle) co_await task::yield_now();
  }
  EXPECT_EQ(!ari::dump().circles().empty(), is_circle) << ari::dump().to_string();
  parent.abort();
}
TEST_P(Circles, OfASetOnlyIfOneTaskIsLeft) {
  make().block_on(sets(1, false, true));
  make().block_on(sets(2, true, false));
}

Task<void> shuts_down_what_wants_its_lock(Mutex mutex, Dump* dump) {
  const auto guard = co_await mutex->lock();
  JoinSet<void> set;
  set.spawn(locks(mutex));
  co_await task::yield_now();
  auto watcher = spawn([](Dump* taken) -> Task<void> {
    *taken = ari::dump();
    co_return;
  }(dump));
  co_await set.shutdown();
  co_await watcher;
}
Task<void> shutdown_program() {
  Dump dump;
  co_await shuts_down_what_wants_its_lock(std::make_shared<sync::Mutex<int>>(), &dump);
  EXPECT_FALSE(dump.tasks().empty());
  EXPECT_TRUE(dump.circles().empty()) << dump.to_string();
}
TEST_P(Circles, AreNoneOfTasksThatWereAborted) { make().block_on(shutdown_program()); }

// Asked by a dump what it waits for, it first lets others go on, once `meanwhile` is set.
class Pauses {
 public:
  explicit Pauses(std::function<void()>* meanwhile) : meanwhile_(meanwhile) {}
  Poll poll(Context&) noexcept { return Poll::kPending; }
  task::Wait wait() const noexcept {
    if (const auto acts = std::exchange(*meanwhile_, nullptr)) acts();
    return {"Pauses"};
  }

 private:
  std::function<void()>* meanwhile_;
};
Task<void> pauses(std::function<void()>* meanwhile) { co_await Pauses(meanwhile); }

// Two tasks lock A, then B; the second gives up B while a dump is between the two.
struct HandOverHand {
  sync::Mutex<int> a, b;
  sync::Notify second_has_both, second_gives_up_b, second_waits, first_goes_on;

  Task<void> first() {
    co_await second_has_both.notified();
    const auto has_a = co_await a.lock();
    const auto has_b = co_await b.lock();  // which the second has: what the dump sees
    co_await first_goes_on.notified();
  }
  Task<void> second() {
    auto has_a = std::optional(co_await a.lock());
    auto has_b = std::optional(co_await b.lock());
    has_a.reset();
    second_has_both.notify_one();
    co_await second_gives_up_b.notified();
    has_b.reset();
    second_waits.notify_one();
    has_a.emplace(co_await a.lock());  // which the first has: what the dump sees
  }
  // Runs after the second: there is one worker.
  Task<void> tells_that_second_waits(std::atomic<bool>* told) {
    co_await second_waits.notified();
    told->store(true);
    told->notify_one();
  }
};
Task<void> dump_between_two() {
  HandOverHand locks;
  std::function<void()> meanwhile;
  std::atomic<bool> second_waits = false;
  auto first = named("first", locks.first());
  auto between = named("between", pauses(&meanwhile));
  auto second = named("second", locks.second());
  auto tells = named("tells", locks.tells_that_second_waits(&second_waits));
  co_await until_it_waits(first.id(), "Mutex::lock");
  co_await until_it_waits(between.id(), "Pauses");
  co_await until_it_waits(tells.id(), "Notify::notified");
  meanwhile = [&] {
    locks.second_gives_up_b.notify_one();
    second_waits.wait(false);
  };
  const Dump dump = ari::dump();
  EXPECT_TRUE(second_waits.load());
  EXPECT_EQ(dump.find(first.id())->trace.wait()->held_by, second.id());
  EXPECT_EQ(dump.find(second.id())->trace.wait()->held_by, first.id());
  EXPECT_TRUE(dump.circles().empty()) << dump.to_string();
  locks.first_goes_on.notify_one();
  co_await first;
  co_await second;
  between.abort();
  while (!between.is_finished()) co_await task::yield_now();
}
TEST(CirclesOfADump, AreNoneOfTasksThatWaitedAtDifferentTimes) {
  test::multi_thread(1).block_on(dump_between_two());
}

}  // namespace
}  // namespace ari

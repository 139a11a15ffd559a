// The programs that were captured under real Tokio, written again for our runtime: each
// task tells the same story. task_shape.h says what is not compared, and why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/flavours.h"
#include "tests/runtime/paused.h"
#include "tests/runtime/recorder.h"
#include "tests/runtime/task_shape.h"

namespace ari {
namespace {

using std::chrono::milliseconds;

JoinHandle<void> named(std::string_view name, Task<void> task) {
  return task::Builder().name(name).spawn(std::move(task));
}

class Captures : public test::OnEachFlavour {
 protected:
  // The one whose clock can be paused does not sleep.
  static Runtime make() {
    return GetParam() == test::Flavour::kCurrentThread ? test::paused_runtime()
                                                       : OnEachFlavour::make();
  }
};
INSTANTIATE_TEST_SUITE_P(On, Captures, test::kEachFlavour, test::name_of);

// How much of a task's life is compared.
enum class Until { kItsEnd, kItsLastPoll };

// Leaves the lines up to the end of the last poll: the last time that a task is entered, it
// is to be destroyed.
void cut_after_last_poll(std::vector<std::string>& lines) {
  const auto destroyed = std::find(lines.rbegin(), lines.rend(), "T1 | enter");
  const auto polled = std::find(destroyed, lines.rend(), "T1 | exit");
  lines.erase(polled.base(), lines.end());
}

// `hidden`: targets of spans that only one of the two tells of.
void expect_the_same_tasks(const std::string& capture, Runtime runtime, Task<void> program,
                           const std::vector<std::string>& names, const test::Hidden& hidden = {},
                           Until until = Until::kItsEnd) {
  test::Recorder recorder;
  runtime.block_on(std::move(program));
  { const Runtime ends = std::move(runtime); }
  std::vector<test::TaskShape> ours = test::our_tasks(recorder, hidden);
  std::size_t compared = 0;
  for (test::TaskShape& tokio : test::tokio_tasks(capture, hidden)) {
    if (std::find(names.begin(), names.end(), tokio.name) == names.end()) continue;
    SCOPED_TRACE(capture + ", task '" + tokio.name + "'");
    const auto same = std::find_if(ours.begin(), ours.end(), [&](const test::TaskShape& shape) {
      return shape.name == tokio.name;
    });
    ASSERT_NE(same, ours.end());
    if (until == Until::kItsLastPoll) {
      cut_after_last_poll(tokio.lines);
      cut_after_last_poll(same->lines);
    }
    EXPECT_GE(tokio.lines.size(), 6u);
    EXPECT_THAT(same->lines, testing::ElementsAreArray(tokio.lines));
    EXPECT_THAT(same->spans, testing::ElementsAreArray(tokio.spans));
    ++compared;
  }
  EXPECT_EQ(compared, names.size());
}

Task<void> yields() {
  ARI_INFO("pre-yield", ("fun", true));
  co_await task::yield_now();
}
Task<void> yield_program() {
  auto handle = spawn(yields());
  co_await handle;
}
TEST_P(Captures, Yield) { expect_the_same_tasks("yield", make(), yield_program(), {""}); }

Task<void> sleeps(int ms, bool talks) {
  if (talks) ARI_INFO("step 1");
  co_await time::sleep(milliseconds(ms));
  if (talks) ARI_INFO("step 2");
}
Task<void> sleep_program() {
  auto handle = spawn(sleeps(100, true));
  co_await handle;
}
TEST_P(Captures, Sleep) { expect_the_same_tasks("sleep", make(), sleep_program(), {""}); }

// Polls a timer and throws it away at once.
class SleepOnce {
 public:
  Poll poll(Context& cx) noexcept {
    auto sleep = time::sleep(milliseconds(100));
    return sleep.poll(cx);
  }
};
Task<void> sleeps_once() {
  SleepOnce future;
  co_await future;
}
Task<void> lost_waker_program() {
  auto forgetful = named("sleep once", sleeps_once());
  auto healthy = named("healthy", sleeps(50, false));
  co_await healthy;
  co_await time::sleep(milliseconds(100));
}
TEST_P(Captures, LostWaker) {
  expect_the_same_tasks("lost-waker", make(), lost_waker_program(), {"sleep once", "healthy"});
}

class SelfWake {
 public:
  explicit SelfWake(int times) : left_(times) {}
  Poll poll(Context& cx) noexcept {
    if (left_ == 0) return Poll::kReady;
    --left_;
    cx.waker().wake_by_ref();
    return Poll::kPending;
  }

 private:
  int left_;
};
Task<void> self_wakes(int times) {
  SelfWake future(times);
  co_await future;
}
Task<void> self_wake_program() {
  auto handle = named("self-waker", self_wakes(6));
  co_await handle;
}
TEST_P(Captures, SelfWake) {
  expect_the_same_tasks("self-wake-small", make(), self_wake_program(), {"self-waker"});
}

Task<void> panics() {
  co_await time::sleep(milliseconds(20));
  throw std::runtime_error("expected panic of the scenario");
}
Task<void> ends(JoinHandle<void> handle) {
  try {
    co_await handle;
  } catch (const std::exception&) {
  }
}
Task<void> abort_panic_program() {
  auto aborted = named("aborted", sleeps(10'000, false));
  auto panicking = named("panics", panics());
  co_await time::sleep(milliseconds(50));
  aborted.abort();
  co_await ends(std::move(aborted));
  co_await ends(std::move(panicking));
}
TEST_P(Captures, AbortAndPanic) {
  expect_the_same_tasks("abort-panic", make(), abort_panic_program(), {"aborted", "panics"});
}

// The same, aborted by another handle and joined by a set.
Task<void> abort_panic_program_with_a_set() {
  JoinSet<void> set;
  const AbortHandle aborted = set.spawn(task::Builder().name("aborted"), sleeps(10'000, false));
  set.spawn(task::Builder().name("panics"), panics());
  co_await time::sleep(milliseconds(50));
  aborted.abort();
  auto first = co_await set.join_next();
  EXPECT_EQ(first->outcome(), trace::Outcome::kPanicked);
  auto second = co_await set.join_next();
  EXPECT_EQ(second->task_id(), aborted.id());
  EXPECT_EQ(second->outcome(), trace::Outcome::kCancelled);
}
TEST(CapturesOnOneThread, AbortAndPanicInAJoinSet) {
  expect_the_same_tasks("abort-panic", test::paused_runtime(), abort_panic_program_with_a_set(),
                        {"aborted", "panics"});
}

// Tokio has no resource for these, but for the semaphore inside of a bounded mpsc.
const test::Hidden kChannels = {"ari::sync::mpsc", "ari::sync::watch", "ari::sync::broadcast",
                                "tokio::sync::batch_semaphore"};

class Never {
 public:
  Poll poll(Context&) noexcept { return Poll::kPending; }
};
Task<void> selects() {
  auto [tx, rx] = sync::mpsc::channel<std::uint64_t>(2);
  {
    // Rust drops the branches of a select in the order in which they were given, and asked
    // the last one first that day; C++ ends the last made first.
    std::unique_ptr<time::Sleep> quick(new time::Sleep(time::sleep(milliseconds(30))));
    std::unique_ptr<time::Sleep> slow(new time::Sleep(time::sleep(milliseconds(500))));
    auto first = co_await select_biased(rx.recv(), *quick, *slow);
    EXPECT_EQ(first.index(), 1u);
    quick.reset();
    slow.reset();
  }
  auto in_time = co_await time::timeout(milliseconds(5), Never());
  EXPECT_FALSE(in_time.has_value());
}
Task<void> select_program() {
  auto handle = named("selecter", selects());
  co_await handle;
}
TEST(CapturesOnOneThread, Select) {
  expect_the_same_tasks("select", test::paused_runtime(), select_program(), {"selecter"},
                        kChannels);
}

// As in the capture, where they die with the closure's body: what a coroutine has for a
// parameter lives until its frame is destroyed, so the ends of channels are moved out of it.
Task<void> produces(sync::mpsc::Sender<int> to, sync::oneshot::Sender<int> done) {
  const auto tx = std::move(to);
  auto otx = std::move(done);
  for (int i = 0; i < 10; ++i) {
    static_cast<void>(co_await tx.send(i));
    if (i % 3 == 0) co_await time::sleep(milliseconds(20));
  }
  EXPECT_FALSE(otx.send(7));
}
Task<void> consumes(sync::mpsc::Receiver<int> from) {
  auto rx = std::move(from);
  int received = 0;
  while (true) {
    const std::optional<int> value = co_await rx.recv();
    if (!value) break;
    ++received;
  }
  EXPECT_EQ(received, 10);
}
Task<void> watches(sync::watch::Receiver<int> rx) {
  bool alive = true;
  while (alive) alive = co_await rx.changed();
}
Task<void> listens(sync::broadcast::Receiver<int> rx) {
  while (true) {
    const auto got = co_await rx.recv();
    if (!got) break;
  }
}
Task<void> channels_program() {
  auto [tx, rx] = sync::mpsc::channel<int>(2);
  auto [otx, orx] = sync::oneshot::channel<int>();
  auto [wtx, wrx] = sync::watch::channel(0);
  auto [btx, brx] = sync::broadcast::channel<int>(4);
  // In the capture, with two workers, the consumer was polled before the producer.
  auto consumer = named("consumer", consumes(std::move(rx)));
  auto producer = named("producer", produces(std::move(tx), std::move(otx)));
  auto watcher = named("watcher", watches(std::move(wrx)));
  auto listener = named("listener", listens(std::move(brx)));
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(wtx.send(i));
    btx.send(i);
    co_await task::yield_now();  // for a sleep: how long it is does not matter to the others
  }
  {
    const auto watch_gone = std::move(wtx);
    const auto broadcast_gone = std::move(btx);
  }
  const std::optional<int> done = co_await orx;
  EXPECT_EQ(done, 7);
  co_await producer;
  co_await consumer;
  co_await watcher;
  co_await listener;
}
TEST(CapturesOnOneThread, Channels) {
  expect_the_same_tasks("channels", test::paused_runtime(), channels_program(),
                        {"producer", "consumer", "watcher", "listener"}, kChannels);
}

Task<void> computes() { co_return; }
Task<void> sleeps_often() {
  for (int i = 0; i < 20; ++i) co_await time::sleep(milliseconds(20));
}
Task<void> never_yielded_program() {
  auto working = named("pre-work", computes());
  auto victim = named("victim", sleeps_often());
  co_await victim;
}
TEST_P(Captures, NeverYielded) {
  expect_the_same_tasks("never-yielded", make(), never_yielded_program(), {"pre-work", "victim"});
}

Task<void> blocks_in_place() {
  task::block_in_place([] {});
  co_return;
}
Task<void> blocking_program() {
  auto apart = spawn_blocking([] {});
  auto in_place = named("in-place", blocks_in_place());
  co_await apart;
  co_await in_place;
}
TEST(Captures, Blocking) {
  expect_the_same_tasks("blocking", test::multi_thread(2), blocking_program(), {"", "in-place"});
}

Task<void> joins(std::vector<JoinHandle<void>> handles) {
  for (auto& handle : handles) co_await handle;
}

Task<void> sleeps_then_waits(std::shared_ptr<sync::Barrier> barrier, int ms) {
  co_await time::sleep(milliseconds(ms));
  co_await barrier->wait();
}
Task<void> barrier_program() {
  auto barrier = std::make_shared<sync::Barrier>(3);
  std::vector<JoinHandle<void>> handles;
  for (int i = 0; i < 2; ++i) {
    handles.push_back(
        named("waiter-" + std::to_string(i), sleeps_then_waits(barrier, 20 * (i + 1))));
  }
  co_await barrier->wait();
  co_await joins(std::move(handles));
}
TEST(CapturesOnOneThread, Barrier) {
  expect_the_same_tasks("barrier", test::paused_runtime(), barrier_program(),
                        {"waiter-0", "waiter-1"});
}

Task<void> locks_often(std::shared_ptr<sync::Mutex<int>> mutex) {
  for (int i = 0; i < 5; ++i) {
    auto guard = co_await mutex->lock();
    co_await time::sleep(milliseconds(5));
    ++*guard;
  }
}
Task<void> mutex_program() {
  auto mutex = std::make_shared<sync::Mutex<int>>();
  std::vector<JoinHandle<void>> handles;
  for (int i = 0; i < 4; ++i) {
    handles.push_back(named("locker-" + std::to_string(i), locks_often(mutex)));
  }
  co_await joins(std::move(handles));
}
TEST(CapturesOnOneThread, Mutex) {
  expect_the_same_tasks("mutex", test::paused_runtime(), mutex_program(),
                        {"locker-0", "locker-1", "locker-2", "locker-3"});
}

Task<void> locks_both(std::shared_ptr<sync::Mutex<int>> first,
                      std::shared_ptr<sync::Mutex<int>> second) {
  const auto has_first = co_await first->lock();
  co_await time::sleep(milliseconds(20));
  const auto has_second = co_await second->lock();
}
// In the capture the two workers destroyed both tasks at the same moment, so that neither got
// the other's mutex; and the dump, which the capture has none of, leaves no trace in the tasks'
// lives.
Task<void> deadlock_program() {
  auto a = std::make_shared<sync::Mutex<int>>();
  auto b = std::make_shared<sync::Mutex<int>>();
  auto left = named("left", locks_both(a, b));
  auto right = named("right", locks_both(b, a));
  a = nullptr;
  b = nullptr;
  std::move(left).detach();
  std::move(right).detach();
  co_await time::sleep(milliseconds(200));
  EXPECT_NE(dump().to_string().find("\nDeadlock: "), std::string::npos);
}
TEST(CapturesOnOneThread, Deadlock) {
  expect_the_same_tasks("deadlock", test::paused_runtime(), deadlock_program(), {"left", "right"},
                        {}, Until::kItsLastPoll);
}

Task<void> has_a_permit(std::shared_ptr<sync::Semaphore> semaphore) {
  const auto permit = co_await semaphore->acquire();
  co_await time::sleep(milliseconds(20));
}
Task<void> semaphore_program() {
  auto semaphore = std::make_shared<sync::Semaphore>(2);
  std::vector<JoinHandle<void>> handles;
  for (const int i :
       {0, 1, 2, 4, 3, 5}) {  // in the order in which Tokio's two workers came to them
    handles.push_back(named("job-" + std::to_string(i), has_a_permit(semaphore)));
  }
  co_await joins(std::move(handles));
}
TEST(CapturesOnOneThread, Semaphore) {
  expect_the_same_tasks("semaphore", test::paused_runtime(), semaphore_program(),
                        {"job-0", "job-1", "job-2", "job-3", "job-4", "job-5"});
}

Task<void> writes_often(std::shared_ptr<sync::RwLock<int>> lock) {
  for (int i = 0; i < 5; ++i) {
    {
      auto guard = co_await lock->write();
      ++*guard;
    }
    co_await time::sleep(milliseconds(5));
  }
}
Task<void> reads_often(std::shared_ptr<sync::RwLock<int>> lock) {
  for (int i = 0; i < 5; ++i) {
    const auto guard = co_await lock->read();
    co_await time::sleep(milliseconds(5));
  }
}
Task<void> rwlock_program() {
  auto lock = std::make_shared<sync::RwLock<int>>();
  std::vector<JoinHandle<void>> handles;
  handles.push_back(named("writer", writes_often(lock)));
  for (int i = 0; i < 3; ++i) {
    handles.push_back(named("reader-" + std::to_string(i), reads_often(lock)));
  }
  co_await joins(std::move(handles));
}
TEST(CapturesOnOneThread, RwLock) {
  expect_the_same_tasks("rwlock", test::paused_runtime(), rwlock_program(),
                        {"writer", "reader-0", "reader-1", "reader-2"});
}

// The first tick is not due at once: Tokio rounds its deadline up to the next millisecond.
Task<void> interval_program() {
  const auto start = time::Clock::now() + std::chrono::microseconds(300);
  auto beat = time::interval_at(start, milliseconds(5));
  for (int i = 0; i < 5; ++i) co_await beat.tick();
}
TEST(CapturesOnOneThread, Interval) {
  expect_the_same_tasks("interval", test::paused_runtime(), interval_program(), {"block_on"});
}

}  // namespace
}  // namespace ari

// Dumps: each task's state, its stack of co_awaits, and what it waits for.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "runtime/dump/runtimes.h"
#include "tests/runtime/flavours.h"
#include "tests/runtime/paused.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using State = TaskDump::State;

JoinHandle<void> named(std::string_view name, Task<void> task,
                       std::source_location at = std::source_location::current()) {
  return task::Builder().name(name).spawn(std::move(task), at);
}

const TaskDump* find(const Dump& dump, std::string_view name) {
  const auto& tasks = dump.tasks();
  const auto found = std::find_if(tasks.begin(), tasks.end(),
                                  [&](const TaskDump& task) { return task.name == name; });
  return found != tasks.end() ? &*found : nullptr;
}

// The task once it is idle, which others may have to run for.
Task<TaskDump> idle(std::string name) {
  while (true) {
    const Dump dump = ari::dump();
    const TaskDump* task = find(dump, name);
    if (task != nullptr && task->state == State::kIdle) co_return *task;
    co_await task::yield_now();
  }
}

std::vector<std::string> functions(const StackTrace& trace) {
  std::vector<std::string> names;
  for (const auto& frame : trace.frames()) {
    const std::string name(frame.function());
    names.push_back(name.substr(name.rfind(':') + 1));
  }
  return names;
}

std::vector<std::string> ops(const StackTrace& trace) {
  std::vector<std::string> ops;
  for (const StackTrace& branch : trace.branches()) {
    ops.push_back(branch.frames().empty() ? std::string(branch.wait()->op) : "coroutine");
  }
  return ops;
}

class DumpOnEach : public test::OnEachFlavour {};
INSTANTIATE_TEST_SUITE_P(On, DumpOnEach, test::kEachFlavour, test::name_of);

// ---- states and stacks

Task<void> waits(std::shared_ptr<sync::Notify> notify) { co_await notify->notified(); }
Task<void> outer(std::shared_ptr<sync::Notify> notify) { co_await waits(notify); }

Task<void> stack_program() {
  auto notify = std::make_shared<sync::Notify>();
  auto handle = named("waiter", outer(notify));
  const unsigned spawned_on = __LINE__ - 1;
  TaskDump seen = co_await idle("waiter");
  EXPECT_EQ(seen.id, handle.id());
  EXPECT_EQ(seen.kind, "task");
  EXPECT_EQ(seen.spawned_at.line(), spawned_on);
  EXPECT_TRUE(seen.since_poll.has_value());
  EXPECT_THAT(functions(seen.trace), ElementsAre("waits", "outer"));
  EXPECT_THAT(seen.trace.frames()[0].waits_in.line() + 1, seen.trace.frames()[1].waits_in.line());
  EXPECT_TRUE(seen.trace.branches().empty());
  EXPECT_EQ(seen.trace.wait()->op, "Notify::notified");
  notify->notify_one();
  co_await handle;
}
TEST_P(DumpOnEach, TellsTheStackOfATaskThatWaits) { make().block_on(stack_program()); }

Task<void> local_program() {
  auto notify = std::make_shared<sync::Notify>();
  auto waiting = task::Builder().name("local").spawn_local(outer(notify));
  const TaskDump task = co_await idle("local");
  EXPECT_EQ(task.kind, "local");
  EXPECT_THAT(functions(task.trace), ElementsAre("waits", "outer"));
  notify->notify_one();
  co_await waiting;
}
TEST_P(DumpOnEach, TellsOfTheTasksOfALocalSet) {
  auto runtime = make();
  LocalSet local;
  local.block_on(runtime, local_program());
}

// Blocking functions come last, also those that were called before a task was spawned.
Task<void> ids_program() {
  auto may_end = std::make_shared<std::atomic<bool>>(false);
  auto notify = std::make_shared<sync::Notify>();
  std::vector<JoinHandle<void>> handles;
  for (int i = 0; i < 4; ++i) {
    handles.push_back(spawn_blocking([may_end] { may_end->wait(false); }));
    handles.push_back(spawn(waits(notify)));
  }
  const Dump dump = ari::dump();
  for (const auto& handle : handles) {
    const TaskDump* found = dump.find(handle.id());
    EXPECT_EQ(found != nullptr ? found->id : trace::kNoSpan, handle.id());
  }
  EXPECT_EQ(dump.find(trace::kNoSpan), nullptr);
  EXPECT_EQ(dump.find(handles.back().id() + 1), nullptr);
  may_end->store(true);
  may_end->notify_all();
  for (std::size_t i = 1; i < handles.size(); i += 2) handles[i].abort();
  co_return;
}
TEST_P(DumpOnEach, FindsEachTaskByItsId) { make().block_on(ids_program()); }

Task<void> own_program() {
  const Dump dump = ari::dump();
  EXPECT_EQ(dump.tasks().size(), 1u);
  EXPECT_EQ(dump.tasks()[0].state, State::kRunning);
  EXPECT_EQ(dump.tasks()[0].kind, "block_on");
  EXPECT_TRUE(dump.tasks()[0].trace.is_empty());
  EXPECT_THAT(dump.to_string(), HasSubstr("1 task: 1 running, 0 scheduled, 0 idle\n\n["));
  co_return;
}
TEST_P(DumpOnEach, TellsOfTheCallerThatItRuns) { make().block_on(own_program()); }

Task<void> nothing() { co_return; }
TEST(Dump, TellsOfATaskThatHasNotBegun) {
  Runtime runtime;
  auto handle = runtime.spawn(nothing());
  const Dump dump = runtime.handle().dump();
  ASSERT_EQ(dump.tasks().size(), 1u);
  EXPECT_EQ(dump.tasks()[0].state, State::kScheduled);
  EXPECT_FALSE(dump.tasks()[0].since_poll.has_value());
  EXPECT_THAT(dump.to_string(), HasSubstr("scheduled, not polled since its spawn "));
  EXPECT_THAT(dump.to_string(), HasSubstr("  0  (not begun)\n"));
}

TEST(Dump, OfARuntimeThatHasEndedIsEmpty) {
  std::optional<Runtime> runtime(std::in_place);
  const Handle handle = runtime->handle();
  auto task = runtime->spawn(nothing());
  runtime.reset();
  EXPECT_EQ(handle.dump().to_string(), "0 tasks: 0 running, 0 scheduled, 0 idle\n");
}

TEST(Dump, ThrowsOutsideOfARuntime) { EXPECT_THROW(ari::dump(), std::logic_error); }

Task<void> blocking_program() {
  auto began = std::make_shared<std::atomic<bool>>(false);
  auto may_end = std::make_shared<std::atomic<bool>>(false);
  auto handle = spawn_blocking([began, may_end] {
    began->store(true);
    began->notify_one();
    may_end->wait(false);
  });
  began->wait(false);
  const Dump dump = ari::dump();
  EXPECT_EQ(dump.tasks().size(), 2u);
  EXPECT_EQ(dump.tasks().back().kind, "blocking");
  EXPECT_EQ(dump.tasks().back().state, State::kRunning);
  may_end->store(true);
  may_end->notify_one();
  co_await handle;
}
TEST_P(DumpOnEach, TellsOfBlockingFunctions) { make().block_on(blocking_program()); }

Task<void> stuck(std::shared_ptr<std::atomic<int>> stage) {
  stage->store(1);
  stage->notify_all();
  stage->wait(1);
  co_return;
}
TEST(Dump, ComesFromAnyThreadAlsoWhileEveryWorkerIsStuck) {
  Runtime runtime = test::multi_thread(1);
  auto stage = std::make_shared<std::atomic<int>>(0);
  auto handle = runtime.spawn(stuck(stage));
  stage->wait(0);
  const Dump dump = runtime.handle().dump();
  ASSERT_EQ(dump.tasks().size(), 1u);
  EXPECT_EQ(dump.tasks()[0].state, State::kRunning);
  EXPECT_THAT(dump.to_string(), HasSubstr("running for "));
  stage->store(2);
  stage->notify_all();
}

// ---- what is waited for

// A future that says nothing of itself.
class Never {
 public:
  Poll poll(Context&) noexcept { return Poll::kPending; }
};
Task<void> waits_for_ever() { co_await Never(); }

Task<void> selects() {
  static_cast<void>(
      co_await select(waits_for_ever(), time::sleep(std::chrono::seconds(60)), Never()));
}
Task<void> joins() {
  auto slept = time::sleep(milliseconds(0));
  co_await slept;  // ended: not waited for any more
  co_await join(waits_for_ever(), nothing(), Never());
}
Task<void> times_out() {
  static_cast<void>(co_await time::timeout(std::chrono::seconds(60), selects()));
}

Task<void> branches_program() {
  auto selecting = named("selects", selects());
  auto joining = named("joins", joins());
  auto in_time = named("times out", times_out());
  co_await time::sleep(milliseconds(10));
  TaskDump task = co_await idle("selects");
  EXPECT_THAT(functions(task.trace), ElementsAre("selects"));
  EXPECT_THAT(ops(task.trace), ElementsAre("coroutine", "Sleep", HasSubstr("Never")));
  EXPECT_THAT(functions(task.trace.branches()[0]), ElementsAre("waits_for_ever"));
  EXPECT_THAT(std::string(task.trace.branches()[0].wait()->op), HasSubstr("Never"));
  EXPECT_EQ(task.trace.branches()[1].wait()->due_in, std::chrono::seconds(60) - milliseconds(10));

  task = co_await idle("joins");
  EXPECT_THAT(functions(task.trace), ElementsAre("joins"));
  EXPECT_THAT(ops(task.trace), ElementsAre("coroutine", HasSubstr("Never")));

  task = co_await idle("times out");
  EXPECT_THAT(ops(task.trace), ElementsAre("coroutine", "Sleep"));
  EXPECT_THAT(functions(task.trace.branches()[0]), ElementsAre("selects"));
  EXPECT_EQ(task.trace.branches()[0].branches().size(), 3u);

  const std::string text = task.trace.to_string();
  EXPECT_THAT(text, testing::MatchesRegex("0  [^\n]*times_out at [^\n]*\n"
                                          "   ├─ 0  [^\n]*selects at [^\n]*\n"
                                          "   │     ├─ 0  [^\n]*waits_for_ever at [^\n]*\n"
                                          "   │     │     waits for [^\n]*Never\n"
                                          "   │     ├─ waits for Sleep, due in 59.99s\n"
                                          "   │     └─ waits for [^\n]*Never\n"
                                          "   └─ waits for Sleep, due in 59.99s\n"));
}
TEST(Dump, TellsWhatEachBranchWaitsFor) { test::paused_runtime().block_on(branches_program()); }

Task<void> locks(std::shared_ptr<sync::Mutex<int>> first, std::shared_ptr<sync::Mutex<int>> second,
                 std::shared_ptr<sync::Barrier> both) {
  const auto has_first = co_await first->lock();
  co_await both->wait();
  const auto has_second = co_await second->lock();
}
Task<void> deadlock_program() {
  const auto here = std::source_location::current();
  auto a = std::make_shared<sync::Mutex<int>>(0, here);
  auto b = std::make_shared<sync::Mutex<int>>(0, here);
  auto both = std::make_shared<sync::Barrier>(2);
  auto left = named("left", locks(a, b, both));
  auto right = named("right", locks(b, a, both));
  TaskDump seen;
  while (!seen.trace.wait() || seen.trace.wait()->op != "Mutex::lock") {
    seen = co_await idle("left");
    co_await task::yield_now();
  }
  EXPECT_EQ(seen.trace.wait()->held_by, right.id());
  EXPECT_EQ(seen.trace.wait()->made_at.line(), here.line());
  TaskDump other;
  while (!other.trace.wait() || other.trace.wait()->op != "Mutex::lock") {
    other = co_await idle("right");
    co_await task::yield_now();
  }
  EXPECT_EQ(other.trace.wait()->held_by, left.id());
  const std::string l = "[" + std::to_string(left.id()) + "] left";
  const std::string r = "[" + std::to_string(right.id()) + "] right";
  const std::string text = ari::dump().to_string();
  EXPECT_THAT(text, HasSubstr(", locked by " + r + "\n"));
  EXPECT_THAT(text, HasSubstr("\nDeadlock: " + l + " → " + r + " → " + l + ", each waits for a "));
}
TEST_P(DumpOnEach, TellsWhoHoldsALockAndWhoWaitsInACircle) { make().block_on(deadlock_program()); }

template <class Guard>
Task<void> keeps(Guard /*guard*/) {
  co_await time::sleep(std::chrono::hours(1));
}
Task<void> hands_its_guard_on(std::shared_ptr<sync::Mutex<int>> mutex, bool is_owned) {
  std::optional<JoinHandle<void>> other;
  if (is_owned) {
    other = named("other", keeps(co_await lock_owned(mutex)));
  } else {
    auto guard = co_await mutex->lock();
    other = named("other", keeps(std::move(guard)));
  }
  const auto again = co_await mutex->lock();
}
Task<void> handed_guard_program(std::shared_ptr<sync::Mutex<int>> mutex, bool is_owned) {
  auto taker = named("taker", hands_its_guard_on(mutex, is_owned));
  const TaskDump seen = co_await idle("taker");
  EXPECT_EQ(seen.trace.wait()->held_by, taker.id()) << "who took it";
  const std::string t = "[" + std::to_string(taker.id()) + "] taker";
  EXPECT_THAT(ari::dump().to_string(),
              AllOf(HasSubstr("\nPerhaps a deadlock: " + t + " → " + t + ", each waits for a "),
                    Not(HasSubstr("\nDeadlock: "))));
  taker.abort();
}
TEST(Dump, IsNotSureOfACircleThatRestsOnAGuardThatWasHandedOn) {
  const auto mutex = std::make_shared<sync::Mutex<int>>();  // outlives the guards
  Runtime().block_on(handed_guard_program(mutex, true));
  Runtime().block_on(handed_guard_program(mutex, false));
}

// Parts of a task's variables, and those of coroutines that it awaits, are its own.
Task<void> locks_again(std::shared_ptr<sync::Mutex<int>> mutex,
                       std::optional<sync::MutexGuard<int>> /*guard*/) {
  const auto again = co_await mutex->lock();
}
Task<void> keeps_its_guard(std::shared_ptr<sync::Mutex<int>> mutex) {
  std::optional<sync::MutexGuard<int>> guard(co_await mutex->lock());
  co_await locks_again(mutex, std::move(guard));
}
Task<void> kept_guard_program() {
  auto taker = named("taker", keeps_its_guard(std::make_shared<sync::Mutex<int>>()));
  static_cast<void>(co_await idle("taker"));
  EXPECT_THAT(ari::dump().to_string(), HasSubstr("\nDeadlock: "));
  taker.abort();
}
TEST(Dump, IsSureOfACircleThatRestsOnAGuardInTheTasksCoroutines) {
  Runtime().block_on(kept_guard_program());
}

Task<void> writes(std::shared_ptr<sync::RwLock<int>> lock) { auto guard = co_await lock->write(); }
Task<void> joins_one(JoinHandle<void> handle) { co_await handle; }
Task<void> receives(sync::mpsc::Receiver<int> rx) {
  auto value = co_await rx.recv();
  EXPECT_FALSE(value.has_value());
}
Task<void> waits_program() {
  auto lock = std::make_shared<sync::RwLock<int>>();
  auto writer = named("writer", writes(lock));
  auto waiting = co_await lock->write();
  auto second = named("second", writes(lock));
  TaskDump seen = co_await idle("second");
  EXPECT_EQ(seen.trace.wait()->op, "RwLock::write");
  EXPECT_EQ(ari::dump().find(seen.trace.wait()->held_by)->kind, "block_on");
  auto reading = std::move(waiting).downgrade();
  seen = co_await idle("second");
  EXPECT_EQ(seen.trace.wait()->held_by, trace::kNoSpan);
  EXPECT_EQ(seen.trace.wait()->shared_with[0], trace::SpanStack::task());

  const trace::SpanId id = second.id();
  auto joiner = named("joiner", joins_one(std::move(second)));
  seen = co_await idle("joiner");
  EXPECT_EQ(seen.trace.wait()->op, "JoinHandle");
  EXPECT_THAT(seen.trace.wait()->joins.listed(), ElementsAre(id));

  auto [tx, rx] = sync::mpsc::channel<int>(1);
  auto receiver = named("receiver", receives(std::move(rx)));
  seen = co_await idle("receiver");
  EXPECT_EQ(seen.trace.wait()->op, "mpsc::Receiver::recv");
}
TEST(Dump, TellsWhatIsWaitedFor) { Runtime().block_on(waits_program()); }

Task<void> takes(std::shared_ptr<sync::Semaphore> semaphore, std::uint32_t count) {
  auto permit = co_await acquire_many_owned(semaphore, count);
  co_await time::sleep(std::chrono::hours(1));
}
Task<void> reads(std::shared_ptr<sync::RwLock<int>> lock) {
  auto guard = co_await lock->read();
  co_await time::sleep(std::chrono::hours(1));
}
std::string called(const JoinHandle<void>& handle, const std::string& name) {
  return "[" + std::to_string(handle.id()) + "] " + name;
}
Task<void> sharers_program() {
  auto semaphore = std::make_shared<sync::Semaphore>(5, std::source_location::current());
  auto known = named("known", takes(semaphore, 2));
  static_cast<void>(co_await idle("known"));
  auto tried = semaphore->try_acquire_many(3);
  auto part = tried->split(1);
  auto waits = named("waits", takes(semaphore, 4));
  TaskDump seen = co_await idle("waits");
  const task::Wait wait = *seen.trace.wait();
  EXPECT_EQ(wait.permits->wanted, 4u);
  EXPECT_EQ(wait.permits->free, 0u);
  const trace::SpanId here = trace::SpanStack::task();
  EXPECT_EQ(wait.shared_with, (std::array<trace::SpanId, 4>{known.id(), here, here}))
      << "who did not wait, and what was split off";
  EXPECT_THAT(ari::dump().to_string(),
              HasSubstr(", wants 4 of its permits, 0 free, held by " + called(known, "known") +
                        ", [" + std::to_string(here) + "] (block_on) ×2\n"));
  tried->merge(*std::move(part));
  auto all = tried->split(3);
  seen = co_await idle("waits");
  EXPECT_EQ(seen.trace.wait()->shared_with, (std::array<trace::SpanId, 4>{known.id(), here}))
      << "who parted with all holds nothing";
  tried->merge(*std::move(all));
  seen = co_await idle("waits");
  EXPECT_EQ(seen.trace.wait()->shared_with, (std::array<trace::SpanId, 4>{known.id(), here}));
  known.abort();
  std::thread([&] { tried.reset(); }).join();
  while (seen.trace.wait()->op != "Sleep") {
    co_await task::yield_now();
    seen = co_await idle("waits");
  }

  auto next = named("next", takes(semaphore, 5));
  seen = co_await idle("next");
  EXPECT_EQ(seen.trace.wait()->shared_with, (std::array<trace::SpanId, 4>{waits.id()}))
      << "who has gone holds nothing";

  auto lock = std::make_shared<sync::RwLock<int>>(0, std::source_location::current());
  std::vector<JoinHandle<void>> readers;
  for (int i = 0; i < 5; ++i) {
    const std::string name = "reader " + std::to_string(i);
    readers.push_back(named(name, reads(lock)));
    static_cast<void>(co_await idle(name));
  }
  auto writer = named("writer", writes(lock));
  seen = co_await idle("writer");
  EXPECT_EQ(seen.trace.wait()->held_by, trace::kNoSpan);
  EXPECT_EQ(seen.trace.wait()->shared_with[3], readers[3].id());
  EXPECT_THAT(ari::dump().to_string(),
              HasSubstr(called(readers[3], "reader 3") + " and maybe others\n"));
}
TEST(Dump, TellsWhoHasPermitsAndReads) { Runtime().block_on(sharers_program()); }

Task<void> locks_one(std::shared_ptr<sync::Mutex<int>> mutex) {
  auto guard = co_await mutex->lock();
}
Task<void> tries_program() {
  const trace::SpanId here = trace::SpanStack::task();
  auto mutex = std::make_shared<sync::Mutex<int>>();
  auto locked = mutex->try_lock();
  auto locks = named("locks", locks_one(mutex));
  TaskDump seen = co_await idle("locks");
  EXPECT_EQ(seen.trace.wait()->held_by, here);

  auto lock = std::make_shared<sync::RwLock<int>>();
  auto reads_here = lock->try_read();
  auto waits = named("waits", writes(lock));
  seen = co_await idle("waits");
  EXPECT_EQ(seen.trace.wait()->shared_with, (std::array<trace::SpanId, 4>{here}));
  waits.abort();
  while (!waits.is_finished()) co_await task::yield_now();
  reads_here.reset();
  auto writes_here = lock->try_write();
  auto reads_there = named("reads", reads(lock));
  seen = co_await idle("reads");
  EXPECT_EQ(seen.trace.wait()->held_by, here);
}
TEST(Dump, TellsWhoDidNotHaveToWaitForALock) { Runtime().block_on(tries_program()); }

TEST(Dump, TellsNobodyOfALockHeldOutsideOfAnyTask) {
  Runtime runtime;
  auto mutex = std::make_shared<sync::Mutex<int>>();
  auto semaphore = std::make_shared<sync::Semaphore>(1, std::source_location::current());
  auto locked = mutex->try_lock();
  auto permit = semaphore->try_acquire();
  struct Program {
    static Task<void> waits(std::shared_ptr<sync::Mutex<int>> m,
                            std::shared_ptr<sync::Semaphore> s) {
      auto locks = named("locks", locks_one(m));
      auto acquires = named("acquires", takes(s, 1));
      TaskDump seen = co_await idle("locks");
      EXPECT_EQ(seen.trace.wait()->held_by, trace::kNoSpan);
      seen = co_await idle("acquires");
      EXPECT_EQ(seen.trace.wait()->shared_with, (std::array<trace::SpanId, 4>{}));
    }
  };
  runtime.block_on(Program::waits(mutex, semaphore));
}

// ---- text

TEST(Dump, EscapesWhatCouldDriveATerminal) {
  Runtime runtime;
  auto handle =
      task::Builder()
          .name("\x1b[2J\xc2\x9b")
          .spawn_on(scheduler::Runtimes::all().back(), nothing(), std::source_location::current());
  const std::string text = runtime.handle().dump().to_string();
  EXPECT_THAT(text, HasSubstr("] \\x1b[2J\xc2\\x9b  scheduled"));
}

// ---- on record

Task<void> record_program() {
  auto notify = std::make_shared<sync::Notify>();
  auto handle = named("waiter", outer(notify));
  co_await task::yield_now();
  ari::dump().record();
}
TEST(Dump, IsPutOnRecord) {
  test::Recorder recorder;
  Runtime().block_on(record_program());
  std::vector<std::string> told;
  for (const std::string& line : recorder.lines()) {
    if (line.find("runtime::dump") != std::string::npos) told.push_back(line);
  }
  ASSERT_EQ(told.size(), 3u) << recorder.text();
  EXPECT_THAT(told[0], HasSubstr("state=\"running\""));
  EXPECT_THAT(told[1], HasSubstr("task.name=waiter"));
  EXPECT_THAT(told[1], HasSubstr("state=\"idle\""));
  EXPECT_THAT(told[1], HasSubstr("waits_for=\"Notify::notified\""));
  EXPECT_THAT(told[2], HasSubstr("tasks=2"));
}

// ---- beside running tasks

Task<void> works(std::shared_ptr<sync::Mutex<int>> mutex, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    co_await select(time::sleep(milliseconds(0)), waits_for_ever());
    auto guard = co_await mutex->lock();
    ++*guard;
    co_await task::yield_now();
  }
}
Task<void> spawns(std::shared_ptr<sync::Mutex<int>> mutex, int tasks, int rounds) {
  std::vector<JoinHandle<void>> handles;
  for (int i = 0; i < tasks; ++i) handles.push_back(named("works", works(mutex, rounds)));
  for (std::size_t i = 0; i < handles.size(); i += 7) handles[i].abort();
  for (auto& handle : handles) {
    try {
      co_await handle;
    } catch (const JoinError&) {
    }
  }
}
// Tasks spawn, run, are woken from elsewhere, aborted and end while two threads take dumps.
TEST_P(DumpOnEach, IsTakenBesideRunningTasks) {
  Runtime runtime = make();
  const Handle handle = runtime.handle();
  std::atomic<bool> ended = false;
  std::size_t seen[2] = {};
  std::vector<std::thread> dumpers;
  for (std::size_t& tasks : seen) {
    dumpers.emplace_back([&, handle] {
      do {
        const Dump dump = handle.dump();
        tasks += dump.tasks().size() + dump.to_string().empty();
      } while (!ended.load());
    });
  }
  auto mutex = std::make_shared<sync::Mutex<int>>();
  for (int i = 0; i < 20; ++i) runtime.block_on(spawns(mutex, 30, 5));
  ended = true;
  for (std::thread& dumper : dumpers) dumper.join();
  EXPECT_GT(seen[0] + seen[1], 0u);
  EXPECT_EQ(handle.dump().tasks().size(), 0u);
}

// The runtime ends while dumps are taken.
TEST_P(DumpOnEach, IsTakenBesideTheEndOfTheRuntime) {
  for (int i = 0; i < 50; ++i) {
    std::optional<Runtime> runtime(make());
    const Handle handle = runtime->handle();
    std::vector<JoinHandle<void>> tasks;
    for (int n = 0; n < 20; ++n) tasks.push_back(runtime->spawn(waits_for_ever()));
    std::thread dumper([handle] {
      while (!handle.dump().tasks().empty()) {
      }
    });
    runtime.reset();
    dumper.join();
  }
}

// The task that waits is idle, and so it is read, while another moves what it waits for.
Task<void> ticks(time::Interval* interval) {
  co_await interval->tick();
  co_await interval->tick();
}
Task<void> moves_and_stops(time::Interval* interval) {
  auto ticking = task::Builder().name("ticks").spawn(ticks(interval));
  co_await task::yield_now();
  for (int i = 0; i < 20000; ++i) {
    interval->reset_after(std::chrono::hours(1 + i % 2));
    co_await task::yield_now();
  }
  ticking.abort();
}
TEST(Dump, IsTakenBesideATaskThatMovesATimer) {
  auto interval = time::interval(std::chrono::hours(1));
  Runtime runtime;
  auto moving = runtime.spawn(moves_and_stops(&interval));
  std::atomic<bool> done = false;
  std::thread dumper([&, handle = runtime.handle()] {
    while (!done.load()) static_cast<void>(handle.dump());
  });
  runtime.block_on(joins_one(std::move(moving)));
  done.store(true);
  dumper.join();
}

// ---- by a signal

TEST(DumpOnSignal, WritesToTheDescriptorThatItWasGiven) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  Runtime runtime;
  auto handle = runtime.spawn(nothing());
  dump_on_signal(SIGUSR1, pipe[1]);
  ASSERT_EQ(std::raise(SIGUSR1), 0);
  std::string text;
  const std::string last = "  0  (not begun)\n\n";
  while (!text.ends_with(last)) {
    char part[4096];
    const ssize_t got = ::read(pipe[0], part, sizeof part);
    ASSERT_GT(got, 0);
    text.append(part, static_cast<std::size_t>(got));
  }
  EXPECT_THAT(text, HasSubstr("1 task: 0 running, 1 scheduled, 0 idle\n"));
  dump_on_signal(SIGUSR1);  // the pipe is not ours any more
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST(DumpOnSignal, LeavesOutRuntimesWithoutTasksBesideOthers) {
  test::Recorder recorder;
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  static_cast<void>(sync::outside_of_runtimes());  // made no later than the program's
  Runtime empty;
  Runtime runtime;
  auto handle = runtime.spawn(nothing());
  dump_on_signal(SIGUSR1, pipe[1]);
  ASSERT_EQ(std::raise(SIGUSR1), 0);
  std::string text;
  while (!text.ends_with("\n\n")) {
    char part[4096];
    const ssize_t got = ::read(pipe[0], part, sizeof part);
    ASSERT_GT(got, 0);
    text.append(part, static_cast<std::size_t>(got));
  }
  EXPECT_TRUE(text.starts_with("1 task: 0 running, 1 scheduled, 0 idle\n")) << text;
  EXPECT_EQ(text.find("0 tasks"), std::string::npos) << text;
  EXPECT_THAT(recorder.text(), Not(HasSubstr("tasks=0")));
  dump_on_signal(SIGUSR1);  // the pipe is not ours any more
  ::close(pipe[0]);
  ::close(pipe[1]);
}

// As stderr may be, which is shared with others.
TEST(DumpOnSignal, WritesAllOfItToANonBlockingDescriptor) {
  constexpr int kTasks = 500, kSmallest = 4096;
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_NONBLOCK), 0);
  ASSERT_EQ(::fcntl(pipe[1], F_SETPIPE_SZ, kSmallest), kSmallest);
  Runtime runtime;
  std::vector<JoinHandle<void>> handles;
  for (int i = 0; i < kTasks; ++i) handles.push_back(runtime.spawn(nothing()));
  dump_on_signal(SIGUSR1, pipe[1]);
  ASSERT_EQ(std::raise(SIGUSR1), 0);
  std::string text;
  for (pollfd dumped{pipe[0], POLLIN, 0}; ::poll(&dumped, 1, 500) > 0;) {
    char part[kSmallest];
    const ssize_t got = ::read(pipe[0], part, sizeof part);
    ASSERT_GT(got, 0);
    text.append(part, static_cast<std::size_t>(got));
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // a slow reader
  }
  ASSERT_GT(text.size(), std::size_t{4} * kSmallest);
  EXPECT_TRUE(text.ends_with("  0  (not begun)\n\n")) << text.substr(text.size() - 100);
  dump_on_signal(SIGUSR1);  // the pipe is not ours any more
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST(DumpOnSignal, SignalOfAChildIsNotTheParents) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  Runtime runtime;
  dump_on_signal(SIGUSR1, pipe[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    std::raise(SIGUSR1);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status)) << "the child has the handler too";
  pollfd dumped{pipe[0], POLLIN, 0};
  EXPECT_EQ(::poll(&dumped, 1, 200), 0);
  dump_on_signal(SIGUSR1);  // the pipe is not ours any more
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST(DumpOnSignal, RefusesWhatIsNoSignal) {
  EXPECT_THROW(dump_on_signal(-1), std::system_error);
  EXPECT_THROW(dump_on_signal(SIGKILL), std::system_error);
  // A handler that returns from a fault makes an endless loop of it.
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS}) {
    EXPECT_THROW(dump_on_signal(fault), std::system_error) << fault;
  }
}

TEST(DumpOnSignal, KnowsSignalsByNameAndNumber) {
  struct Case {
    std::string_view name;
    int want;
  };
  for (const Case& c : {Case{"USR1", SIGUSR1}, Case{"SIGUSR2", SIGUSR2}, Case{"12", 12},
                        Case{"", 0}, Case{"SIG", 0}, Case{"FOO", 0}, Case{"USR1 ", 0}, Case{"0", 0},
                        Case{"999", 0}, Case{"-1", 0}, Case{"12x", 0}}) {
    EXPECT_EQ(scheduler::signal_number(c.name), c.want) << c.name;
  }
}

}  // namespace
}  // namespace ari

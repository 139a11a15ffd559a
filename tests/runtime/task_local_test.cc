// TaskLocal: where its value is seen.
#include "runtime/task/task_local.h"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "runtime/ari.h"

namespace ari {
namespace {

inline constexpr TaskLocal<std::string> kName;
inline constexpr TaskLocal<int> kDepth;

std::string name_here() {
  const std::string* name = kName.try_get();
  return name != nullptr ? *name : "(none)";
}

Task<std::string> reads_before_and_after_a_yield() {
  std::string seen = kName.get();
  co_await task::yield_now();
  seen += " " + kName.get();
  co_return seen;
}
Task<std::string> reads_below() {
  std::string below = co_await reads_before_and_after_a_yield();
  co_return below;
}

Task<void> reads_in_scope() {
  EXPECT_EQ(name_here(), "(none)");
  std::string seen = co_await kName.scope("a", reads_below());
  EXPECT_EQ(seen, "a a");
  EXPECT_EQ(name_here(), "(none)");
}

TEST(TaskLocal, IsSeenAtAnyDepthAcrossSuspensions) { Runtime().block_on(reads_in_scope()); }

TEST(TaskLocal, OutsideOfItsScopeSaysSo) {
  EXPECT_EQ(kName.try_get(), nullptr);
  try {
    kName.get();
    FAIL() << "there is a value";
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(),
                 "ari: a TaskLocal was read outside of its scope (tasks that are spawned inside "
                 "do not inherit it: give them a scope of their own)");
  }
}

Task<std::string> shadows() {
  std::string inner = co_await kName.scope("inner", reads_below());
  std::string outer = co_await reads_below();
  co_return inner + ", " + outer;
}

TEST(TaskLocal, AnInnerScopeHidesTheOuter) {
  Runtime runtime;
  struct Program {
    static Task<void> run() {
      std::string seen = co_await kName.scope("outer", shadows());
      EXPECT_EQ(seen, "inner inner, outer outer");
    }
  };
  runtime.block_on(Program::run());
}

Task<std::string> reads_two() {
  ++kDepth.get();
  co_await task::yield_now();
  co_return kName.get() + std::to_string(kDepth.get());
}

TEST(TaskLocal, TwoAreKeptApartAndMayBeWritten) {
  struct Program {
    static Task<void> run() {
      std::string seen = co_await kName.scope("n", kDepth.scope(1, reads_two()));
      EXPECT_EQ(seen, "n2");
    }
  };
  Runtime().block_on(Program::run());
}

Task<std::string> reads_often(int times) {
  std::string seen;
  for (int i = 0; i < times; ++i) {
    seen += name_here();
    co_await task::yield_now();
  }
  co_return seen;
}
Task<std::string> in_scope(const char* name, int times) {
  std::string seen = co_await kName.scope(name, reads_often(times));
  co_return seen;
}

Task<void> reads_in_turns() {
  auto a = spawn(in_scope("a", 3));
  auto b = spawn(in_scope("b", 3));
  auto branches = co_await join(in_scope("c", 3), reads_often(1), in_scope("d", 3));
  EXPECT_EQ(std::get<0>(branches), "ccc");
  EXPECT_EQ(std::get<1>(branches), "(none)");
  EXPECT_EQ(std::get<2>(branches), "ddd");
  EXPECT_EQ(name_here(), "(none)");
  const std::string of_a = co_await a;
  const std::string of_b = co_await b;
  EXPECT_EQ(of_a + of_b, "aaabbb");
}

TEST(TaskLocal, OtherTasksAndBranchesNeverSeeIt) { Runtime().block_on(reads_in_turns()); }

Task<std::string> spawns_inside() {
  auto handle = spawn(reads_often(1));
  std::string seen = co_await handle;
  co_return seen;
}

TEST(TaskLocal, SpawnedTasksDoNotInheritIt) {
  struct Program {
    static Task<void> run() {
      std::string seen = co_await kName.scope("a", spawns_inside());
      EXPECT_EQ(seen, "(none)");
    }
  };
  Runtime().block_on(Program::run());
}

// Notes the name that is in scope when it is destroyed.
class NotesItsEnd {
 public:
  explicit NotesItsEnd(std::string& noted) : noted_(&noted) {}
  NotesItsEnd(NotesItsEnd&& other) noexcept : noted_(std::exchange(other.noted_, nullptr)) {}
  ~NotesItsEnd() {
    if (noted_ != nullptr) *noted_ += name_here();
  }

 private:
  std::string* noted_;
};

Task<int> waits_with(NotesItsEnd, int yields) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  co_return 1;
}
Task<void> drops_in_scope(std::string* noted) {
  auto ended = co_await kName.scope("ended ", waits_with(NotesItsEnd(*noted), 0));
  EXPECT_EQ(ended, 1);
  auto lost = co_await select_biased(kName.scope("lost", waits_with(NotesItsEnd(*noted), 9)),
                                     task::yield_now());
  EXPECT_EQ(lost.index(), 1u);
}

TEST(TaskLocal, IsThereWhenWhatWasInItsScopeIsDestroyed) {
  std::string noted;
  Runtime().block_on(drops_in_scope(&noted));
  EXPECT_EQ(noted, "ended lost");
}

Task<void> throws() {
  co_await task::yield_now();
  throw std::runtime_error("expected");
}
Task<void> throws_in_scope() {
  try {
    co_await kName.scope("a", throws());
  } catch (const std::runtime_error&) {
    EXPECT_EQ(name_here(), "(none)");
    throw;
  }
}

Task<std::string> reads_or_none() { co_return name_here(); }
// A LocalSet's tasks are polled, and those left at its end destroyed, inside of whoever waits.
Task<std::string> of_a_set(LocalSet* set) {
  auto inside = set->spawn_local(reads_or_none());
  auto seen = co_await inside;
  co_return seen;
}
Task<void> polls_a_set_in_scope() {
  LocalSet set;
  auto outside = set.spawn_local(reads_or_none());
  EXPECT_EQ(co_await kName.scope("scope", set.run_until(of_a_set(&set))), "(none)");
  EXPECT_EQ(co_await outside, "(none)");
}
TEST(TaskLocal, TasksOfALocalSetDoNotSeeItsPollers) { Runtime().block_on(polls_a_set_in_scope()); }

TEST(TaskLocal, AnExceptionLeavesTheScope) {
  EXPECT_THROW(Runtime().block_on(throws_in_scope()), std::runtime_error);
}

// Polled on one thread, then on another.
TEST(TaskLocal, GoesWithTheTaskFromThreadToThread) {
  Runtime runtime;
  auto handle = runtime.spawn(in_scope("a", 4));
  struct Turn {
    static Task<void> take() { co_await task::yield_now(); }
    static Task<std::string> join(JoinHandle<std::string> handle) {
      std::string seen = co_await handle;
      co_return seen;
    }
  };
  runtime.block_on(Turn::take());
  std::thread([&] {
    runtime.block_on(Turn::take());
    EXPECT_EQ(name_here(), "(none)");
  }).join();
  EXPECT_EQ(runtime.block_on(Turn::join(std::move(handle))), "aaaa");
}

Task<std::string> says_name() { co_return name_here(); }
Task<void> blocks_in_place() {
  task::block_in_place([] {
    EXPECT_EQ(name_here(), "a");
    EXPECT_EQ(Handle::current().block_on(says_name()), "(none)");
    Runtime other;
    auto beside = other.spawn(says_name());
    EXPECT_EQ(other.block_on(says_name()), "(none)");
    EXPECT_EQ(name_here(), "a");
  });
  co_return;
}
Task<void> blocks_in_scope() { co_await kName.scope("a", blocks_in_place()); }
TEST(TaskLocal, TasksThatAreRunInPlaceDoNotSeeIt) {
  Runtime runtime = Runtime::Builder::multi_thread().worker_threads(1).build();
  runtime.block_on([](Task<void> task) -> Task<void> {
    auto handle = spawn(std::move(task));
    co_await handle;
  }(blocks_in_scope()));
}

// Says at its end which name it sees.
class SeesAtItsEnd {
 public:
  explicit SeesAtItsEnd(std::string& seen) : seen_(&seen) {}
  SeesAtItsEnd(SeesAtItsEnd&& other) noexcept : seen_(std::exchange(other.seen_, nullptr)) {}
  SeesAtItsEnd& operator=(SeesAtItsEnd&&) = delete;
  ~SeesAtItsEnd() {
    if (seen_ != nullptr) *seen_ = name_here();
  }

 private:
  std::string* seen_;
};
Task<void> has(SeesAtItsEnd) { co_return; }
Task<void> spawns_in_vain(Handle gone, std::string* seen) {
  gone.spawn(has(SeesAtItsEnd(*seen))).detach();
  co_return;
}
Task<void> spawns_in_vain_in_scope(Handle gone, std::string* seen) {
  co_await kName.scope("a", spawns_in_vain(gone, seen));
}
TEST(TaskLocal, TaskThatIsRefusedDoesNotSeeItsSpawners) {
  std::optional<Runtime> gone(std::in_place);
  const Handle handle = gone->handle();
  gone.reset();
  std::string seen;
  Runtime().block_on(spawns_in_vain_in_scope(handle, &seen));
  EXPECT_EQ(seen, "(none)");
}
// Former bug.
Task<void> spawns_where_there_is_no_thread(std::string* seen) {
  spawn_blocking([seen = SeesAtItsEnd(*seen)] {}).detach();
  co_return;
}
Task<void> spawns_where_there_is_no_thread_in_scope(std::string* seen) {
  co_await kName.scope("a", spawns_where_there_is_no_thread(seen));
}
TEST(TaskLocal, FunctionThatGetsNoThreadDoesNotSeeItsSpawners) {
  auto builder = Runtime::Builder::current_thread();
  builder.thread_stack_size(std::size_t{1} << 46);
  std::string seen;
  builder.build().block_on(spawns_where_there_is_no_thread_in_scope(&seen));
  EXPECT_EQ(seen, "(none)");
}

}  // namespace
}  // namespace ari

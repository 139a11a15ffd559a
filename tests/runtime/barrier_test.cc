// Barrier: nobody goes on before all are there, again and again.
#include "runtime/sync/barrier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/recorder.h"
#include "tests/runtime/turns.h"

namespace ari::sync {
namespace {

// Waits and notes its name, in upper case if it led.
Task<void> waits(std::shared_ptr<Barrier> barrier, char name, std::string* gone) {
  const BarrierWaitResult result = co_await barrier->wait();
  *gone += result.is_leader() ? static_cast<char>(name - 'a' + 'A') : name;
}

struct Scene : test::Turns {
  explicit Scene(std::size_t size) : barrier(std::make_shared<Barrier>(size)) {}
  JoinHandle<void> add(char name) { return start(waits(barrier, name, &gone)); }

  std::shared_ptr<Barrier> barrier;
  std::string gone;
};

TEST(Barrier, AllGoOnWithTheLastWhoLeads) {
  Scene scene(3);
  scene.add('a');
  scene.add('b');
  EXPECT_EQ(scene.gone, "");
  scene.add('c');
  EXPECT_EQ(scene.gone, "Cab");
}

TEST(Barrier, IsUsedAgainByTheNextGeneration) {
  Scene scene(2);
  for (const char name : {'a', 'b', 'c', 'd', 'e'}) scene.add(name);
  EXPECT_EQ(scene.gone, "BaDc");
  scene.add('f');
  EXPECT_EQ(scene.gone, "BaDcFe");
}

TEST(Barrier, OfOneOrNobodyHoldsNobodyUp) {
  for (const std::size_t size : {0u, 1u}) {
    Scene scene(size);
    scene.add('a');
    scene.add('b');
    EXPECT_EQ(scene.gone, "AB");
  }
}

TEST(Barrier, MoreWaitersThanAreWokenAtATimeAllGoOn) {
  Scene scene(100);
  for (int i = 0; i < 99; ++i) scene.add('a');
  scene.add('b');
  std::string everybody(100, 'a');
  everybody[0] = 'B';
  EXPECT_EQ(scene.gone, everybody);
}

TEST(Barrier, DestroyedWhileItWaitsHasArrivedAllTheSame) {
  Scene scene(3);
  auto first = scene.add('a');
  scene.add('b');
  scene.destroy(std::move(first));
  scene.add('c');
  EXPECT_EQ(scene.gone, "Cb");
}

TEST(Barrier, DestroyedUnpolledHasNotArrived) {
  Scene scene(1);
  { const auto wait = scene.barrier->wait(); }
  scene.add('a');
  EXPECT_EQ(scene.gone, "A");
}

// How many came to a barrier, round by round.
using Rounds = std::vector<std::atomic<int>>;

// Goes on from each round with everybody; how often it led.
Task<int> goes_round(Barrier* barrier, Rounds* came, int tasks) {
  int led = 0;
  for (std::atomic<int>& count : *came) {
    count.fetch_add(1);
    const BarrierWaitResult result = co_await barrier->wait();
    EXPECT_EQ(count.load(), tasks);
    if (result.is_leader()) ++led;
  }
  co_return led;
}

Task<int> go_round(Barrier* barrier, Rounds* came, int tasks, int tasks_here) {
  std::vector<JoinHandle<int>> handles;
  for (int i = 0; i < tasks_here; ++i) {
    handles.push_back(spawn(goes_round(barrier, came, tasks)));
  }
  int led = 0;
  for (auto& handle : handles) {
    const int times = co_await handle;
    led += times;
  }
  co_return led;
}

void expect_rounds(int thread_count, int tasks_each, int rounds) {
  const int tasks = thread_count * tasks_each;
  Barrier barrier(static_cast<std::size_t>(tasks));
  Rounds came(static_cast<std::size_t>(rounds));
  std::atomic<int> led = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i) {
    threads.emplace_back(
        [&] { led += Runtime().block_on(go_round(&barrier, &came, tasks, tasks_each)); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(led.load(), rounds);
}

TEST(Barrier, ThreadsGoRoundTogetherWithOneLeaderEach) { expect_rounds(3, 1, 500); }

// So many that they are woken in several lots: who was woken first waits again on another
// thread, in the next generation, while the leader is still waking the rest of this one.
TEST(Barrier, ThreadsOfManyTasksKeepGenerationsApart) { expect_rounds(3, 60, 60); }

// ---- on record

constexpr unsigned kMadeLine = __LINE__ + 2;
Task<void> meets_another() {
  auto barrier = std::make_shared<Barrier>(2, std::source_location::current());
  std::string gone;
  auto other = spawn(waits(barrier, 'a', &gone));
  co_await task::yield_now();
  co_await barrier->wait();
  barrier.reset();
  co_await other;
}

TEST(Sequence, BarrierIsWhereTheLastToArriveWakesTheOthers) {
  test::Recorder recorder;
  Runtime().block_on(meets_another());
  const std::string text = recorder.text();
  const std::size_t begin = text.find("R2 | new");
  EXPECT_EQ(text.substr(begin, text.find("R2 | close") - begin),
            "R2 | new\n"
            "R2 | enter\n"
            "R2 | state_update size=2\n"
            "R2 | state_update arrived=0\n"
            "R2 | exit\n"
            "T3 | new\n"
            "T1 | clone(T1)\n"
            "T1 | exit\n"
            "T3 | enter\n"
            "R2 | enter\n"
            "R2 O4 | new\n"
            "R2 O4 | enter\n"
            "R2 O4 P5 | new\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 O4 | enter\n"
            "R2 O4 P5 | enter\n"
            "R2 O4 P5 | state_update arrived=1 arrived.op=\"add\"\n"
            "R2 O4 P5 | async_op::state_update arrived=true\n"
            "R2 O4 P5 | clone(T3)\n"
            "R2 O4 P5 | poll_op poll false\n"
            "R2 O4 P5 | exit\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "T3 | exit\n"
            "- | wake(T1)\n"
            "T1 | enter\n"
            "R2 | enter\n"
            "R2 O6 | new\n"
            "R2 O6 | enter\n"
            "R2 O6 P7 | new\n"
            "R2 O6 | exit\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 O6 | enter\n"
            "R2 O6 P7 | enter\n"
            "R2 O6 P7 | state_update arrived=1 arrived.op=\"add\"\n"
            "R2 O6 P7 | async_op::state_update arrived=true\n"
            "R2 O6 P7 | async_op::state_update is_leader=true\n"
            "R2 O6 P7 | state_update arrived=0 arrived.op=\"override\"\n"
            "R2 O6 P7 | wake(T3)\n"
            "R2 O6 P7 | poll_op poll true\n"
            "R2 O6 P7 | exit\n"
            "R2 O6 | exit\n"
            "R2 | exit\n"
            "R2 O6 P7 | close\n"
            "R2 O6 | close\n"
            "T1 | clone(T1)\n"
            "T1 | joins JoinHandle T3\n"
            "T1 | exit\n"
            "T3 | enter\n"
            "R2 | enter\n"
            "R2 O4 | enter\n"
            "R2 O4 P5 | enter\n"
            "R2 O4 P5 | poll_op poll true\n"
            "R2 O4 P5 | exit\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "R2 O4 P5 | close\n"
            "R2 O4 | close\n"
            "T3 | exit\n"
            "T3 | destroy\n");
  const std::string fields = recorder.fields("R2");
  EXPECT_TRUE(fields.starts_with("concrete_type=\"Barrier\" kind=\"Sync\" loc.file=")) << fields;
  EXPECT_THAT(fields, testing::HasSubstr("barrier_test.cc\" loc.line="));
  EXPECT_THAT(fields, testing::HasSubstr("line=" + std::to_string(kMadeLine)));
  EXPECT_EQ(recorder.fields("O4"), "source=\"Barrier::wait\" inherits_child_attrs=false");
  EXPECT_EQ(recorder.target("R2"), "ari::sync::barrier");
}

}  // namespace
}  // namespace ari::sync

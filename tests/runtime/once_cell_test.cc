// OnceCell: made once, whoever tries however often.
#include "runtime/sync/once_cell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/recorder.h"
#include "tests/runtime/turns.h"

namespace ari::sync {
namespace {

using Cell = OnceCell<std::string>;

// Makes its value once it is notified.
struct Make {
  std::string value;
  std::shared_ptr<Notify> go = std::make_shared<Notify>();
  std::shared_ptr<int> calls = std::make_shared<int>(0);

  Task<std::string> operator()() const { return run(value, go, calls); }
  static Task<std::string> run(std::string value, std::shared_ptr<Notify> go,
                               std::shared_ptr<int> calls) {
    ++*calls;
    co_await go->notified();
    if (value == "throw") throw std::runtime_error("expected");
    co_return value;
  }
};

Task<void> needs(Cell* cell, Make make, std::vector<const std::string*>* got) {
  try {
    const std::string& value = co_await cell->get_or_init(std::move(make));
    got->push_back(&value);
  } catch (const std::runtime_error&) {
    got->push_back(nullptr);
  }
}

struct Scene : test::Turns {
  JoinHandle<void> need(const Make& make) { return start(needs(&cell, make, &got)); }
  void go(const Make& make) {
    make.go->notify_one();
    get_on();
  }
  Cell cell;
  std::vector<const std::string*> got;
};

TEST(OnceCell, TheFirstMakesItAndTheOthersWaitForIt) {
  Scene scene;
  const Make first{"first"}, second{"second"}, late{"late"};
  scene.need(first);
  scene.need(second);
  EXPECT_EQ(scene.cell.get(), nullptr);
  EXPECT_FALSE(scene.cell.is_set());
  EXPECT_TRUE(scene.got.empty());
  scene.go(first);
  scene.need(late);
  ASSERT_EQ(scene.got.size(), 3u);
  for (const std::string* value : scene.got) EXPECT_EQ(value, scene.cell.get());
  EXPECT_EQ(*scene.cell.get(), "first");
  EXPECT_TRUE(scene.cell.is_set());
  EXPECT_EQ(*second.calls + *late.calls, 0);
}

TEST(OnceCell, AfterAnExceptionTheNextTriesWithItsOwn) {
  Scene scene;
  const Make bad{"throw"}, good{"good"};
  scene.need(bad);
  scene.need(good);
  scene.go(bad);
  EXPECT_EQ(scene.got, std::vector<const std::string*>{nullptr});
  EXPECT_EQ(*good.calls, 1);
  scene.go(good);
  EXPECT_EQ(*scene.cell.get(), "good");
}

TEST(OnceCell, DestroyedInTheMakingTheNextTries) {
  Scene scene;
  const Make first{"first"}, second{"second"};
  auto maker = scene.need(first);
  scene.need(second);
  scene.destroy(std::move(maker));
  scene.go(second);
  EXPECT_EQ(*scene.cell.get(), "second");
}

TEST(OnceCell, SetIsRefusedOnceThereIsAValueOrOneIsInTheMaking) {
  Scene scene;
  const Make make{"made"};
  auto maker = scene.need(make);
  EXPECT_EQ(scene.cell.set("during"), "during");
  scene.destroy(std::move(maker));
  EXPECT_EQ(scene.cell.set("set"), std::nullopt);
  EXPECT_EQ(scene.cell.set("again"), "again");
  EXPECT_EQ(*scene.cell.get(), "set");
  scene.need(make);
  EXPECT_EQ(*scene.got.at(0), "set");
}

Task<std::string> with_a_closure(Cell* cell, std::string text) {
  const auto make = [text]() -> Task<std::string> {
    co_await task::yield_now();
    co_return text;
  };
  const std::string& value = co_await cell->get_or_init(make);
  co_return value;
}

TEST(OnceCell, ClosureMayBeACoroutine) {  // it lives in get_or_init() as long as that runs
  Cell cell;
  EXPECT_EQ(Runtime().block_on(with_a_closure(&cell, "captured")), "captured");
}

Task<void> needs_number(OnceCell<int>* cell, std::atomic<int>* made) {
  const auto make = [made]() -> Task<int> {
    co_await task::yield_now();
    const int number = made->fetch_add(1) + 1;
    co_return number;
  };
  const int& number = co_await cell->get_or_init(make);
  EXPECT_EQ(number, 1);
}
Task<void> crowd(OnceCell<int>* cell, std::atomic<int>* made) {
  std::vector<JoinHandle<void>> handles;
  for (int i = 0; i < 4; ++i) handles.push_back(spawn(needs_number(cell, made)));
  for (auto& handle : handles) co_await handle;
}

TEST(OnceCell, ThreadsMakeItOnce) {
  for (int round = 0; round < 30; ++round) {
    OnceCell<int> cell;
    std::atomic<int> made = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] { Runtime().block_on(crowd(&cell, &made)); });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(made.load(), 1);
  }
}

constexpr unsigned kMadeLine = __LINE__ + 3;
TEST(Sequence, OnceCellIsASemaphoreMadeWhereTheCellIs) {
  test::Recorder recorder;
  OnceCell<int> cell;
  EXPECT_EQ(cell.set(1), std::nullopt);
  EXPECT_EQ(recorder.text(),
            "R1 | new\n"
            "R1 | enter\n"
            "R2 | new\n"
            "R2 | enter\n"
            "R2 | state_update permits=1 permits.op=\"override\"\n"
            "R2 | exit\n"
            "R1 | exit\n"
            "R2 | enter\n"
            "R2 | state_update permits=1 permits.op=\"sub\"\n"
            "R2 | exit\n");
  const std::string fields = recorder.fields("R1");
  EXPECT_THAT(fields, testing::HasSubstr("once_cell_test.cc\" loc.line="));
  EXPECT_THAT(fields, testing::HasSubstr("line=" + std::to_string(kMadeLine)));
}

}  // namespace
}  // namespace ari::sync

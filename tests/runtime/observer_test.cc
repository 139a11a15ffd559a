// Workers that are blocked, as the observer tells them. The polls end when they were told.
#include "runtime/scheduler/observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "runtime/ari.h"
#include "runtime/scheduler/blocked_workers.h"
#include "tests/runtime/flavours.h"
#include "tests/runtime/recorder.h"

namespace ari {

// Not in an anonymous namespace: the stack tells its name. Blocks its thread until `text` is
// on record.
[[gnu::noinline]] void blocks_until_told(const test::Recorder& recorder, const std::string& text) {
  while (recorder.text().find(text) == std::string::npos) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

namespace {

using std::chrono::milliseconds;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class Observed : public test::OnEachFlavour {
 protected:
  static Runtime make(std::chrono::nanoseconds blocked_after) {
    auto builder = GetParam() == test::Flavour::kCurrentThread ? Runtime::Builder::current_thread()
                                                               : Runtime::Builder::multi_thread();
    return builder.worker_threads(2).blocked_after(blocked_after).build();
  }
};
INSTANTIATE_TEST_SUITE_P(On, Observed, test::kEachFlavour, test::name_of);

Task<void> blocks(const test::Recorder* recorder, const std::string text) {
  co_await task::yield_now();
  blocks_until_told(*recorder, text);
}
Task<void> joins(JoinHandle<void> handle) { co_await handle; }
Task<void> waits_until_told(const test::Recorder* recorder, const std::string text) {
  while (recorder->text().find(text) == std::string::npos) {
    co_await time::sleep(milliseconds(1));
  }
}

TEST_P(Observed, ABlockedWorkerIsToldWithItsTaskAndItsStackAndItsEnd) {
  test::Recorder recorder;
  std::string id;
  {
    Runtime runtime = make(milliseconds(20));
    auto handle = runtime.spawn(blocks(&recorder, "op=\"blocked\""));
    id = std::to_string(handle.id());
    runtime.block_on(joins(std::move(handle)));
    runtime.block_on(waits_until_told(&recorder, "op=\"unblocked\""));
  }
  EXPECT_THAT(recorder.text(), ContainsRegex("- \\| runtime::worker: op=\"blocked\" worker=[01] "
                                             "task=" +
                                             id + " for_ns=[0-9]+ backtrace=\""));
  EXPECT_THAT(recorder.text(), HasSubstr("ari::blocks_until_told+0x"));
  EXPECT_THAT(recorder.text(),
              ContainsRegex("- \\| runtime::worker: op=\"unblocked\" worker=[01] task=" + id +
                            " for_ns=[0-9]+\n"));
}

Task<void> goes_on_blocking(const test::Recorder* recorder) {
  co_await task::yield_now();
  blocks_until_told(*recorder, "op=\"blocked\"");
  std::this_thread::sleep_for(milliseconds(30));
}
TEST_P(Observed, EachBlockedPollIsToldOnce) {
  test::Recorder recorder;
  {
    Runtime runtime = make(milliseconds(4));
    runtime.block_on(joins(runtime.spawn(goes_on_blocking(&recorder))));
  }
  const std::string text = recorder.text();
  const std::string told = "op=\"blocked\"";
  EXPECT_EQ(text.find(told), text.rfind(told)) << text;
}

// A worker played by this thread, which is signalled by itself. Any time is too long.
class Sampled : public testing::Test {
 protected:
  Sampled() {
    thread_.taken();
    workers_.watch(counters_, thread_);
  }
  ~Sampled() override { thread_.given_up(); }

  void sample(int times) {
    for (int i = 0; i < times; ++i) workers_.sample();
  }
  std::size_t told() const { return recorder_.lines().size(); }

  test::Recorder recorder_;
  scheduler::WorkerCounters counters_;
  scheduler::WorkerThread thread_;
  scheduler::BlockedWorkers workers_{std::chrono::nanoseconds(1)};
};

TEST_F(Sampled, APollIsToldWhenSeenTwiceAndOnce) {
  counters_.begin_poll(7);
  sample(1);
  EXPECT_EQ(told(), 0u);
  sample(5);
  ASSERT_EQ(told(), 1u);
  EXPECT_THAT(recorder_.lines()[0], HasSubstr("op=\"blocked\" worker=0 task=7 for_ns="));
  counters_.begin_poll(7);  // the same task again
  sample(1);
  ASSERT_EQ(told(), 2u);
  EXPECT_THAT(recorder_.lines()[1], HasSubstr("op=\"unblocked\" worker=0 task=7 for_ns="));
}

TEST_F(Sampled, ManyShortPollsAreNotTold) {
  for (int i = 0; i < 10; ++i) {
    counters_.begin_poll(7);
    sample(1);
  }
  EXPECT_EQ(told(), 0u);
}

TEST_F(Sampled, AWorkerBetweenPollsIsNotBlockedHoweverLong) {
  counters_.begin_poll(7);
  counters_.no_poll();
  sample(5);
  EXPECT_EQ(told(), 0u);
}

TEST_F(Sampled, AWorkerThatNoThreadHoldsIsNotBlocked) {
  counters_.begin_poll(7);
  thread_.given_up();
  sample(5);
  EXPECT_EQ(told(), 0u);
}

TEST(Observer, TheRuntimeMayEndWhileAWorkerIsBlocked) {
  test::Recorder recorder;
  {
    Runtime runtime =
        Runtime::Builder::multi_thread().worker_threads(1).blocked_after(milliseconds(4)).build();
    runtime.spawn(blocks(&recorder, "op=\"blocked\""));
    runtime.block_on(waits_until_told(&recorder, "enter"));
  }
  SUCCEED();
}

}  // namespace
}  // namespace ari

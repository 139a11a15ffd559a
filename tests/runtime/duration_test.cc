// Durations that are longer than nanoseconds can tell, in everything that takes one.
#include "runtime/time/duration.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <type_traits>

#include "runtime/ari.h"
#include "tests/runtime/paused.h"

namespace ari {
namespace {

using std::chrono::days;
using std::chrono::duration;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::years;
using time::Duration;

constexpr nanoseconds counted(Duration duration) { return duration; }

static_assert(counted(milliseconds(5)) == nanoseconds(5'000'000));
static_assert(counted(seconds(-3)) == nanoseconds(-3'000'000'000));
static_assert(counted(days(106'751)) == days(106'751));  // the most that there are of each
static_assert(counted(days(106'752)) == nanoseconds::max());
static_assert(counted(days(-106'752)) == nanoseconds::min());
static_assert(counted(nanoseconds::max()) == nanoseconds::max());
static_assert(counted(nanoseconds::min()) == nanoseconds::min());
static_assert(counted(seconds::max()) == nanoseconds::max());  // a bug once: -1 s
static_assert(counted(seconds::min()) == nanoseconds::min());
static_assert(counted(minutes::max()) == nanoseconds::max());
static_assert(counted(hours::max()) == nanoseconds::max());
static_assert(counted(years(1'000'000)) == nanoseconds::max());
static_assert(counted(duration<std::uint64_t>(UINT64_MAX)) == nanoseconds::max());
static_assert(counted(duration<std::uint8_t, std::ratio<60>>(255)) == minutes(255));
// What would lose a part of it, as with std::chrono, has to be rounded by the caller.
static_assert(!std::is_convertible_v<duration<int, std::pico>, Duration>);
static_assert(!std::is_convertible_v<duration<double>, Duration>);

Task<void> waits_for_ever(int* ended) {
  co_await time::sleep(seconds::max());
  ++*ended;
}
Task<void> ticks_for_ever(int* ended) {
  auto beat = time::interval(hours::max());
  co_await beat.tick();
  beat.reset_after(hours::max());
  co_await beat.tick();
  ++*ended;
}

Task<void> outlives(int* ended) {
  const auto sleeps = spawn(waits_for_ever(ended));
  const auto ticks = spawn(ticks_for_ever(ended));
  co_await time::sleep(years(1));
  EXPECT_FALSE(sleeps.is_finished());
  EXPECT_FALSE(ticks.is_finished());
}

TEST(LongestDuration, IsSleptForAsLongAsTheProgramRuns) {
  int ended = 0;
  test::paused_runtime().block_on(outlives(&ended));
  EXPECT_EQ(ended, 0);
}

Task<void> has_time() {
  const auto result = co_await time::timeout(hours::max(), time::sleep(years(1)));
  EXPECT_TRUE(result.has_value());
}
TEST(LongestDuration, IsNoLimitOfATimeout) { test::paused_runtime().block_on(has_time()); }

Task<void> receives_later(sync::mpsc::Receiver<int> rx) {
  co_await time::sleep(years(1));
  const auto first = co_await rx.recv();
  EXPECT_EQ(first, 1);
  const auto second = co_await rx.recv();
  EXPECT_EQ(second, 2);
}
Task<void> sends_patiently() {
  auto [tx, rx] = sync::mpsc::channel<int>(1);
  auto receives = spawn(receives_later(std::move(rx)));
  const auto first = co_await tx.send_timeout(1, seconds::max());
  const auto second = co_await tx.send_timeout(2, seconds::max());
  EXPECT_FALSE(first.has_value() || second.has_value());
  co_await receives;
}
TEST(LongestDuration, IsNoLimitOfASend) { test::paused_runtime().block_on(sends_patiently()); }

TEST(LongestDuration, IsNoLimitOfAShutdown) {
  Runtime runtime;
  std::atomic<bool> began{false};
  const auto handle = runtime.spawn_blocking([&] {
    began = true;
    std::this_thread::sleep_for(milliseconds(5));
  });
  while (!began) std::this_thread::yield();
  std::move(runtime).shutdown_timeout(seconds::max());
  EXPECT_TRUE(handle.is_finished());
}

}  // namespace
}  // namespace ari

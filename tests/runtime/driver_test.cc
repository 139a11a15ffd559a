// Driver: who ends a sleep, and how the paused clock replaces it.
#include "runtime/scheduler/driver.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <chrono>
#include <memory>
#include <thread>

#include "runtime/ari.h"

namespace ari::scheduler {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using time::TickClock;
using time::TimerQueue;

TEST(Driver, PausedJumpsToTheNextTimerInsteadOfSleeping) {
  Driver driver(TickClock::Pausing::kFromStart);
  TimerQueue::Entry entry;
  driver.add_timer(60, 0, entry);
  driver.park();
  EXPECT_EQ(driver.clock().now(), 60u);
  EXPECT_TRUE(driver.timers().has_fired(entry));
}

// Another thread makes a task runnable after the runtime's last look at its queues and
// before it would sleep.
TEST(Driver, PausedDoesNotJumpWhenItWasCalledBeforeItWouldSleep) {
  Driver driver(TickClock::Pausing::kFromStart);
  TimerQueue::Entry entry;
  driver.add_timer(60, 0, entry);
  driver.unpark();
  driver.park();
  EXPECT_EQ(driver.clock().now(), 0u);
  driver.park();
  EXPECT_EQ(driver.clock().now(), 60u) << "one call, one park";
}

TEST(Driver, PausedDoesNotJumpAheadOfASocketThatIsReady) {
  Driver driver(TickClock::Pausing::kFromStart);
  TimerQueue::Entry entry;
  driver.add_timer(60, 0, entry);
  const net::Descriptor ready(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK));
  std::error_code error;
  net::Reactor* reactor = driver.reactor(error);
  ASSERT_NE(reactor, nullptr) << error.message();
  driver.park();  // for the call that the new reactor comes with
  net::Readiness* readiness = reactor->add(ready.get(), error);
  ASSERT_NE(readiness, nullptr) << error.message();
  driver.park();
  EXPECT_EQ(driver.clock().now(), 0u);
  driver.park();
  EXPECT_EQ(driver.clock().now(), 60u) << "what was reported once is known";
  reactor->remove(*readiness, ready.get());
}

TEST(Driver, PausedDoesNotJumpToTheEndOfTime) {
  Driver driver(TickClock::Pausing::kFromStart);
  TimerQueue::Entry entry;
  driver.add_timer(time::kNever, 0, entry);
  EXPECT_FALSE(driver.timers().has_fired(entry));
  driver.unpark();  // else it would sleep until it is called
  driver.park();
  EXPECT_EQ(driver.clock().now(), 0u);
  EXPECT_FALSE(driver.timers().has_fired(entry));
}

// Wherever the sleeper is when the timer moves to sooner, in park(), about to ask when the
// next is due, or getting up, it is up in time. If nobody called it, it would sleep for hours.
TEST(Driver, GetsUpForAnEarlierTimerOfAnotherThread) {
  Driver driver(TickClock::Pausing::kAllowed);
  TimerQueue::Entry entry;
  const auto move_to = [&](std::chrono::nanoseconds from_now) {
    const auto deadline = std::chrono::steady_clock::now() + from_now;
    driver.add_timer(driver.clock().at_or_after(deadline), driver.clock().now(), entry);
  };
  move_to(hours(100));
  std::thread sleeper([&] {
    while (!driver.timers().has_fired(entry)) driver.park();
  });
  for (int sooner = 99; sooner > 0; --sooner) {
    move_to(hours(sooner));
    std::this_thread::yield();
  }
  move_to(milliseconds(1));
  sleeper.join();
}

Task<void> sleeps(time::Clock::duration duration) { co_await time::sleep(duration); }
Task<void> waits(std::shared_ptr<sync::Notify> notify) { co_await notify->notified(); }

// The same with a whole runtime: its thread sleeps until a timer of its own, far away, when
// a task that runs on another thread begins to sleep for a moment.
TEST(Driver, ServesTimersOfTasksThatRunOnOtherThreads) {
  Runtime runtime;
  auto sleeper = runtime.spawn(sleeps(hours(1)));
  auto done = std::make_shared<sync::Notify>();
  std::thread running([&] { runtime.block_on(waits(done)); });
  runtime.handle().block_on(sleeps(milliseconds(2)));
  done->notify_one();
  running.join();
  EXPECT_FALSE(sleeper.is_finished());
}

}  // namespace
}  // namespace ari::scheduler

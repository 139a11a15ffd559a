// TickClock: its rounding, and what pausing does to it.
#include "runtime/time/tick_clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

namespace ari::time {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST(TickClock, RoundsDeadlinesUpSoThatNoSleepEndsEarly) {
  const TickClock clock;
  const Instant start = clock.start_of(0);
  struct Case {
    Clock::duration after_start;
    Tick want;
  };
  const Case cases[] = {
      {-milliseconds(5), 0},    {milliseconds(0), 0}, {nanoseconds(1), 1},
      {microseconds(999), 1},   {milliseconds(1), 1}, {microseconds(1001), 2},
      {milliseconds(100), 100},
  };
  for (const Case& c : cases) EXPECT_EQ(clock.at_or_after(start + c.after_start), c.want);
  EXPECT_EQ(clock.start_of(7), start + milliseconds(7));
  EXPECT_EQ(clock.at_or_after(Instant::max()), kNever);
  EXPECT_EQ(clock.start_of(kNever), Instant::max());
}

TEST(TickClock, PausedStandsStillAndGoesByJumpsOnly) {
  TickClock clock(TickClock::Pausing::kFromStart);
  const Instant start = clock.instant();
  EXPECT_EQ(clock.now(), 0u);
  clock.advance(microseconds(2500));
  EXPECT_EQ(clock.instant(), start + microseconds(2500));
  EXPECT_EQ(clock.now(), 2u) << "the tick that has begun";
  clock.advance_to(9);
  EXPECT_EQ(clock.instant(), start + milliseconds(9));
  clock.advance_to(4);
  EXPECT_EQ(clock.now(), 9u) << "never back";
}

TEST(TickClock, ResumedRunsOnFromWhereItStood) {
  TickClock clock(TickClock::Pausing::kFromStart);
  clock.advance(hours(1));
  const Instant stood_at = clock.instant();
  clock.resume();
  const Instant running = clock.instant();
  EXPECT_GE(running, stood_at);
  EXPECT_LT(running, stood_at + hours(1));

  // Who sleeps until a tick is told when that is on a clock that was never moved.
  const auto steady = std::chrono::steady_clock::now();
  EXPECT_LT(clock.steady_start_of(clock.now()), steady + milliseconds(1));
  EXPECT_GT(clock.steady_start_of(clock.now() + 10'000), steady);
  EXPECT_LT(clock.steady_start_of(clock.now() + 10'000), steady + hours(1));

  clock.pause();
  EXPECT_GE(clock.instant(), running);
}

template <class Error, class F>
std::string message_of(F call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(TickClock, SaysWhatIsWrong) {
  TickClock clock;
  EXPECT_EQ(message_of<std::logic_error>([&] { clock.resume(); }), "ari: the clock is not paused");
  EXPECT_EQ(message_of<std::logic_error>([&] { clock.advance(hours(1)); }),
            "ari: the clock can be moved only while it is paused");
  clock.pause();
  EXPECT_EQ(message_of<std::logic_error>([&] { clock.pause(); }),
            "ari: the clock is paused already");
  for (const Clock::duration bad : {Clock::duration(-1), Clock::duration::max()}) {
    EXPECT_EQ(message_of<std::invalid_argument>([&] { clock.advance(bad); }),
              "ari: the clock cannot be moved that far");
  }
  TickClock of_many_threads(TickClock::Pausing::kRefused);
  EXPECT_EQ(message_of<std::logic_error>([&] { of_many_threads.pause(); }),
            "ari: only the clock of a current-thread runtime can be paused");
}

}  // namespace
}  // namespace ari::time

// Interval: its ticks, missed ones above all, and what it tells.
#include "runtime/time/interval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/paused.h"
#include "tests/runtime/recorder.h"

namespace ari::time {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::ElementsAre;

std::int64_t ms_since(Instant start, Instant instant) {
  return std::chrono::duration_cast<milliseconds>(instant - start).count();
}

// When a tick came and when it was due, in milliseconds since the first.
struct Seen {
  std::int64_t came, due;
  bool operator==(const Seen&) const = default;
  friend void PrintTo(const Seen& seen, std::ostream* out) {
    *out << "came at " << seen.came << ", due at " << seen.due;
  }
};

// Takes six ticks of 50 ms; after the second it is busy for 120 ms.
Task<std::vector<Seen>> misses_ticks(MissedTickBehavior behavior) {
  const Instant start = Clock::now();
  auto beat = interval(milliseconds(50));
  beat.set_missed_tick_behavior(behavior);
  std::vector<Seen> seen;
  for (int i = 0; i < 6; ++i) {
    const Instant due = co_await beat.tick();
    seen.push_back({ms_since(start, Clock::now()), ms_since(start, due)});
    if (i == 1) co_await advance(milliseconds(120));
  }
  co_return seen;
}

TEST(Interval, BurstMakesUpForMissedTicks) {
  EXPECT_THAT(test::paused_runtime().block_on(misses_ticks(MissedTickBehavior::kBurst)),
              ElementsAre(Seen{0, 0}, Seen{50, 50}, Seen{170, 100}, Seen{170, 150}, Seen{200, 200},
                          Seen{250, 250}));
}

TEST(Interval, DelayBeginsAnewWithTheLateTick) {
  EXPECT_THAT(test::paused_runtime().block_on(misses_ticks(MissedTickBehavior::kDelay)),
              ElementsAre(Seen{0, 0}, Seen{50, 50}, Seen{170, 100}, Seen{220, 220}, Seen{270, 270},
                          Seen{320, 320}));
}

TEST(Interval, SkipLeavesMissedTicksOutAndKeepsThePace) {
  EXPECT_THAT(test::paused_runtime().block_on(misses_ticks(MissedTickBehavior::kSkip)),
              ElementsAre(Seen{0, 0}, Seen{50, 50}, Seen{170, 100}, Seen{200, 200}, Seen{250, 250},
                          Seen{300, 300}));
}

Task<std::vector<Seen>> is_a_little_late(MissedTickBehavior behavior) {
  const Instant start = Clock::now();
  auto beat = interval(milliseconds(50));
  beat.set_missed_tick_behavior(behavior);
  std::vector<Seen> seen;
  for (int i = 0; i < 3; ++i) {
    const Instant due = co_await beat.tick();
    seen.push_back({ms_since(start, Clock::now()), ms_since(start, due)});
    if (i == 0) co_await advance(milliseconds(55));
  }
  co_return seen;
}

TEST(Interval, FiveMillisecondsLateIsNotMissed) {
  for (const auto behavior :
       {MissedTickBehavior::kBurst, MissedTickBehavior::kDelay, MissedTickBehavior::kSkip}) {
    EXPECT_THAT(test::paused_runtime().block_on(is_a_little_late(behavior)),
                ElementsAre(Seen{0, 0}, Seen{55, 50}, Seen{100, 100}));
  }
}

Task<std::vector<Seen>> starts_later(milliseconds when) {
  const Instant start = Clock::now();
  auto beat = interval_at(start + when, milliseconds(50));
  EXPECT_EQ(beat.period(), milliseconds(50));
  std::vector<Seen> seen;
  for (int i = 0; i < 2; ++i) {
    const Instant due = co_await beat.tick();
    seen.push_back({ms_since(start, Clock::now()), ms_since(start, due)});
  }
  co_return seen;
}

TEST(Interval, FirstTickIsAtItsStart) {
  EXPECT_THAT(test::paused_runtime().block_on(starts_later(milliseconds(30))),
              ElementsAre(Seen{30, 30}, Seen{80, 80}));
  EXPECT_THAT(test::paused_runtime().block_on(starts_later(milliseconds(-3))),
              ElementsAre(Seen{0, -3}, Seen{47, 47}));
}

Task<void> starts_before_time_began() {
  auto beat = interval_at(Instant::min(), hours(1));
  beat.set_missed_tick_behavior(MissedTickBehavior::kSkip);
  co_await beat.tick();
  const Instant due = co_await beat.tick();
  EXPECT_EQ(due.time_since_epoch() % hours(1), hours(0));
  auto once = interval(Clock::duration::max());
  co_await once.tick();
  auto late = interval_at(Clock::now() - hours(1), Clock::duration::max());
  late.set_missed_tick_behavior(MissedTickBehavior::kDelay);
  co_await late.tick();
}

TEST(Interval, ExtremeInstantsAndPeriodsAreCounted) {
  test::paused_runtime().block_on(starts_before_time_began());
}

enum class Reset { kPeriod, kImmediately, kAfter, kAt };

Task<std::vector<std::int64_t>> resets(Reset how) {
  const Instant start = Clock::now();
  auto beat = interval(milliseconds(50));
  co_await beat.tick();
  co_await sleep(milliseconds(20));
  switch (how) {
    case Reset::kPeriod:
      beat.reset();
      break;
    case Reset::kImmediately:
      beat.reset_immediately();
      break;
    case Reset::kAfter:
      beat.reset_after(milliseconds(7));
      break;
    case Reset::kAt:
      beat.reset_at(start + milliseconds(90));
      break;
  }
  std::vector<std::int64_t> came;
  for (int i = 0; i < 2; ++i) {
    co_await beat.tick();
    came.push_back(ms_since(start, Clock::now()));
  }
  co_return came;
}

TEST(Interval, ResetSaysWhenTheNextTickComesAndThePaceGoesOnFromThere) {
  EXPECT_THAT(test::paused_runtime().block_on(resets(Reset::kPeriod)), ElementsAre(70, 120));
  EXPECT_THAT(test::paused_runtime().block_on(resets(Reset::kImmediately)), ElementsAre(20, 70));
  EXPECT_THAT(test::paused_runtime().block_on(resets(Reset::kAfter)), ElementsAre(27, 77));
  EXPECT_THAT(test::paused_runtime().block_on(resets(Reset::kAt)), ElementsAre(90, 140));
}

Task<void> resets_to_before_time_began(MissedTickBehavior behavior, bool by_duration) {
  auto beat = interval(hours(1));
  beat.set_missed_tick_behavior(behavior);
  co_await beat.tick();
  if (by_duration) {
    beat.reset_after(Clock::duration::min());
  } else {
    beat.reset_at(Instant::min());
  }
  Instant before = co_await beat.tick();
  EXPECT_GE(before, Instant());
  for (int i = 0; i < 2; ++i) {
    const Instant due = co_await beat.tick();
    EXPECT_GE(due, before + hours(1));
    EXPECT_LE(due, Clock::now());
    before = due;
  }
}

TEST(Interval, GoesOnAfterAResetToBeforeTimeBegan) {
  for (const auto behavior :
       {MissedTickBehavior::kBurst, MissedTickBehavior::kDelay, MissedTickBehavior::kSkip}) {
    for (const bool by_duration : {false, true}) {
      test::paused_runtime().block_on(resets_to_before_time_began(behavior, by_duration));
    }
  }
}

// Polls a tick once and gives it up.
class PolledOnce {
 public:
  explicit PolledOnce(Interval& beat) : beat_(beat) {}
  Poll poll(Context& cx) noexcept {
    auto tick = beat_.tick();
    EXPECT_EQ(tick.poll(cx), Poll::kPending);
    return Poll::kReady;
  }

 private:
  Interval& beat_;
};

Task<std::vector<std::int64_t>> gives_up_a_tick() {
  const Instant start = Clock::now();
  auto beat = interval(milliseconds(50));
  co_await beat.tick();
  PolledOnce once(beat);
  co_await once;
  std::vector<std::int64_t> due;
  for (int i = 0; i < 2; ++i) due.push_back(ms_since(start, co_await beat.tick()));
  co_return due;
}

TEST(Interval, ATickThatIsGivenUpIsNotLost) {
  EXPECT_THAT(test::paused_runtime().block_on(gives_up_a_tick()), ElementsAre(50, 100));
}

TEST(Interval, RefusesAPeriodThatIsNoPeriod) {
  for (const Clock::duration period : {Clock::duration(0), Clock::duration(-1)}) {
    try {
      interval(period);
      ADD_FAILURE() << "nothing was thrown";
    } catch (const std::invalid_argument& error) {
      EXPECT_STREQ(error.what(), "ari: the period of an interval must be longer than zero");
    }
  }
}

Task<void> ticks_twice() {
  auto beat = interval(milliseconds(5));
  for (int i = 0; i < 2; ++i) co_await beat.tick();
}

TEST(Interval, IsAResourceAroundASleepWithOneOpForEachTick) {
  test::Recorder recorder;
  test::paused_runtime().block_on(ticks_twice());
  EXPECT_TRUE(
      recorder.fields("R2").starts_with("concrete_type=\"Interval\" kind=\"timer\" loc.file="));
  EXPECT_NE(recorder.fields("R2").find("interval_test.cc"), std::string::npos);
  EXPECT_NE(recorder.fields("R3").find("time/interval.cc"), std::string::npos)
      << "as in Tokio: the sleep is one of the interval's own";
  EXPECT_EQ(recorder.target("R2"), "ari::time::interval");
  EXPECT_EQ(recorder.fields("O6"), "source=\"Interval::tick\" inherits_child_attrs=false");
  EXPECT_EQ(recorder.target("O6"), "ari::util::trace");
  EXPECT_EQ(recorder.fields("O8"), recorder.fields("O6")) << "the second tick's";
  // The captures test holds the order of it all against Tokio's.
}

}  // namespace
}  // namespace ari::time

#include "runtime/time/interval.h"

#include <algorithm>
#include <stdexcept>

namespace ari::time {

namespace {

using trace::Level;
using trace::Metadata;

constexpr Metadata kResource{trace::kResourceName, "ari::time::interval", Level::kTrace,
                             trace::kResourceFields};

// Timers are late by a millisecond or two as a matter of course; as Tokio counts, a tick was
// missed by more than this.
constexpr std::chrono::milliseconds kTolerance{5};

Clock::duration checked(Clock::duration period) {
  if (period > Clock::duration(0)) return period;
  throw std::invalid_argument("ari: the period of an interval must be longer than zero");
}

// An instant before the clock's epoch is as past as that, and differences to it can be counted.
Instant countable(Instant instant) noexcept { return std::max(instant, Instant()); }

}  // namespace

Interval::Interval(Instant start, Clock::duration period, std::source_location at)
    : period_(checked(period)),
      resource_(trace::open_resource(kResource, "Interval", "timer", at)),
      delay_(countable(start), std::source_location::current()) {}

void Interval::reset_at(Instant deadline) noexcept { delay_.reset(countable(deadline)); }

Poll Interval::Tick::poll(Context& cx) noexcept {
  const trace::Span& resource = interval_.resource_;
  if (!op_) op_.emplace(trace::open_outer_op(resource, "Interval::tick", false));
  const trace::AsyncOp::Polling polling(resource, *op_);

  Sleep& delay = interval_.delay_;
  const Poll poll = delay.poll(cx);
  if (poll == Poll::kReady) {
    due_ = delay.deadline();
    delay.reset_unregistered(interval_.next_after(due_, Clock::now()));
  }
  trace::poll_op("poll_tick", poll == Poll::kReady);
  return poll;
}

task::Wait Interval::Tick::wait() const noexcept {
  task::Wait wait = interval_.delay_.wait();
  wait.op = "Interval::tick";
  wait.resource = interval_.resource_.id();
  return wait;
}

Instant Interval::next_after(Instant due, Instant now) const noexcept {
  if (now > after(due, kTolerance)) {
    switch (behavior_) {
      case MissedTickBehavior::kBurst:
        break;
      case MissedTickBehavior::kDelay:
        return after(now, period_);
      case MissedTickBehavior::kSkip:
        return after(now, period_ - (now - due) % period_);
    }
  }
  return after(due, period_);
}

}  // namespace ari::time

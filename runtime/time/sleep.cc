#include "runtime/time/sleep.h"

#include <algorithm>
#include <utility>

#include "runtime/scheduler/driver.h"
#include "runtime/scheduler/engine.h"

namespace ari::time {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::time::sleep";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};
constexpr Metadata kPoll{trace::kAsyncOpPollName, kTarget, Level::kTrace, {}};

constexpr std::string_view kDurationFields[] = {"duration", "duration.unit", "duration.op"};
constexpr Metadata kDuration{"", trace::kStateUpdate, Level::kTrace, kDurationFields};
constexpr std::string_view kLateFields[] = {"late", "late.unit", "late.op"};
constexpr Metadata kLate{"", trace::kStateUpdate, Level::kTrace, kLateFields};

constexpr std::string_view kPollName = "poll_elapsed";

// A timer cannot be expected to fire before its tick is over.
constexpr Tick kInTime = 1;

void tell_duration(Tick due, Tick now) noexcept {
  trace::event(kDuration, {due > now ? due - now : 0, "ms", "override"});
}

}  // namespace

Sleep::Spans::Spans(std::source_location at) noexcept
    : resource(trace::open_resource(kResource, "Sleep", "timer", at)),
      op(resource, kOp, kPoll, "Sleep::new_timeout") {}

Sleep::Sleep(Instant deadline, std::source_location at) noexcept
    : deadline_(deadline), spans_(at) {}

Sleep::~Sleep() {
  spans_.reset();  // first, so that the waker is dropped after the spans closed, as in Tokio
  if (scheduler_ != nullptr) driver().timers().leave(entry_);
}

Poll Sleep::poll(Context& cx) noexcept {
  const trace::AsyncOp::Polling polling(spans_->resource, spans_->op);

  if (scheduler_ == nullptr) scheduler_ = cx.scheduler().shared_from_this();
  const bool within_budget = cx.take_budget();
  trace::poll_op(kPollName, within_budget);
  if (!within_budget) return Poll::kPending;

  if (!registered_) {
    const TickClock& clock = driver().clock();
    const Tick due = clock.at_or_after(deadline());
    const Tick now = clock.now();
    tell_duration(due, now);
    driver().add_timer(due, now, entry_);
    registered_ = true;
  }

  const bool elapsed = driver().timers().poll(entry_, cx.waker());
  if (elapsed && entry_.late() > kInTime) trace::event(kLate, {entry_.late(), "ms", "override"});
  trace::poll_op(kPollName, elapsed);
  if (elapsed) return Poll::kReady;
  cx.return_budget();
  return Poll::kPending;
}

task::Wait Sleep::wait() const noexcept {
  task::Wait wait{"Sleep", spans_->resource.id()};
  // From any thread, whose own clock would not be the one that is paused.
  // One before the clock's epoch is as past as that, and the difference can be counted.
  if (scheduler_ != nullptr) {
    wait.due_in = std::max(deadline(), Instant()) - driver().clock().instant();
  }
  return wait;
}

bool Sleep::is_elapsed() const noexcept {
  return registered_ && driver().timers().has_fired(entry_);
}

void Sleep::reset(Instant deadline) noexcept {
  deadline_.store(deadline, std::memory_order_relaxed);
  if (scheduler_ == nullptr) {
    if (const auto* running = scheduler::Scheduler::Running::innermost()) {
      scheduler_ = running->runtime();
    }
  }
  Tick due = 0, now = 0;
  if (scheduler_ != nullptr) {
    due = driver().clock().at_or_after(deadline);
    now = driver().clock().now();
  }
  {
    const trace::Span::Entered in_resource(spans_->resource);
    trace::Span op = trace::Span::contextual(kOp, {"Sleep::reset"});
    const trace::Span::Entered in_op(op);
    trace::Span poll = trace::Span::contextual(kPoll, {});
    spans_->op = trace::AsyncOp(std::move(op), std::move(poll));
    if (scheduler_ != nullptr) tell_duration(due, now);
  }
  // Outside of any runtime there are no timers to wait in: the next poll will know some.
  registered_ = scheduler_ != nullptr;
  if (registered_) driver().add_timer(due, now, entry_);
}

void Sleep::reset_unregistered(Instant deadline) noexcept {
  deadline_.store(deadline, std::memory_order_relaxed);
  if (registered_) driver().timers().leave(entry_);
  registered_ = false;
}

scheduler::Driver& Sleep::driver() const noexcept { return scheduler_->driver(); }

}  // namespace ari::time

#include "runtime/time/sleep.h"

#include "runtime/scheduler/driver.h"

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

constexpr std::string_view kPollName = "poll_elapsed";

}  // namespace

Sleep::Spans::Spans(std::source_location at) noexcept
    : resource(trace::open_resource(kResource, "Sleep", "timer", at)),
      op(resource, kOp, kPoll, "Sleep::new_timeout") {}

Sleep::Sleep(Instant deadline, std::source_location at) noexcept
    : deadline_(deadline), spans_(at) {}

Sleep::~Sleep() {
  spans_.reset();  // first, so that the waker is dropped after the spans closed, as in Tokio
  if (scheduler_ != nullptr) scheduler_->driver().timers().leave(entry_);
}

Poll Sleep::poll(Context& cx) noexcept {
  const trace::AsyncOp::Polling polling(spans_->resource, spans_->op);

  const bool within_budget = cx.take_budget();
  trace::poll_op(kPollName, within_budget);
  if (!within_budget) return Poll::kPending;

  if (scheduler_ == nullptr) {
    scheduler_ = cx.scheduler().shared_from_this();
    scheduler::Driver& driver = scheduler_->driver();
    const TickClock& clock = driver.clock();
    const Tick due = clock.at_or_after(deadline_);
    const Tick now = clock.now();
    trace::event(kDuration, {due > now ? due - now : 0, "ms", "override"});
    driver.add_timer(due, now, entry_);
  }

  const bool elapsed = scheduler_->driver().timers().poll(entry_, cx.waker());
  trace::poll_op(kPollName, elapsed);
  if (elapsed) return Poll::kReady;
  cx.return_budget();
  return Poll::kPending;
}

}  // namespace ari::time

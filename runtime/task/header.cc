#include "runtime/task/header.h"

#include <algorithm>

#include "runtime/scheduler/scheduler.h"
#include "runtime/time/coarse_clock.h"

namespace ari::task {

using trace::EnterReason;
using trace::Outcome;

namespace {
// A thread that polls tasks looks at the clock often enough.
std::int64_t now_ns() noexcept {
  using Running = scheduler::Scheduler::Running;
  const Running* running = Running::innermost();
  const bool polls = running != nullptr && running->kind() == Running::Kind::kPolls;
  const std::int64_t last = polls ? time::CoarseClock::last_ns() : 0;
  return last != 0 ? last : time::CoarseClock::now_ns();
}
}  // namespace

Header::Header(std::shared_ptr<scheduler::Scheduler> scheduler, std::string_view name,
               const TaskSpan::Birth& birth)
    : scheduler_(std::move(scheduler)),
      span_(birth),
      name_(name),
      kind_(birth.kind),
      spawned_at_(birth.at),
      spawned_ns_(now_ns()) {}

Header::~Header() = default;

void Header::run() noexcept {
  switch (state_.start_poll()) {
    case State::Start::kGone:
      drop_reference();
      return;
    case State::Start::kCancel:
      cancel();
      return;
    case State::Start::kPoll:
      break;
  }
  if (poll() == Poll::kReady) {
    finish();
    return;
  }
  switch (state_.end_poll(std::exchange(woken_by_itself_, false))) {
    case State::End::kIdle:
      break;
    case State::End::kSchedule:
      scheduler_->schedule_again(*this);
      break;
    case State::End::kCancel:
      cancel();
      break;
  }
}

Poll Header::poll() noexcept {
  const LentWaker waker(*this);
  Context cx(waker.get(), *scheduler_);
  polled_ns_.store(std::max(time::CoarseClock::last_ns(), polled_ns() + 1),
                   std::memory_order_relaxed);
  TaskSpan::Inside inside(span_, EnterReason::kPoll);
  if (frames_.poll(cx) == Poll::kPending) {
    if (inside.is_heard()) [[unlikely]] {
      const FrameStack::Parking parking = frames_.parking();
      inside.parked_at(parking.at);
      // One that has woken itself does not wait.
      if (!parking.joined.is_empty() && !woken_by_itself_) {
        span_.waits_for(parking.op, parking.joined);
      }
    }
    return Poll::kPending;
  }
  error_ = keep_result();
  if (error_) {
    outcome_ = Outcome::kPanicked;
    span_.panicked(error_);
  }
  return Poll::kReady;
}

void Header::cancel() noexcept {
  outcome_ = Outcome::kCancelled;
  finish();
}

void Header::finish() noexcept {
  {
    const TaskSpan::Inside inside(span_, EnterReason::kDestroy);
    if (outcome_ == Outcome::kCancelled) span_.cancelled();
    frames_.destroy();
    drop_root();
  }
  span_.close(outcome_);

  const State::Joiner joiner = state_.complete();
  if (!joiner.waits_for_result) {
    drop_result();
  } else if (joiner.left_waker) {
    tell_joiner();
  }
  if (scheduler_->release(*this)) drop_reference();
  drop_reference();
}

void Header::tell_joiner() noexcept {
  joiner_.wake_by_ref();
  if (!state_.return_join_waker()) joiner_ = Waker();
}

void Header::shut_down() noexcept {
  if (!state_.claim_for_shutdown()) return;
  state_.add_reference();  // finish() gives up the one that a queue would have had
  cancel();
}

void Header::wake_by_value() noexcept {
  switch (state_.wake_by_value()) {
    case State::Wake::kNothing:
      break;
    case State::Wake::kSchedule:
      scheduler_->schedule(*this);
      break;
    case State::Wake::kFree:
      delete this;
      break;
  }
}

void Header::wake_by_ref() noexcept {
  // By its own poll, whose end changes the state in any case: one step of the two. In its
  // destruction nothing comes of it, nor would of the other.
  if (span_.is_inside()) {
    woken_by_itself_ = true;
    return;
  }
  if (state_.wake_by_ref() == State::Wake::kSchedule) scheduler_->schedule(*this);
}

void Header::abort() noexcept {
  if (state_.abort()) scheduler_->schedule(*this);
}

bool Header::poll_join(const Waker& waker) noexcept {
  if (state_.is_complete()) return true;
  if (state_.has_join_waker()) {
    // Only the runtime reads a slot that was offered, so reading it beside is safe.
    if (joiner_.will_wake(waker)) return false;
    if (!state_.withdraw_join_waker()) return true;
  }
  joiner_ = waker;
  if (state_.offer_join_waker()) return false;
  joiner_ = Waker();
  return true;
}

void Header::drop_join_handle() noexcept {
  const State::Leftover leftover = state_.drop_join_handle();
  if (leftover.result) drop_result();
  if (leftover.waker) joiner_ = Waker();
  drop_reference();
}

}  // namespace ari::task

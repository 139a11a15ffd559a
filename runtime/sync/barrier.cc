#include "runtime/sync/barrier.h"

#include <algorithm>

namespace ari::sync {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::sync::barrier";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};

constexpr std::string_view kSizeFields[] = {"size"};
constexpr std::string_view kArrivedFields[] = {"arrived", "arrived.op"};
constexpr Metadata kSize{"", trace::kStateUpdate, Level::kTrace, kSizeFields};
constexpr Metadata kArrived{"", trace::kStateUpdate, Level::kTrace, kArrivedFields};

constexpr std::string_view kOpArrivedFields[] = {"arrived"};
constexpr std::string_view kOpLeaderFields[] = {"is_leader"};
constexpr Metadata kOpArrived{"", trace::kAsyncOpStateUpdate, Level::kTrace, kOpArrivedFields};
constexpr Metadata kOpLeader{"", trace::kAsyncOpStateUpdate, Level::kTrace, kOpLeaderFields};

}  // namespace

Barrier::Barrier(std::size_t size, std::source_location at) noexcept
    : size_(std::max<std::size_t>(size, 1)),
      resource_(trace::open_resource(kResource, "Barrier", "Sync", at)) {
  const trace::Span::Entered in(resource_);
  trace::event(kSize, {size_});
  trace::event(kArrived, {0, trace::Value()});
}

bool Barrier::arrive(BarrierWait& waiter, const Waker& waker) noexcept {
  std::unique_lock lock(mutex_);
  ++arrived_;
  trace::event(kArrived, {1, "add"});
  trace::event(kOpArrived, {true});
  if (arrived_ < size_) {
    static_cast<void>(waiters_.wait(waiter.waiter_, waker));  // it had none before
    return false;
  }
  trace::event(kOpLeader, {true});
  trace::event(kArrived, {0, "override"});
  arrived_ = 0;
  waiters_.wake_all(lock);
  return true;
}

BarrierWait::~BarrierWait() {
  if (!waiter_.has_waited()) return;
  const std::lock_guard lock(barrier_.mutex_);
  WaitList::remove(waiter_);
}

Poll BarrierWait::poll(Context& cx) noexcept {
  if (!op_) op_.emplace(trace::open_outer_op(barrier_.resource_, "Barrier::wait", false));
  bool is_ready = false;
  {
    const trace::AsyncOp::Polling polling(barrier_.resource_, *op_);
    if (cx.take_budget()) {
      is_ready = advance(cx.waker());
      if (!is_ready) cx.return_budget();
    }
    trace::poll_op("poll", is_ready);
  }
  if (!is_ready) return Poll::kPending;
  op_.reset();
  return Poll::kReady;
}

bool BarrierWait::advance(const Waker& waker) noexcept {
  if (!arrived_) {
    arrived_ = true;
    is_leader_ = barrier_.arrive(*this, waker);
    return is_leader_;
  }
  Waker old;  // dies after the mutex is free: it may take a task with it
  const std::lock_guard lock(barrier_.mutex_);
  if (!waiter_.is_listed()) return true;
  old = barrier_.waiters_.wait(waiter_, waker);
  return false;
}

}  // namespace ari::sync

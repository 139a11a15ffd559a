#include "runtime/sync/notify.h"

#include <utility>

namespace ari::sync {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::sync::notify";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};
constexpr Metadata kPoll{trace::kAsyncOpPollName, kTarget, Level::kTrace, {}};

constexpr std::string_view kPermitFields[] = {"permit", "permit.op"};
constexpr Metadata kPermit{"", trace::kStateUpdate, Level::kTrace, kPermitFields};
constexpr std::string_view kWaitersFields[] = {"waiters", "waiters.op"};
constexpr Metadata kWaiters{"", trace::kStateUpdate, Level::kTrace, kWaitersFields};

}  // namespace

Notify::Notify(std::source_location at) noexcept
    : resource_(trace::open_resource(kResource, "Notify", "Sync", at)) {
  const trace::Span::Entered in(resource_);
  set_permit(false);
  update_waiters("override", 0);
}

void Notify::notify(Chosen which) noexcept {
  Waker waker;
  {
    const std::lock_guard lock(mutex_);
    const trace::Span::Entered in(resource_);
    if (waiters_.is_empty()) {
      if (!permit_) set_permit(true);
      return;
    }
    auto& chosen =
        static_cast<Notified&>(which == Chosen::kFirst ? waiters_.front() : waiters_.back());
    chosen.chosen_ = which;
    waker = take_off(chosen, Progress::kChosen);
  }
  std::move(waker).wake();
}

void Notify::notify_waiters() noexcept {
  // Those of now move to a list of their own, which they may still leave under the mutex: so
  // notify_one(), while a waker is at work, chooses among those who come later.
  WaitList going;
  std::unique_lock lock(mutex_);
  // release: pairs with the acquire in Notified, so that who begins to wait after it sees what
  // was done before it.
  broadcasts_.fetch_add(1, std::memory_order_release);
  going.take_all(waiters_);
  while (!going.is_empty()) {
    Waker waker;
    {
      const trace::Span::Entered in(resource_);
      waker = take_off(static_cast<Notified&>(going.front()), Progress::kBroadcast);
    }
    const bool is_rest = !going.is_empty();
    lock.unlock();
    std::move(waker).wake();
    if (!is_rest) return;  // whoever was woken last may destroy this
    lock.lock();
  }
}

void Notify::join(Notified& waiter, const Waker& waker) noexcept {
  static_cast<void>(waiters_.wait(waiter, waker));  // it had none before
  update_waiters("add", 1);
}

void Notify::part(Notified& waiter) noexcept {
  WaitList::remove(waiter);
  update_waiters("sub", 1);
}

Waker Notify::take_off(Notified& waiter, Progress to) noexcept {
  waiter.progress_ = to;
  Waker waker = WaitList::take(waiter);
  update_waiters("sub", 1);
  return waker;
}

void Notify::set_permit(bool there) noexcept {
  permit_ = there;
  trace::event(kPermit, {there, "override"});
}

void Notify::update_waiters(const char* op, int count) noexcept {
  trace::event(kWaiters, {count, op});
}

Notified::Notified(Notify& notify) noexcept
    : notify_(notify),
      op_(std::in_place, notify.resource_, kOp, kPoll, "Notify::notified"),
      broadcasts_before_(notify.broadcasts_.load(std::memory_order_acquire)) {}

Notified::~Notified() {
  op_.reset();
  if (!engaged_) return;  // nobody else knows of it
  bool pass_on = false;
  Notify::Chosen to = Notify::Chosen::kFirst;
  {
    const std::lock_guard lock(notify_.mutex_);
    if (progress_ == Progress::kWaiting) {
      const trace::Span::Entered in(notify_.resource_);
      notify_.part(*this);
    }
    pass_on = progress_ == Progress::kChosen;
    to = chosen_;
  }
  if (pass_on) notify_.notify(to);
}

Poll Notified::poll(Context& cx) noexcept {
  const trace::AsyncOp::Polling polling(notify_.resource_, *op_);
  Poll poll = Poll::kPending;
  if (cx.take_budget()) {
    poll = advance(cx.waker());
    if (poll == Poll::kPending) cx.return_budget();
  }
  trace::poll_op("poll_notified", poll == Poll::kReady);
  return poll;
}

Poll Notified::advance(const Waker& waker) noexcept {
  Waker old;  // dies after the mutex is free: it may take a task with it
  const std::lock_guard lock(notify_.mutex_);
  if (progress_ == Progress::kNew) return begin(waker);
  if (take_notification()) return Poll::kReady;
  old = notify_.waiters_.wait(*this, waker);
  return Poll::kPending;
}

Poll Notified::begin(const Waker& waker) noexcept {
  // As in Tokio the permit is taken first, also by who was let through by a broadcast anyway.
  if (notify_.permit_) {
    notify_.set_permit(false);
    progress_ = Progress::kDone;
    return Poll::kReady;
  }
  if (is_behind_broadcast()) {
    progress_ = Progress::kDone;
    return Poll::kReady;
  }
  notify_.join(*this, waker);
  progress_ = Progress::kWaiting;
  engaged_ = true;
  return Poll::kPending;
}

bool Notified::take_notification() noexcept {
  if (progress_ == Progress::kWaiting) {
    if (!is_behind_broadcast()) return false;
    notify_.part(*this);  // the broadcast is about to wake it, and need not
  }
  progress_ = Progress::kDone;
  engaged_ = false;
  return true;
}

bool Notified::is_behind_broadcast() const noexcept {
  // relaxed: it changes under the mutex.
  return notify_.broadcasts_.load(std::memory_order_relaxed) != broadcasts_before_;
}

bool Notified::enable() noexcept {
  const std::lock_guard lock(notify_.mutex_);
  const trace::Span::Entered in(notify_.resource_);
  if (progress_ == Progress::kNew) return begin(Waker()) == Poll::kReady;
  return take_notification();
}

}  // namespace ari::sync

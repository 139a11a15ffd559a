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

void Notify::notify_one() noexcept {
  Waker waker;
  {
    const std::lock_guard lock(mutex_);
    const trace::Span::Entered in(resource_);
    if (first_ == nullptr) {
      if (!permit_) set_permit(true);
      return;
    }
    Notified& longest = *first_;
    part(longest);
    longest.progress_ = Notified::Progress::kChosen;
    waker = std::move(longest.waker_);
  }
  std::move(waker).wake();
}

void Notify::notify_waiters() noexcept {
  std::unique_lock lock(mutex_);
  // Whoever joins while a waker is at work was made after this broadcast, and stays.
  // release: pairs with the acquire in Notified, so that who begins to wait after it sees what
  // was done before it.
  const std::uint64_t broadcast = broadcasts_.fetch_add(1, std::memory_order_release) + 1;
  const auto waits = [&] { return first_ != nullptr && first_->broadcasts_before_ < broadcast; };
  for (bool is_rest = waits(); is_rest;) {
    Notified& longest = *first_;
    {
      const trace::Span::Entered in(resource_);
      part(longest);
    }
    longest.progress_ = Notified::Progress::kBroadcast;
    Waker waker = std::move(longest.waker_);
    is_rest = waits();
    lock.unlock();
    std::move(waker).wake();
    if (!is_rest) return;  // whoever was woken last may destroy this
    lock.lock();
    is_rest = waits();  // some may have gone meanwhile
  }
}

void Notify::join(Notified& waiter) noexcept {
  waiter.before_ = last_;
  (last_ == nullptr ? first_ : last_->next_) = &waiter;
  last_ = &waiter;
  update_waiters("add", 1);
}

void Notify::part(Notified& waiter) noexcept {
  (waiter.before_ == nullptr ? first_ : waiter.before_->next_) = waiter.next_;
  (waiter.next_ == nullptr ? last_ : waiter.next_->before_) = waiter.before_;
  update_waiters("sub", 1);
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
  {
    const std::lock_guard lock(notify_.mutex_);
    if (progress_ == Progress::kWaiting) {
      const trace::Span::Entered in(notify_.resource_);
      notify_.part(*this);
    }
    pass_on = progress_ == Progress::kChosen;
  }
  if (pass_on) notify_.notify_one();
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
  if (progress_ == Progress::kWaiting) {
    if (!waker_.will_wake(waker)) {
      old = waker;
      std::swap(waker_, old);
    }
    return Poll::kPending;
  }
  progress_ = Progress::kDone;
  engaged_ = false;
  return Poll::kReady;
}

Poll Notified::begin(const Waker& waker) noexcept {
  // As in Tokio the permit is taken first, also by who was let through by a broadcast anyway.
  if (notify_.permit_) {
    notify_.set_permit(false);
    progress_ = Progress::kDone;
    return Poll::kReady;
  }
  // relaxed: it changes under the mutex.
  if (notify_.broadcasts_.load(std::memory_order_relaxed) != broadcasts_before_) {
    progress_ = Progress::kDone;
    return Poll::kReady;
  }
  waker_ = waker;
  notify_.join(*this);
  progress_ = Progress::kWaiting;
  engaged_ = true;
  return Poll::kPending;
}

bool Notified::enable() noexcept {
  const std::lock_guard lock(notify_.mutex_);
  const trace::Span::Entered in(notify_.resource_);
  if (progress_ == Progress::kNew) return begin(Waker()) == Poll::kReady;
  if (progress_ == Progress::kWaiting) return false;
  progress_ = Progress::kDone;
  engaged_ = false;
  return true;
}

}  // namespace ari::sync

#include "runtime/sync/broadcast_core.h"

#include <algorithm>
#include <utility>

#include "runtime/sync/channel_attributes.h"

namespace ari::sync::broadcast {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::sync::broadcast";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};
constexpr Metadata kPoll{trace::kAsyncOpPollName, kTarget, Level::kTrace, {}};

// Of the channel, by all that receive, and of one recv().
constexpr std::string_view kMissedFields[] = {"missed", "missed.op"};
constexpr Metadata kMissedByAll = attribute::of(kMissedFields);
constexpr Metadata kMissed{"", trace::kAsyncOpStateUpdate, Level::kTrace, kMissedFields};

using attribute::tell;

}  // namespace

Core::Core(std::size_t capacity, std::source_location at)
    : resource_(trace::open_resource(kResource, "broadcast::Sender|Receiver", "Sync", at)),
      slots_(capacity) {
  const trace::Span::Entered in(resource_);
  tell(attribute::kCapacity, capacity, "override");
  tell(attribute::kLen, 0, "override");
  tell(attribute::kSenders, 1, "override");
  tell(attribute::kReceivers, 1, "override");
}

void Core::add_sender() noexcept {
  const std::lock_guard lock(mutex_);
  const trace::Span::Entered in(resource_);
  ++senders_;
  tell(attribute::kSenders, 1, "add");
}

void Core::drop_sender() noexcept {
  std::unique_lock lock(mutex_);
  const trace::Span::Entered in(resource_);
  --senders_;
  tell(attribute::kSenders, 1, "sub");
  if (senders_ == 0) waiting_.wake_all(lock);
}

std::size_t Core::send(Item item) noexcept {
  std::unique_lock lock(mutex_);
  if (receivers_ == 0) {
    lock.unlock();
    return 0;
  }
  const trace::Span::Entered in(resource_);
  const std::size_t receivers = receivers_;
  Slot& slot = this->slot(tail_++);
  if (slot.item == nullptr) {
    ++kept_;
    tell(attribute::kLen, 1, "add");
  }
  std::swap(slot.item, item);  // what was there dies with `item`, after the mutex is free
  slot.receivers_left = receivers;
  waiting_.wake_all(lock);
  return receivers;
}

std::uint64_t Core::subscribe() noexcept {
  const std::lock_guard lock(mutex_);
  const trace::Span::Entered in(resource_);
  ++receivers_;
  tell(attribute::kReceivers, 1, "add");
  return tail_;
}

void Core::drop_receiver(std::uint64_t next) noexcept {
  std::unique_lock lock(mutex_);
  const trace::Span::Entered in(resource_);
  --receivers_;
  tell(attribute::kReceivers, 1, "sub");
  // What is sent from now on does not wait for this receiver.
  const std::uint64_t end = tail_;
  while ((next = std::max(next, oldest())) < end) {
    Item item = hand_out(next++);
    lock.unlock();
    item = nullptr;
    lock.lock();
  }
}

Item Core::hand_out(std::uint64_t position) noexcept {
  Slot& slot = this->slot(position);
  if (--slot.receivers_left != 0) return slot.item;
  --kept_;
  tell(attribute::kLen, 1, "sub");
  return std::exchange(slot.item, nullptr);
}

Received<Item> Core::take(std::uint64_t& next, Waiter* waiter, const Waker* waker) noexcept {
  Waker old;  // dies after the mutex is free
  const std::lock_guard lock(mutex_);
  if (next == tail_) {
    if (senders_ == 0) return NoValue::kClosed;
    if (waiter != nullptr) old = waiting_.wait(*waiter, *waker);
    return NoValue::kEmpty;
  }
  if (next < oldest()) {
    const trace::Span::Entered in(resource_);
    const std::uint64_t missed = oldest() - std::exchange(next, oldest());
    tell(kMissedByAll, missed, "add");
    return Received<Item>(NoValue::kLagged, missed);
  }
  const trace::Span::Entered in(resource_);
  return hand_out(next++);
}

std::size_t Core::sender_count() noexcept {
  const std::lock_guard lock(mutex_);
  return senders_;
}

std::size_t Core::receiver_count() noexcept {
  const std::lock_guard lock(mutex_);
  return receivers_;
}

std::size_t Core::len() noexcept {
  const std::lock_guard lock(mutex_);
  return kept_;
}

std::uint64_t Core::len_after(std::uint64_t next) noexcept {
  const std::lock_guard lock(mutex_);
  return tail_ - next;
}

RecvWait::RecvWait(Core& core, std::uint64_t& next) noexcept
    : core_(core), next_(next), op_(core.resource_, kOp, kPoll, "Receiver::recv") {}

RecvWait::~RecvWait() {
  if (!waiter_.has_waited()) return;
  const std::lock_guard lock(core_.mutex_);
  WaitList::remove(waiter_);
}

Poll RecvWait::poll(Context& cx) noexcept {
  const trace::AsyncOp::Polling polling(core_.resource_, op_);
  bool is_ready = false;
  if (cx.take_budget()) {
    got_ = core_.take(next_, &waiter_, &cx.waker());
    is_ready = got_.has_value() || got_.error() != NoValue::kEmpty;
    if (!is_ready) cx.return_budget();
    if (got_.missed() != 0) tell(kMissed, got_.missed(), "override");
  }
  trace::poll_op("poll_recv", is_ready);
  return is_ready ? Poll::kReady : Poll::kPending;
}

task::Wait RecvWait::wait() const noexcept {
  return {"broadcast::Receiver::recv", core_.resource_.id()};
}

}  // namespace ari::sync::broadcast

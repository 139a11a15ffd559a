// oneshot: a channel for one value.
//
//   auto [sender, receiver] = ari::sync::oneshot::channel<int>();
//   auto unwanted = sender.send(42);                  // from any thread; back if nobody waits
//   std::optional<int> value = co_await receiver;     // nothing if the sender was dropped
//
// Each end may be moved to whoever needs it (the receiver not while it is awaited) and
// either may go first. A sender whose work is for nothing once nobody wants the value waits
// for closed() beside it. In logs a channel is a resource "Sender|Receiver" with the
// attributes tx_dropped, rx_dropped, value_sent and value_received, and one async op
// "Receiver::await"; each closed() is an async op "Sender::closed".
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "runtime/sync/blocking_wait.h"
#include "runtime/sync/received.h"
#include "runtime/task/future.h"
#include "runtime/trace/resource.h"

namespace ari::sync::oneshot {

// What both ends share apart from the value: who has finished, and the waker of whoever
// waits for the other.
//
//   bit 0  receiver's waker  its slot is full and the sender may use it; clear: it may not
//   bit 1  finished          the sender has sent or gone: the value, if any, is the receiver's
//   bit 2  closed            the receiver wants no value any more
//   bit 3  sender's waker    as bit 0, the other way round
class Meeting {
 public:
  // For the sender: it is done. False: the channel is closed, the value is still the sender's.
  bool finish() noexcept;

  // For the receiver: it wants no value any more. One that was sent before is still its own.
  void close() noexcept;

  bool is_finished() const noexcept { return has(kFinished); }
  bool is_closed() const noexcept { return has(kClosed); }

  // For the receiver. True: it is finished or closed. Else the waker is taken along and woken
  // when it is finished.
  bool poll(const Waker& waker) noexcept {
    return poll(waker, receiver_, kReceiverWaker, kFinished | kClosed);
  }
  // For the sender. True: it is closed. Else the waker is taken along and woken then.
  bool poll_closed(const Waker& waker) noexcept {
    return poll(waker, sender_, kSenderWaker, kClosed);
  }

 private:
  static constexpr std::uint8_t kReceiverWaker = 1;
  static constexpr std::uint8_t kFinished = 2;
  static constexpr std::uint8_t kClosed = 4;
  static constexpr std::uint8_t kSenderWaker = 8;

  // acquire: pairs with the release of whoever sets the bit.
  bool has(std::uint8_t bit) const noexcept {
    return (state_.load(std::memory_order_acquire) & bit) != 0;
  }
  bool poll(const Waker& waker, Waker& slot, std::uint8_t slot_bit, std::uint8_t done) noexcept;

  std::atomic<std::uint8_t> state_{0};
  Waker receiver_;
  Waker sender_;
};

// The channel's spans and state updates. The resource is shared by both ends.
class Record {
 public:
  explicit Record(std::source_location at) noexcept;

  const std::shared_ptr<trace::Span>& resource() const noexcept { return resource_; }
  trace::AsyncOp open_op() const noexcept;

  static void value_sent(const trace::Span& resource) noexcept;
  static void sender_dropped(const trace::Span& resource) noexcept;
  static void receiver_dropped(const trace::Span& resource) noexcept;
  static void value_received(const trace::Span& resource) noexcept;
  static void polled(bool is_ready) noexcept;

 private:
  std::shared_ptr<trace::Span> resource_;
};

template <class T>
struct Channel {
  Meeting meeting;
  std::optional<T> value;  // written by the sender before it is finished
};

// A Future that is ready once the receiver was closed or has gone.
class [[nodiscard("does nothing until it is co_awaited")]] Closed {
 public:
  Closed(Meeting& meeting, const trace::Span& resource) noexcept
      : meeting_(meeting), resource_(resource) {}

  Poll poll(Context& cx) noexcept;
  task::Wait wait() const noexcept { return {"oneshot::Sender::closed", resource_.id()}; }

 private:
  Meeting& meeting_;
  const trace::Span& resource_;
  std::optional<trace::AsyncOp> op_;  // since the first poll
};

template <class T>
class Sender {
 public:
  Sender(std::shared_ptr<Channel<T>> channel, std::shared_ptr<trace::Span> resource) noexcept
      : resource_(std::move(resource)), channel_(std::move(channel)) {}
  Sender(Sender&&) noexcept = default;
  Sender& operator=(Sender other) noexcept {
    std::swap(resource_, other.resource_);
    std::swap(channel_, other.channel_);
    return *this;
  }
  ~Sender() {
    if (channel_ == nullptr) return;
    channel_->meeting.finish();
    Record::sender_dropped(*resource_);
  }

  // Sends the value and wakes the receiver; once. Gives the value back if the receiver was
  // closed or has gone.
  [[nodiscard("the value, if it was not sent")]] std::optional<T> send(T value) {
    const std::shared_ptr<trace::Span> resource = resource_;  // whoever is woken may destroy this
    const std::shared_ptr<Channel<T>> channel = std::move(channel_);
    channel->value.emplace(std::move(value));
    if (!channel->meeting.finish()) return std::exchange(channel->value, std::nullopt);
    Record::value_sent(*resource);
    return std::nullopt;
  }

  // Whether the receiver was closed or has gone: nobody wants the value any more.
  bool is_closed() const noexcept { return channel_->meeting.is_closed(); }

  // A Future that is ready once is_closed(); the sender has to live on meanwhile. Cancel
  // safe; one at a time.
  Closed closed() noexcept { return Closed(channel_->meeting, *resource_); }

 private:
  std::shared_ptr<trace::Span> resource_;
  std::shared_ptr<Channel<T>> channel_;  // null once sent or moved from
};

// A Future; its result is the value, or nothing if the sender was dropped without sending, or
// the receiver closed before it sent. To be awaited until it said so: afterwards co_await throws
// std::logic_error.
template <class T>
class Receiver {
 public:
  Receiver(std::shared_ptr<Channel<T>> channel, const Record& record) noexcept
      : resource_(record.resource()), op_(record.open_op()), channel_(std::move(channel)) {}
  Receiver(Receiver&&) noexcept = default;
  Receiver& operator=(Receiver other) noexcept {
    std::swap(resource_, other.resource_);
    std::swap(op_, other.op_);
    std::swap(channel_, other.channel_);
    std::swap(value_, other.value_);
    std::swap(is_spent_, other.is_spent_);
    return *this;
  }
  ~Receiver() { close(); }

  Poll poll(Context& cx) noexcept {
    if (channel_ == nullptr) {
      is_spent_ = true;
      return Poll::kReady;
    }
    const trace::AsyncOp::Polling polling(*resource_, op_);
    bool is_ready = false;
    if (cx.take_budget()) {
      is_ready = channel_->meeting.poll(cx.waker());
      if (!is_ready) cx.return_budget();
    }
    Record::polled(is_ready);
    if (!is_ready) return Poll::kPending;
    value_ = value_in(*channel_);
    channel_ = nullptr;  // the waker that was left in it is dropped inside of the poll
    return Poll::kReady;
  }
  task::Wait wait() const noexcept { return {"oneshot::Receiver", resource_->id()}; }
  std::optional<T> result() {
    if (is_spent_) {
      throw std::logic_error(
          "ari: a oneshot receiver was awaited that had received already, or was moved from");
    }
    return std::exchange(value_, std::nullopt);
  }

  // The value if it was sent already; kEmpty if it may still come, kClosed if it never will.
  // Once it said anything but kEmpty, it has nothing to be awaited.
  Received<T> try_recv() {
    if (channel_ == nullptr) return NoValue::kClosed;
    Meeting& meeting = channel_->meeting;
    if (!meeting.is_finished() && !meeting.is_closed()) return NoValue::kEmpty;
    const std::shared_ptr<Channel<T>> channel = std::move(channel_);
    std::optional<T> value = value_in(*channel);
    if (!value) return NoValue::kClosed;
    Record::value_received(*resource_);
    return *std::move(value);
  }

  // As co_await, but blocks the thread meanwhile, for code that is no coroutine. Throws
  // std::logic_error on a thread that polls tasks.
  std::optional<T> blocking_recv(std::source_location at = std::source_location::current()) {
    return blocking_wait(receive_by(this), "blocking_recv()", "co_await the receiver instead", at);
  }

  // Wants no value from here on: send() gives it back, and closed() is ready. A value that was
  // sent before can still be received.
  void close() noexcept {
    if (channel_ == nullptr) return;
    channel_->meeting.close();
    Record::receiver_dropped(*resource_);
  }

 private:
  static Task<std::optional<T>> receive_by(Receiver* receiver) {
    auto got = co_await *receiver;
    co_return got;
  }
  // What was sent, if anything. Until the sender is done the place is its own.
  static std::optional<T> value_in(Channel<T>& channel) noexcept {
    if (!channel.meeting.is_finished()) return std::nullopt;
    return std::exchange(channel.value, std::nullopt);
  }

  std::shared_ptr<trace::Span> resource_;
  trace::AsyncOp op_;
  std::shared_ptr<Channel<T>> channel_;  // null once received from or moved from
  std::optional<T> value_;
  bool is_spent_ = false;  // polled when there was nothing left to wait for
};

template <class T>
std::pair<Sender<T>, Receiver<T>> channel(
    std::source_location at = std::source_location::current()) {
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "a value is moved where nothing may throw");
  const Record record(at);
  auto shared = std::make_shared<Channel<T>>();
  return {Sender<T>(shared, record.resource()), Receiver<T>(shared, record)};
}

}  // namespace ari::sync::oneshot

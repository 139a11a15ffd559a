// oneshot: a channel for one value.
//
//   auto [sender, receiver] = ari::sync::oneshot::channel<int>();
//   sender.send(42);                                  // from any thread
//   std::optional<int> value = co_await receiver;     // nothing if the sender was dropped
//
// Each end may be moved to whoever needs it (the receiver not while it is awaited) and
// either may go first. In logs a channel is a resource "Sender|Receiver" with the
// attributes tx_dropped, rx_dropped, value_sent and value_received, and one async op
// "Receiver::await".
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include "runtime/task/future.h"
#include "runtime/trace/resource.h"

namespace ari::sync::oneshot {

// What both ends share apart from the value: who has finished, and the receiver's waker.
//
//   bit 0  waker     the slot is full and belongs to the sender; clear: to the receiver
//   bit 1  finished  the sender has sent or gone: the value, if any, is the receiver's
//   bit 2  closed    the receiver has gone
class Meeting {
 public:
  // The sender is done. False: the receiver has gone, the value is still the sender's.
  bool finish() noexcept;

  // The receiver goes. False: the sender was done before.
  bool close() noexcept;

  // True: the sender is done. Else the waker is taken along and woken then.
  bool poll(const Waker& waker) noexcept;

  bool is_closed() const noexcept {
    return (state_.load(std::memory_order_acquire) & kClosed) != 0;
  }

 private:
  static constexpr std::uint8_t kWaker = 1;
  static constexpr std::uint8_t kFinished = 2;
  static constexpr std::uint8_t kClosed = 4;

  std::atomic<std::uint8_t> state_{0};
  Waker waker_;
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
  static void polled(bool is_ready) noexcept;

 private:
  std::shared_ptr<trace::Span> resource_;
};

template <class T>
struct Channel {
  Meeting meeting;
  std::optional<T> value;  // written by the sender before it is finished
};

template <class T>
class Sender {
 public:
  Sender(std::shared_ptr<Channel<T>> channel, std::shared_ptr<trace::Span> resource) noexcept
      : resource_(std::move(resource)), channel_(std::move(channel)) {}
  Sender(Sender&&) noexcept = default;
  Sender& operator=(Sender&& other) noexcept {
    std::swap(resource_, other.resource_);
    std::swap(channel_, other.channel_);
    return *this;
  }
  ~Sender() {
    if (channel_ == nullptr) return;
    channel_->meeting.finish();
    Record::sender_dropped(*resource_);
  }

  // Sends the value and wakes the receiver; once. Gives the value back if the receiver has
  // gone.
  std::optional<T> send(T value) {
    const std::shared_ptr<Channel<T>> channel = std::move(channel_);
    channel->value.emplace(std::move(value));
    if (!channel->meeting.finish()) return std::exchange(channel->value, std::nullopt);
    Record::value_sent(*resource_);
    return std::nullopt;
  }

  // Whether the receiver has gone.
  bool is_closed() const noexcept { return channel_->meeting.is_closed(); }

 private:
  std::shared_ptr<trace::Span> resource_;
  std::shared_ptr<Channel<T>> channel_;  // null once sent or moved from
};

// A Future; its result is the value, or nothing if the sender was dropped without sending.
template <class T>
class Receiver {
 public:
  Receiver(std::shared_ptr<Channel<T>> channel, const Record& record) noexcept
      : resource_(record.resource()), op_(record.open_op()), channel_(std::move(channel)) {}
  Receiver(Receiver&&) noexcept = default;
  Receiver& operator=(Receiver&& other) noexcept {
    std::swap(resource_, other.resource_);
    std::swap(op_, other.op_);
    std::swap(channel_, other.channel_);
    return *this;
  }
  ~Receiver() {
    if (channel_ == nullptr) return;
    channel_->meeting.close();
    Record::receiver_dropped(*resource_);
  }

  Poll poll(Context& cx) noexcept {
    const trace::AsyncOp::Polling polling(*resource_, op_);
    if (!cx.take_budget()) return Poll::kPending;
    const bool is_ready = channel_->meeting.poll(cx.waker());
    Record::polled(is_ready);
    if (!is_ready) {
      cx.return_budget();
      return Poll::kPending;
    }
    value_ = std::exchange(channel_->value, std::nullopt);
    channel_ = nullptr;  // the waker that was left in it is dropped inside of the poll
    return Poll::kReady;
  }
  std::optional<T> result() { return std::exchange(value_, std::nullopt); }

 private:
  std::shared_ptr<trace::Span> resource_;
  trace::AsyncOp op_;
  std::shared_ptr<Channel<T>> channel_;  // null once ready or moved from
  std::optional<T> value_;
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

// broadcast: a channel whose every receiver gets every value.
//
//   auto [tx, rx] = ari::sync::broadcast::channel<Event>(16);
//   auto other = tx.subscribe();             // gets what is sent from here on
//   tx.send(event);                          // never waits
//   auto got = co_await rx.recv();           // a copy of its own
//   if (got) show(*got);
//   else if (got.error() == ari::sync::NoValue::kLagged) note_loss(got.missed());
//   else …                                   // kClosed: every sender has gone
//
// The channel keeps the last `capacity` values. A receiver that falls further behind loses
// the oldest: its next recv() says how many (kLagged), and the one after goes on with the
// oldest value that is kept. So a slow receiver holds nobody up. A value that every receiver
// has is destroyed.
//
// Senders may be copied and used on any threads at once; a Receiver is for one task at a
// time, and stays where it is while it is awaited. In logs a channel is a resource
// "broadcast::Sender|Receiver" with the attributes `capacity`, `len` (values kept),
// `tx_count` and `rx_count`; each recv() is an async op "Receiver::recv", with `missed` if
// it lagged.
#pragma once

#include <stdexcept>
#include <type_traits>
#include <utility>

#include "runtime/sync/blocking_wait.h"
#include "runtime/sync/broadcast_core.h"
#include "runtime/sync/counted.h"

namespace ari::sync::broadcast {

template <class T>
Received<T> copy_of(const Received<Item>& item) {
  if (!item) return Received<T>(item.error(), item.missed());
  return T(*static_cast<const T*>(item->get()));
}

// A Future; its result is a copy of the value, or says why there is none. Cancel safe: one
// that is destroyed before it was ready has taken nothing.
template <class T>
class [[nodiscard("does nothing until it is co_awaited")]] Recv {
 public:
  Recv(Core& core, std::uint64_t& next) noexcept : wait_(core, next) {}

  Poll poll(Context& cx) noexcept { return wait_.poll(cx); }
  task::Wait wait() const noexcept { return wait_.wait(); }
  Received<T> result() { return copy_of<T>(wait_.take_got()); }

 private:
  RecvWait wait_;
};

template <class T>
class Receiver {
 public:
  // Takes over one count. For channel() and subscribe().
  Receiver(std::shared_ptr<Core> core, std::uint64_t next) noexcept
      : core_(std::move(core)), next_(next) {}
  Receiver(Receiver&&) noexcept = default;
  Receiver& operator=(Receiver other) noexcept {
    std::swap(core_, other.core_);
    std::swap(next_, other.next_);
    return *this;
  }
  ~Receiver() {
    if (core_ != nullptr) core_->drop_receiver(next_);
  }

  // Waits for the next value: co_await gives that, or kLagged, or kClosed.
  Recv<T> recv() noexcept { return Recv<T>(*core_, next_); }

  // The next value if it is there already, or kEmpty, kLagged or kClosed.
  Received<T> try_recv() { return copy_of<T>(core_->take(next_)); }

  // As recv(), but blocks the thread meanwhile, for code that is no coroutine. Throws
  // std::logic_error on a thread that polls tasks.
  Received<T> blocking_recv(std::source_location at = std::source_location::current()) {
    return blocking_wait(receive_by(this), "blocking_recv()", "co_await recv() instead", at);
  }

  // How many values have been sent that this one has not received; more than the capacity
  // if it lags.
  std::uint64_t len() const noexcept { return core_->len_after(next_); }
  bool is_empty() const noexcept { return len() == 0; }

  // Whether every sender has gone: what is kept is all that there will be.
  bool is_closed() const noexcept { return core_->sender_count() == 0; }

  bool same_channel(const Receiver& other) const noexcept { return core_ == other.core_; }

  // Another receiver, which gets what is sent from here on.
  Receiver resubscribe() const noexcept { return Receiver(core_, core_->subscribe()); }

 private:
  static Task<Received<T>> receive_by(Receiver* receiver) {
    auto got = co_await receiver->recv();
    co_return got;
  }

  std::shared_ptr<Core> core_;  // null once moved from
  std::uint64_t next_;
};

template <class T>
class Sender {
 public:
  // Takes over one count. For channel().
  explicit Sender(std::shared_ptr<Core> core) noexcept : core_(std::move(core)) {}

  // Sends the value to all who are receivers now, and returns how many they are. With 0 the
  // value is gone; the channel lives on, and subscribe() gives it receivers again.
  std::size_t send(T value) const {
    return core_->send(std::make_shared<const T>(std::move(value)));
  }

  // A receiver, which gets what is sent from here on.
  Receiver<T> subscribe() const noexcept { return Receiver<T>(core_.shared(), core_->subscribe()); }

  std::size_t receiver_count() const noexcept { return core_->receiver_count(); }
  // How many values are kept because not every receiver has them.
  std::size_t len() const noexcept { return core_->len(); }
  bool is_empty() const noexcept { return len() == 0; }

  bool same_channel(const Sender& other) const noexcept {
    return core_.shared() == other.core_.shared();
  }

  // How many senders the channel has, this one included. As of now.
  std::size_t strong_count() const noexcept { return core_->sender_count(); }

 private:
  Counted<Core, AsSender> core_;
};

// A channel that keeps up to `capacity` values. Throws std::invalid_argument if that is 0,
// std::bad_alloc or std::length_error if there is no room for so many.
template <class T>
std::pair<Sender<T>, Receiver<T>> channel(
    std::size_t capacity, std::source_location at = std::source_location::current()) {
  static_assert(std::is_copy_constructible_v<T>, "every receiver gets a copy of its own");
  if (capacity == 0) {
    throw std::invalid_argument("the capacity of a broadcast channel must be at least 1");
  }
  auto core = std::make_shared<Core>(capacity, at);
  return {Sender<T>(core), Receiver<T>(core, 0)};
}

}  // namespace ari::sync::broadcast

// mpsc: a channel from many senders to one receiver, every value to be received once.
//
//   auto [tx, rx] = ari::sync::mpsc::channel<Job>(32);
//   ari::spawn(work(std::move(rx)));
//   auto unsent = co_await tx.send(std::move(job));  // waits while 32 jobs are waiting
//   if (unsent) …                              // the receiver has gone: here is the job back
//
//   ari::Task<void> work(mpsc::Receiver<Job> jobs) {
//     while (true) {
//       std::optional<Job> job = co_await jobs.recv();
//       if (!job) break;                       // every sender has gone, all are done
//       …
//     }
//   }
//
// unbounded_channel() has no capacity and a send() that never waits: memory is the limit.
//
// Values arrive in the order in which they were sent; senders that wait for room get it in
// the order in which they came. Sender and Receiver may be moved to whoever needs them, and
// copies of a Sender used on any threads at once; a Receiver is for one task at a time. What
// they return for co_await refers to the channel: the Sender or Receiver that it came from
// has to live on meanwhile.
//
// Threads that run no task use blocking_send() and blocking_recv().
//
// In logs a channel is a resource "mpsc::Sender|Receiver" or "mpsc::UnboundedSender|Receiver"
// with the attributes `len` (values waiting), `tx_count`, `closed`, and if it is bounded
// `capacity` and `permits` (places neither taken nor reserved); its async ops are
// "Receiver::recv", "Receiver::recv_many", "Sender::send", "Sender::send_timeout",
// "Sender::reserve", "Sender::reserve_many", "Sender::reserve_owned" and "Sender::closed".
#pragma once

#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/sync/blocking_wait.h"
#include "runtime/sync/counted.h"
#include "runtime/sync/mpsc_core.h"
#include "runtime/sync/mpsc_permit.h"
#include "runtime/sync/mpsc_send.h"
#include "runtime/sync/received.h"

namespace ari::sync::mpsc {

// What Sender and UnboundedSender have in common: the channel, in which they are counted.
template <class T>
class SenderBase {
 public:
  // Whether the receiver was closed or has gone: nothing can be sent any more.
  bool is_closed() const noexcept { return core_->is_closed(); }

  // A Future that is ready once is_closed(). Cancel safe.
  Closed closed() const noexcept { return Closed(*core_); }

  // Whether what is sent by either comes to the same receiver.
  bool same_channel(const SenderBase& other) const noexcept {
    return core_.shared() == other.core_.shared();
  }

  // How many senders the channel has, this one included and weak ones not. As of now: others may
  // be copied and dropped meanwhile.
  std::size_t strong_count() const noexcept { return core_->sender_count(); }

 protected:
  // Takes over one count.
  explicit SenderBase(std::shared_ptr<Core> core) noexcept : core_(std::move(core)) {}

  Counted<Core, AsSender> core_;
};

// Knows the channel without being counted as a sender: if all that are left are weak, the
// channel ends.
template <class S>
class Weak {
 public:
  explicit Weak(std::shared_ptr<Core> core) noexcept : core_(std::move(core)) {}

  // A sender, or nothing if the last one has gone.
  std::optional<S> upgrade() const noexcept {
    if (!core_->add_sender_to_others()) return std::nullopt;
    return S(core_);
  }

 private:
  std::shared_ptr<Core> core_;
};

template <class T>
class Sender : public SenderBase<T> {
 public:
  explicit Sender(std::shared_ptr<Core> core) noexcept : SenderBase<T>(std::move(core)) {}

  // Sends the value once there is room: co_await gives nothing, or the value back if the
  // channel was closed.
  Send<T> send(T value) const { return Send<T>(*this->core_, std::move(value)); }

  // As send(), but for no longer than `duration`: then the value comes back, with kFull.
  SendTimeout<T> send_timeout(T value, time::Duration duration,
                              std::source_location at = std::source_location::current()) const {
    return SendTimeout<T>(*this->core_, std::move(value), time::after(time::Clock::now(), duration),
                          at);
  }

  // Sends the value at once or not at all: nothing, or the value and what hindered it.
  [[nodiscard("the value, if it was not sent")]] std::optional<Refused<T>> try_send(T value) const {
    auto letter = std::make_unique<Letter<T>>(std::move(value));
    const Permits::Answer answer = this->core_->try_send(*letter);
    if (answer == Permits::Answer::kTaken) {
      letter.release();
      return std::nullopt;
    }
    using Why = typename Refused<T>::Why;
    return Refused<T>{answer == Permits::Answer::kClosed ? Why::kClosed : Why::kFull,
                      std::move(letter->value)};
  }

  // Waits for room, for one value, and keeps it: co_await gives a Permit, or nothing if the
  // channel was closed. For values that are not to be made, or moved, in vain.
  Reserve<T> reserve() const noexcept { return Reserve<T>(this->core_.shared()); }

  // The same without waiting: nothing if no place is free, or the channel was closed
  // (is_closed() says which), or those who wait come first.
  std::optional<Permit<T>> try_reserve() const noexcept {
    if (this->core_->try_reserve(1) != Permits::Answer::kTaken) return std::nullopt;
    return Permit<T>(this->core_.shared());
  }

  // As reserve(), for `count` values at once: co_await gives a PermitIterator, or nothing if
  // the channel was closed, or has not so many places at all (max_capacity()). Whoever waits
  // keeps what became free until it is enough, so those who want less cannot starve it.
  ReserveMany<T> reserve_many(std::size_t count) const noexcept {
    return ReserveMany<T>(this->core_.shared(), count);
  }

  // The same without waiting: all or none.
  std::optional<PermitIterator<T>> try_reserve_many(std::size_t count) const noexcept {
    if (this->core_->try_reserve(count) != Permits::Answer::kTaken) return std::nullopt;
    return PermitIterator<T>(this->core_.shared(), count);
  }

  // As reserve(), with a permit that has this sender in it and gives it back when it is used.
  // If the channel was closed, or whoever waits gives up, the sender has gone.
  ReserveOwned<T> reserve_owned() && noexcept { return ReserveOwned<T>(std::move(*this)); }

  // The same without waiting. With nothing, the sender is still here.
  std::optional<OwnedPermit<T>> try_reserve_owned() && noexcept {
    if (this->core_->try_reserve(1) != Permits::Answer::kTaken) return std::nullopt;
    return OwnedPermit<T>(std::move(*this));
  }

  // As send(), but blocks the thread meanwhile, for code that is no coroutine. Throws
  // std::logic_error on a thread that polls tasks.
  [[nodiscard("the value, if it was not sent")]] std::optional<T> blocking_send(
      T value, std::source_location at = std::source_location::current()) const {
    return blocking_wait(send_by(this, std::move(value)), "blocking_send()",
                         "co_await send() instead", at);
  }

  // How many values could be sent now without waiting.
  std::size_t capacity() const noexcept { return this->core_->permits().free(); }
  // What channel() was called with.
  std::size_t max_capacity() const noexcept { return this->core_->permits().count(); }

  Weak<Sender> downgrade() const noexcept { return Weak<Sender>(this->core_.shared()); }

 private:
  friend class OwnedPermit<T>;
  friend class ReserveOwned<T>;

  static Task<std::optional<T>> send_by(const Sender* sender, T value) {
    auto back = co_await sender->send(std::move(value));
    co_return back;
  }
};

template <class T>
class UnboundedSender : public SenderBase<T> {
 public:
  explicit UnboundedSender(std::shared_ptr<Core> core) noexcept : SenderBase<T>(std::move(core)) {}

  // Sends the value, without waiting and without a lock. Gives it back if the channel was
  // closed.
  [[nodiscard("the value, if it was not sent")]] std::optional<T> send(T value) const {
    auto letter = std::make_unique<Letter<T>>(std::move(value));
    if (this->core_->try_send(*letter) != Permits::Answer::kTaken) return std::move(letter->value);
    letter.release();
    return std::nullopt;
  }

  Weak<UnboundedSender> downgrade() const noexcept {
    return Weak<UnboundedSender>(this->core_.shared());
  }
};

template <class T>
using WeakSender = Weak<Sender<T>>;
template <class T>
using WeakUnboundedSender = Weak<UnboundedSender<T>>;

// A Future; its result is a value, or nothing at the end of the channel. Cancel safe: one
// that is destroyed before it was ready has taken nothing.
template <class T>
class [[nodiscard("does nothing until it is co_awaited")]] Recv {
 public:
  explicit Recv(Core& core) noexcept : receive_(core, "Receiver::recv") {}

  Poll poll(Context& cx) noexcept {
    Inbox::Letter* letter = nullptr;
    const Poll poll = receive_.poll(cx, "poll_recv", 1, letter);
    letter_.reset(static_cast<Letter<T>*>(letter));
    return poll;
  }
  task::Wait wait() const noexcept { return {"mpsc::Receiver::recv", receive_.resource()}; }
  std::optional<T> result() {
    if (letter_ == nullptr) return std::nullopt;
    return std::move(letter_->value);
  }

 private:
  std::unique_ptr<Letter<T>> letter_;
  Receive receive_;
};

// A Future; its result is how many values it has put at the end of the vector: at least one,
// or none at the end of the channel. Cancel safe.
template <class T>
class [[nodiscard("does nothing until it is co_awaited")]] RecvMany {
 public:
  RecvMany(Core& core, std::vector<T>& to, std::size_t limit) noexcept
      : to_(to), limit_(limit), receive_(core, "Receiver::recv_many") {}
  ~RecvMany() {
    while (letters_ != nullptr) take();
  }
  RecvMany(const RecvMany&) = delete;
  RecvMany& operator=(const RecvMany&) = delete;

  Poll poll(Context& cx) noexcept {
    if (limit_ == 0) return Poll::kReady;
    return receive_.poll(cx, "poll_recv_many", limit_, letters_);
  }
  task::Wait wait() const noexcept { return {"mpsc::Receiver::recv_many", receive_.resource()}; }
  // If the vector cannot grow it throws what that throws, and the values left are lost.
  std::size_t result() {
    const std::size_t before = to_.size();
    while (letters_ != nullptr) to_.push_back(std::move(take()->value));
    return to_.size() - before;
  }

 private:
  std::unique_ptr<Letter<T>> take() noexcept {
    std::unique_ptr<Letter<T>> letter(static_cast<Letter<T>*>(letters_));
    letters_ = letter->next;
    return letter;
  }

  std::vector<T>& to_;
  const std::size_t limit_;
  Inbox::Letter* letters_ = nullptr;  // ready, and not in the vector yet
  Receive receive_;
};

// Of a bounded or an unbounded channel alike.
template <class T>
class Receiver {
 public:
  // For channel().
  explicit Receiver(std::shared_ptr<Core> core) noexcept : core_(std::move(core)) {}
  Receiver(Receiver&&) noexcept = default;
  Receiver& operator=(Receiver other) noexcept {
    std::swap(core_, other.core_);
    return *this;
  }
  // Closes the channel, and destroys the values that nobody received.
  ~Receiver() {
    if (core_ == nullptr) return;
    core_->abandon();
    while (Inbox::Letter* left = core_->take_left()) delete static_cast<Letter<T>*>(left);
  }

  // Waits for a value: co_await gives nothing once the channel is closed, or its last sender
  // has gone, and all that was sent or reserved before has been received.
  Recv<T> recv() noexcept { return Recv<T>(*core_); }

  // Waits for a value as recv() does, and takes what else is there along, `limit` values at
  // most, to the end of `to`, which has to live on meanwhile: co_await gives how many. For
  // whoever is faster with many at once. With a limit of 0 it gives 0 at once.
  RecvMany<T> recv_many(std::vector<T>& to, std::size_t limit) noexcept {
    return RecvMany<T>(*core_, to, limit);
  }

  // As recv(), but blocks the thread meanwhile, for code that is no coroutine. Throws
  // std::logic_error on a thread that polls tasks.
  std::optional<T> blocking_recv(std::source_location at = std::source_location::current()) {
    return blocking_wait(receive_by(this), "blocking_recv()", "co_await recv() instead", at);
  }

  // A value that is there already. Never kLagged.
  Received<T> try_recv() {
    Inbox::Letter* received = nullptr;
    if (!core_->try_receive(received)) return NoValue::kEmpty;
    if (received == nullptr) return NoValue::kClosed;
    const std::unique_ptr<Letter<T>> letter(static_cast<Letter<T>*>(received));
    return std::move(letter->value);
  }

  // Lets nothing more be sent; senders that wait are woken and told so. What was sent is
  // still to be received, and permits that were handed out may still be used.
  void close() noexcept {
    const std::shared_ptr<Core> alive = core_;  // whoever is woken may destroy this
    alive->close();
  }

  // Whether it was closed, or every sender has gone.
  bool is_closed() const noexcept { return core_->is_closed() || core_->has_no_senders(); }

  // How many senders there are, weak ones not counted. As of now.
  std::size_t sender_strong_count() const noexcept { return core_->sender_count(); }

  // How many values are waiting. Counts them, one by one.
  std::size_t len() const noexcept { return core_->inbox().count(); }
  bool is_empty() const noexcept { return core_->inbox().is_empty(); }

 private:
  static Task<std::optional<T>> receive_by(Receiver* receiver) {
    auto got = co_await receiver->recv();
    co_return got;
  }

  std::shared_ptr<Core> core_;  // null once moved from
};

template <class T>
using UnboundedReceiver = Receiver<T>;

// A channel that holds up to `capacity` values. Throws std::invalid_argument if that is 0 or
// more than Permits::kMaxCount.
template <class T>
std::pair<Sender<T>, Receiver<T>> channel(
    std::size_t capacity, std::source_location at = std::source_location::current()) {
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "a value is moved where nothing may throw");
  if (capacity == 0 || capacity > Permits::kMaxCount) {
    throw std::invalid_argument("the capacity of an mpsc channel must be from 1 to 2^61 - 1");
  }
  auto core = std::make_shared<Core>(capacity, at);
  return {Sender<T>(core), Receiver<T>(core)};
}

// A channel without limit.
template <class T>
std::pair<UnboundedSender<T>, UnboundedReceiver<T>> unbounded_channel(
    std::source_location at = std::source_location::current()) {
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "a value is moved where nothing may throw");
  auto core = std::make_shared<Core>(std::nullopt, at);
  return {UnboundedSender<T>(core), UnboundedReceiver<T>(core)};
}

}  // namespace ari::sync::mpsc

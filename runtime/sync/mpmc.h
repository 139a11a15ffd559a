// mpmc: a channel from many senders to many receivers, every value to be received by one of them.
//
//   auto [tx, rx] = ari::sync::mpmc::channel<Job>(32);
//   for (int i = 0; i < 8; ++i) ari::spawn(work(rx));  // eight share the jobs
//   auto unsent = co_await tx.send(std::move(job));    // waits while 32 jobs are waiting
//
//   ari::Task<void> work(mpmc::Receiver<Job> jobs) {
//     while (true) {
//       std::optional<Job> job = co_await jobs.recv();
//       if (!job) break;                               // closed, and all are done
//       …
//     }
//   }
//
// Who has one receiver is faster with mpsc; who wants every receiver to get every value, with
// broadcast. Tokio has no such channel; this one is shaped as its mpsc is.
//
// Values are given out in the order in which they were sent, and to receivers in the order in
// which they came; senders that wait for room get it in that order too. Senders and receivers may
// be copied and used on any threads at once; what they return for co_await refers to the channel:
// the Sender or Receiver that it came from has to live on meanwhile.
//
// In logs a channel is a resource "mpmc::Sender|Receiver" with the attributes `capacity`, `len`
// (values waiting), `tx_count`, `rx_count` and `closed`; its async ops are "Sender::send" and
// "Receiver::recv".
#pragma once

#include <memory>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "runtime/sync/blocking_wait.h"
#include "runtime/sync/counted.h"
#include "runtime/sync/mpmc_core.h"
#include "runtime/sync/mpsc_send.h"
#include "runtime/sync/received.h"

namespace ari::sync::mpmc {

using mpsc::Refused;

// A Future; its result is nothing if the value was sent, or the value if the channel was
// closed. One that is destroyed before it was ready has not sent the value, and its place
// among those who wait is lost.
template <class T>
class [[nodiscard("does nothing until it is co_awaited")]] Send {
 public:
  static constexpr bool kMustUse = true;

  Send(Core& core, T value) : letter_(std::make_unique<Letter<T>>(std::move(value))), wait_(core) {}

  Poll poll(Context& cx) noexcept {
    const Poll poll = wait_.poll(cx, *letter_);
    if (poll == Poll::kReady && wait_.is_sent()) letter_.release();
    return poll;
  }
  task::Wait wait() const noexcept { return wait_.wait(); }
  std::optional<T> result() {
    if (letter_ == nullptr) return std::nullopt;
    return std::move(letter_->value);
  }

 private:
  std::unique_ptr<Letter<T>> letter_;  // null once sent
  SendWait wait_;
};

// A Future; its result is a value, or nothing at the end of the channel. Cancel safe: one that is
// destroyed before it was ready has taken nothing.
template <class T>
class [[nodiscard("does nothing until it is co_awaited")]] Recv {
 public:
  explicit Recv(Core& core) noexcept : wait_(core) {}

  Poll poll(Context& cx) noexcept {
    AnyLetter* letter = nullptr;
    const Poll poll = wait_.poll(cx, letter);
    letter_.reset(static_cast<Letter<T>*>(letter));
    return poll;
  }
  task::Wait wait() const noexcept { return wait_.wait(); }
  std::optional<T> result() {
    if (letter_ == nullptr) return std::nullopt;
    return std::move(letter_->value);
  }

 private:
  std::unique_ptr<Letter<T>> letter_;
  ReceiveWait wait_;
};

template <class T>
class Sender {
 public:
  // Takes over one count. For channel(). The last one to go closes the channel.
  explicit Sender(std::shared_ptr<Core> core) noexcept : core_(std::move(core)) {}

  // Sends the value once there is room: co_await gives nothing, or the value back if the
  // channel was closed.
  Send<T> send(T value) const { return Send<T>(*core_, std::move(value)); }

  // Sends the value at once or not at all: nothing, or the value and what hindered it.
  [[nodiscard("the value, if it was not sent")]] std::optional<Refused<T>> try_send(T value) const {
    auto letter = std::make_unique<Letter<T>>(std::move(value));
    const Permits::Answer answer = core_->try_send(*letter);
    if (answer == Permits::Answer::kTaken) {
      letter.release();
      return std::nullopt;
    }
    using Why = typename Refused<T>::Why;
    return Refused<T>{answer == Permits::Answer::kClosed ? Why::kClosed : Why::kFull,
                      std::move(letter->value)};
  }

  // As send(), but blocks the thread meanwhile, for code that is no coroutine. Throws
  // std::logic_error on a thread that polls tasks.
  [[nodiscard("the value, if it was not sent")]] std::optional<T> blocking_send(
      T value, std::source_location at = std::source_location::current()) const {
    return blocking_wait(send_by(this, std::move(value)), "blocking_send()",
                         "co_await send() instead", at);
  }

  // Lets nothing more be sent; senders that wait are woken and told so. What was sent is still
  // to be received. False if it was closed already.
  bool close() const noexcept {
    const std::shared_ptr<Core> alive = core_.shared();  // whoever is woken may destroy this
    return alive->close();
  }
  bool is_closed() const noexcept { return core_->is_closed(); }

  // How many values are waiting, and for how many there is room at all.
  std::size_t len() const noexcept { return core_->len(); }
  std::size_t max_capacity() const noexcept { return core_->capacity(); }

 private:
  static Task<std::optional<T>> send_by(const Sender* sender, T value) {
    auto back = co_await sender->send(std::move(value));
    co_return back;
  }

  Counted<Core, AsSender> core_;
};

template <class T>
class Receiver {
 public:
  // Takes over one count. For channel(). The last one to go closes the channel, and destroys the
  // values that nobody received.
  explicit Receiver(std::shared_ptr<Core> core) noexcept : core_(std::move(core)) {}

  // Waits for a value: co_await gives nothing once the channel is closed, or its last sender has
  // gone, and all that was sent before has been received.
  Recv<T> recv() const noexcept { return Recv<T>(*core_); }

  // A value that is there already, if nobody waits for it. Never kLagged.
  Received<T> try_recv() const {
    AnyLetter* received = nullptr;
    if (!core_->try_receive(received)) return NoValue::kEmpty;
    if (received == nullptr) return NoValue::kClosed;
    const std::unique_ptr<Letter<T>> letter(static_cast<Letter<T>*>(received));
    return std::move(letter->value);
  }

  // As recv(), but blocks the thread meanwhile, for code that is no coroutine. Throws
  // std::logic_error on a thread that polls tasks.
  std::optional<T> blocking_recv(std::source_location at = std::source_location::current()) const {
    return blocking_wait(receive_by(this), "blocking_recv()", "co_await recv() instead", at);
  }

  // As those of a Sender.
  bool close() const noexcept {
    const std::shared_ptr<Core> alive = core_.shared();  // whoever is woken may destroy this
    return alive->close();
  }
  bool is_closed() const noexcept { return core_->is_closed(); }
  std::size_t len() const noexcept { return core_->len(); }

 private:
  static Task<std::optional<T>> receive_by(const Receiver* receiver) {
    auto got = co_await receiver->recv();
    co_return got;
  }

  struct AsOneOf : AsReceiver {
    static void drop(Core& core) noexcept {
      if (!core.drop_receiver()) return;
      while (AnyLetter* left = core.take_left()) delete static_cast<Letter<T>*>(left);
    }
  };
  Counted<Core, AsOneOf> core_;
};

// A channel that holds up to `capacity` values. Throws std::invalid_argument if that is 0 or
// more than Permits::kMaxCount.
template <class T>
std::pair<Sender<T>, Receiver<T>> channel(
    std::size_t capacity, std::source_location at = std::source_location::current()) {
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "a value is moved where nothing may throw");
  if (capacity == 0 || capacity > Permits::kMaxCount) {
    throw std::invalid_argument("the capacity of an mpmc channel must be from 1 to 2^61 - 1");
  }
  auto core = std::make_shared<Core>(capacity, at);
  return {Sender<T>(core), Receiver<T>(core)};
}

}  // namespace ari::sync::mpmc

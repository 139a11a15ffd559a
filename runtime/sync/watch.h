// watch: a channel that keeps one value, the latest, and tells receivers when it changes.
//
//   auto [tx, rx] = ari::sync::watch::channel(Config());
//   ari::spawn(follow(rx));                        // receivers may be copied
//   tx.send_replace(config);                       // the value before is gone
//
//   ari::Task<void> follow(watch::Receiver<Config> rx) {
//     bool alive = true;
//     while (alive) {
//       apply(*rx.borrow_and_update());
//       alive = co_await rx.changed();             // false: every sender has gone
//     }
//   }
//
// For configuration, progress, "shut down now": a receiver that is slow sees the latest
// value and not each one before it. Senders and receivers may be copied and used on any
// threads at once; each Receiver is for one task at a time, and stays where it is while it
// is awaited.
//
// In logs a channel is a resource "watch::Sender|Receiver" with the attributes `version`
// (counts the changes), `tx_count` and `rx_count`; its async ops are "Receiver::changed",
// "Receiver::wait_for" and "Sender::closed".
#pragma once

#include <cassert>
#include <concepts>
#include <exception>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <thread>
#include <utility>

#include "runtime/sync/counted.h"
#include "runtime/sync/fair_shared_mutex.h"
#include "runtime/sync/watch_core.h"

namespace ari::sync::watch {

template <class T>
struct Channel : Core {
  Channel(T initial, std::source_location at) : Core(at), value(std::move(initial)) {}

  FairSharedMutex mutex;
  T value;  // guarded by it; and count_change() is called under it
};

// The value, locked against changes while this lives: senders wait, with their threads, and so must
// not be waited for. Keep it short, on one thread, and never across a co_await: a sender would
// block its worker meanwhile, for ever if the task is to go on on that one; and on another thread
// the lock must not even be given up, which an assertion tells. A worker that is blocked so is on
// record (Runtime::Builder::blocked_after).
//
// A thread that has one may borrow more, from the same channel, unlike in Tokio, and from others,
// in whatever order: it is let past senders that wait. It must not send to the same channel, nor to
// another of which somebody has a Ref who sends to this one: they would wait for one another.
template <class T>
class [[nodiscard]] Ref {
 public:
  explicit Ref(Channel<T>& channel) : lock_(channel.mutex), value_(&channel.value) {}
  Ref(Ref&&) noexcept = default;
  Ref& operator=(Ref&&) noexcept = default;
  ~Ref() {
    assert((!lock_.owns_lock() || thread_ == std::this_thread::get_id()) &&
           "a watch::Ref was kept across a co_await that went on on another thread");
  }

  const T& operator*() const noexcept { return *value_; }
  const T* operator->() const noexcept { return value_; }

 private:
  std::shared_lock<FairSharedMutex> lock_;
  const T* value_;
  std::thread::id thread_ = std::this_thread::get_id();
};

// A Future; its result is true if there is a value that was not seen before, which is now
// marked as seen; false if there is none and every sender has gone. Cancel safe: one that is
// destroyed before it was ready has marked nothing.
template <class T>
class [[nodiscard("does nothing until it is co_awaited")]] Changed {
 public:
  static constexpr bool kMustUse = true;

  Changed(Channel<T>& channel, std::uint64_t& seen) noexcept
      : channel_(channel), seen_(seen), wait_(channel, "Receiver::changed") {}

  Poll poll(Context& cx) noexcept {
    return wait_.poll(cx, "poll_changed", [this](const Waker& waker) noexcept {
      if (!wait_.wait(seen_, waker)) return false;
      const std::uint64_t version = channel_.version();
      is_new_ = std::exchange(seen_, version) != version;
      return true;
    });
  }
  task::Wait wait() const noexcept { return {"watch::Receiver::changed", wait_.resource()}; }
  bool result() noexcept { return is_new_; }

 private:
  Channel<T>& channel_;
  std::uint64_t& seen_;
  bool is_new_ = false;
  ChangeWait wait_;
};

// A Future; its result is a copy of the first value seen that the predicate holds for, or
// nothing if every sender has gone before. What the predicate or the copying throws comes
// out of the co_await. Cancel safe.
template <class T, class Predicate>
class [[nodiscard("does nothing until it is co_awaited")]] WaitFor {
 public:
  static constexpr bool kMustUse = true;

  WaitFor(Channel<T>& channel, std::uint64_t& seen, Predicate predicate)
      : channel_(channel),
        seen_(seen),
        predicate_(std::move(predicate)),
        wait_(channel, "Receiver::wait_for") {}

  Poll poll(Context& cx) noexcept {
    return wait_.poll(cx, "poll_wait_for", [this](const Waker& waker) noexcept {
      while (true) {
        const bool is_last = !channel_.has_senders();
        if (found() || is_last) return true;
        if (!wait_.wait(seen_, waker)) return false;
      }
    });
  }
  task::Wait wait() const noexcept { return {"watch::Receiver::wait_for", wait_.resource()}; }
  std::optional<T> result() {
    if (error_) std::rethrow_exception(error_);
    return std::move(value_);
  }

 private:
  // Whether the value of now ends the wait. Marks it as seen.
  bool found() noexcept {
    try {
      const std::shared_lock lock(channel_.mutex);
      seen_ = channel_.version();
      if (predicate_(std::as_const(channel_.value))) value_.emplace(channel_.value);
    } catch (...) {
      error_ = std::current_exception();
    }
    return value_.has_value() || error_ != nullptr;
  }

  Channel<T>& channel_;
  std::uint64_t& seen_;
  Predicate predicate_;
  std::optional<T> value_;
  std::exception_ptr error_;
  ChangeWait wait_;
};

template <class T>
class Receiver {
 public:
  // Takes over one count. For channel() and subscribe(). A copy has seen what this one has.
  Receiver(std::shared_ptr<Channel<T>> channel, std::uint64_t seen) noexcept
      : channel_(std::move(channel)), seen_(seen) {}

  // The value of now; the second marks it as seen.
  Ref<T> borrow() const { return Ref<T>(*channel_); }
  Ref<T> borrow_and_update() {
    Ref<T> value(*channel_);
    seen_ = channel_->version();
    return value;
  }

  // Whether there is a value that was not seen; also if the senders have gone since.
  bool has_changed() const noexcept { return channel_->version() != seen_; }

  // Whether every sender has gone: the value is the last.
  bool is_closed() const noexcept { return !channel_->has_senders(); }

  // Waits until there is a value that was not seen, and marks it as seen: co_await gives
  // true; or false if there is none and every sender has gone. A receiver has seen the value
  // that was there when it was made.
  Changed<T> changed() noexcept { return Changed<T>(*channel_, seen_); }

  // Waits until predicate(value) holds, beginning with the value of now, and marks what it
  // was asked about as seen: co_await gives a copy of the value, or nothing if every sender
  // has gone and it does not hold for the last. The predicate runs while the value is locked, as
  // if it had a Ref.
  template <std::predicate<const T&> Predicate>
    requires std::copy_constructible<T>
  WaitFor<T, Predicate> wait_for(Predicate predicate) {
    return WaitFor<T, Predicate>(*channel_, seen_, std::move(predicate));
  }

  bool same_channel(const Receiver& other) const noexcept {
    return channel_.shared() == other.channel_.shared();
  }

  // Makes the next changed() ready at once.
  void mark_changed() noexcept { seen_ = channel_->version() - 1; }
  // Marks the value of now as seen.
  void mark_unchanged() noexcept { seen_ = channel_->version(); }

 private:
  Counted<Channel<T>, AsReceiver> channel_;
  std::uint64_t seen_;
};

template <class T>
class Sender {
 public:
  // Takes over one count. For channel().
  explicit Sender(std::shared_ptr<Channel<T>> channel) noexcept : channel_(std::move(channel)) {}

  // Replaces the value and wakes the receivers that wait. Gives the new value back, and
  // leaves the old, if there is no receiver.
  [[nodiscard("the value, if it was not sent")]] std::optional<T> send(T value) const {
    if (is_closed()) return value;
    send_replace(std::move(value));
    return std::nullopt;
  }

  // The same, whether there is a receiver or not. Returns the value that was there.
  T send_replace(T value) const {
    send_modify([&](T& current) { std::swap(current, value); });
    return value;
  }

  // Changes the value in place, by modify(value), and wakes the receivers that wait. If
  // `modify` throws, they are not woken and do not see a change, whatever it did.
  template <std::invocable<T&> Modify>
  void send_modify(Modify modify) const {
    send_if_modified([&](T& value) {
      modify(value);
      return true;
    });
  }

  // The same if modify(value) returns true; else nobody learns of it. Returns what it did.
  template <std::predicate<T&> Modify>
  bool send_if_modified(Modify modify) const {
    std::unique_lock lock(channel_->mutex);
    if (!modify(channel_->value)) return false;
    const trace::Span::Entered in = channel_->enter();
    channel_->count_change();
    lock.unlock();
    channel_->wake_receivers();
    return true;
  }

  // The value of now.
  Ref<T> borrow() const { return Ref<T>(*channel_); }

  // A receiver, which has seen the value of now.
  Receiver<T> subscribe() const noexcept {
    channel_->add_receiver();
    return Receiver<T>(channel_.shared(), channel_->version());
  }
  std::size_t receiver_count() const noexcept { return channel_->receiver_count(); }
  // This one included.
  std::size_t sender_count() const noexcept { return channel_->sender_count(); }

  bool same_channel(const Sender& other) const noexcept {
    return channel_.shared() == other.channel_.shared();
  }

  // Whether there is no receiver; subscribe() may change that.
  bool is_closed() const noexcept { return receiver_count() == 0; }

  // A Future that is ready once is_closed(). Cancel safe.
  Closed closed() const noexcept { return Closed(*channel_); }

 private:
  Counted<Channel<T>, AsSender> channel_;
};

// A channel that begins with this value.
template <class T>
std::pair<Sender<T>, Receiver<T>> channel(
    T initial, std::source_location at = std::source_location::current()) {
  auto shared = std::make_shared<Channel<T>>(std::move(initial), at);
  return {Sender<T>(shared), Receiver<T>(shared, 0)};
}

}  // namespace ari::sync::watch

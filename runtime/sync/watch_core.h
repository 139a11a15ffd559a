// What a watch channel is apart from its value: versions, who is there, who waits, and what
// logs are told. The public half is watch.h.
//
// The value has a version, which grows by one with each change; a receiver remembers the
// version that it has seen.
#pragma once

#include <atomic>
#include <cstdint>
#include <source_location>

#include "runtime/sync/wait_queue.h"
#include "runtime/task/future.h"
#include "runtime/trace/resource.h"

namespace ari::sync::watch {

// Every function may be called on any thread.
class Core {
 public:
  // With one sender and one receiver.
  explicit Core(std::source_location at) noexcept;
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  void add_sender() noexcept;
  void drop_sender() noexcept;
  void add_receiver() noexcept;
  void drop_receiver() noexcept;

  // acquire: pairs with drop_sender(), so that the last change is seen as well.
  bool has_senders() const noexcept { return senders_.load(std::memory_order_acquire) != 0; }
  // relaxed: nothing is read by it.
  std::size_t sender_count() const noexcept { return senders_.load(std::memory_order_relaxed); }
  std::size_t receiver_count() const noexcept { return receivers_.load(std::memory_order_acquire); }

  // acquire: pairs with the release in count_change().
  std::uint64_t version() const noexcept { return version_.load(std::memory_order_acquire); }

  // What the sender of a change does, inside of the resource: first counts it, while the value
  // is locked for writing, and when that is free wakes those who wait for a change.
  trace::Span::Entered enter() const noexcept { return resource_.enter(); }
  void count_change() noexcept;
  void wake_receivers() noexcept { awaiting_change_.wake_all(); }

 private:
  friend class ChangeWait;
  friend class Closed;

  trace::AsyncOp open_op(std::string_view source) const noexcept;

  const trace::Span resource_;
  std::atomic<std::uint64_t> version_{0};
  std::atomic<std::size_t> senders_{1};
  std::atomic<std::size_t> receivers_{1};
  WaitQueue awaiting_change_;
  WaitQueue awaiting_close_;  // the end of the last receiver
};

// The wait in changed() and wait_for().
class ChangeWait {
 public:
  ChangeWait(Core& core, std::string_view source) noexcept
      : core_(core), op_(core.open_op(source)) {}
  ~ChangeWait() { core_.awaiting_change_.forget(waiter_); }
  ChangeWait(const ChangeWait&) = delete;
  ChangeWait& operator=(const ChangeWait&) = delete;

  // One poll of the op. `attempt(waker)` says whether it is ready.
  template <class Attempt>
  Poll poll(Context& cx, std::string_view op_name, Attempt attempt) noexcept {
    const trace::AsyncOp::Polling polling(core_.resource_, op_);
    bool is_ready = false;
    if (cx.take_budget()) {
      is_ready = attempt(cx.waker());
      if (!is_ready) cx.return_budget();
    }
    trace::poll_op(op_name, is_ready);
    return is_ready ? Poll::kReady : Poll::kPending;
  }

  trace::SpanId resource() const noexcept { return core_.resource_.id(); }

  // True if the version is not `seen` or the senders have gone; else the waker is woken then.
  bool wait(std::uint64_t seen, const Waker& waker) noexcept {
    return core_.awaiting_change_.wait(
        waiter_, waker, [&] { return core_.version() != seen || !core_.has_senders(); });
  }

 private:
  Core& core_;
  Waiter waiter_;
  trace::AsyncOp op_;
};

// A Future that is ready once the last receiver has gone.
class [[nodiscard("does nothing until it is co_awaited")]] Closed {
 public:
  explicit Closed(Core& core) noexcept : core_(core), op_(core.open_op("Sender::closed")) {}
  ~Closed() { core_.awaiting_close_.forget(waiter_); }
  Closed(const Closed&) = delete;
  Closed& operator=(const Closed&) = delete;

  Poll poll(Context& cx) noexcept;
  task::Wait wait() const noexcept { return {"watch::Sender::closed", core_.resource_.id()}; }

 private:
  Core& core_;
  Waiter waiter_;
  trace::AsyncOp op_;
};

}  // namespace ari::sync::watch

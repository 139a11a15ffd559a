// What an mpsc channel is apart from the type of its values: the inbox, the permits, who is
// there, who waits, and what logs are told. The public half is mpsc.h.
//
//      senders                                        the receiver
//   permit ─▶ Inbox::push ─▶ wake ─────────────────▶ Inbox::take ─▶ permit goes back
//      ▲ bounded channels only                                          │
//      └──── the longest waiter ◀───────────────────────────────────────┘
//
// The end comes when nothing is left and nothing can follow: the channel was closed or its
// last sender has gone, and of a bounded channel every permit is back.
#pragma once

#include <atomic>
#include <optional>
#include <source_location>
#include <string_view>

#include "runtime/sync/atomic_waker.h"
#include "runtime/sync/inbox.h"
#include "runtime/sync/mpsc_permits.h"
#include "runtime/sync/wait_queue.h"
#include "runtime/task/future.h"
#include "runtime/trace/resource.h"

namespace ari::sync::mpsc {

class Core {
 public:
  // With one sender. Without a capacity it is unbounded.
  Core(std::optional<std::size_t> capacity, std::source_location at) noexcept;

  // For senders; any thread.

  void add_sender() noexcept;
  // False if the last one has gone.
  bool add_sender_to_others() noexcept;
  void drop_sender() noexcept;

  bool is_closed() const noexcept { return closed_.load(std::memory_order_acquire); }
  // relaxed: nothing is read by it.
  std::size_t sender_count() const noexcept { return senders_.load(std::memory_order_relaxed); }

  // Sends without waiting: kTaken, kNone or kClosed. The letter is the channel's with kTaken.
  Permits::Answer try_send(Inbox::Letter& letter) noexcept;

  // Takes permits, to send with later: kTaken, kNone or kClosed. Of bounded channels only.
  Permits::Answer try_reserve(std::size_t count) noexcept;

  // Sends with a permit that the caller has, and uses it up. False: the receiver has gone,
  // the letter is still the caller's.
  bool send_with_permit(Inbox::Letter& letter) noexcept;
  void return_permits(std::size_t count) noexcept;

  // Of bounded channels only.
  const Permits& permits() const noexcept { return *permits_; }

  // For the receiver; one thread at a time.

  // True with the next letter, or with null if none will come; else there is none now.
  bool try_receive(Inbox::Letter*& letter) noexcept;
  bool has_no_senders() const noexcept { return senders_.load(std::memory_order_acquire) == 0; }
  // No more is to be sent.
  void close() noexcept;
  // The receiver goes: what is left has to be taken by take_left(), and nothing follows.
  void abandon() noexcept;
  Inbox::Letter* take_left() noexcept { return inbox_.take(); }
  const Inbox& inbox() const noexcept { return inbox_; }

 private:
  friend class PermitWait;
  friend class Receive;
  friend class Closed;

  trace::AsyncOp open_op(std::string_view source) const noexcept;
  // The same for one that waits for several permits, and says for how many.
  trace::AsyncOp open_op_for(std::size_t permits, std::string_view source) const noexcept;
  // Nothing follows; what is there already has to be taken first.
  bool is_over() const noexcept;
  // These require the resource to be entered, so that the log says what woke whom. receive()
  // is try_receive() for who is in it already.
  bool post(Inbox::Letter& letter) noexcept;
  Inbox::Letter* take() noexcept;
  bool receive(Inbox::Letter*& letter) noexcept;
  // Permits that were not used are free again.
  void permits_are_free(std::size_t count) noexcept;

  trace::Span resource_;
  std::optional<Permits> permits_;
  std::atomic<std::size_t> senders_{1};
  std::atomic<bool> closed_{false};
  WaitQueue awaiting_close_;
  AtomicWaker receiver_;
  Inbox inbox_;
};

// The wait for a permit in send() and reserve(), or for several in reserve_many().
class PermitWait {
 public:
  PermitWait(Core& core, std::string_view source) noexcept;
  // For so many; the log tells how many it has got meanwhile.
  PermitWait(Core& core, std::string_view source, std::size_t count) noexcept;
  ~PermitWait() {
    if (applicant_.is_engaged()) give_up();
  }
  PermitWait(const PermitWait&) = delete;
  PermitWait& operator=(const PermitWait&) = delete;

  // Ready when there is an answer; at once if the channel has not so many places at all. The
  // permits are the caller's, or if there is a letter, one is used up at once to send that.
  Poll poll(Context& cx, std::string_view op_name, Inbox::Letter* letter) noexcept;

  trace::SpanId resource() const noexcept { return core_.resource_.id(); }

  // Once it is ready: whether there were permits and the letter was sent.
  bool succeeded() const noexcept { return succeeded_; }

 private:
  Permits::Answer take(const Waker& waker) noexcept;
  void give_up() noexcept;

  Core& core_;
  Permits::Applicant applicant_;  // before the op, so that the waker is dropped after that closed
  trace::AsyncOp op_;
  bool succeeded_ = false;
};

// The wait for a letter in recv(), or for several in recv_many().
class Receive {
 public:
  Receive(Core& core, std::string_view source) noexcept : core_(core), op_(core.open_op(source)) {}

  // Ready with letters, which are the caller's, one to `most` linked by `next`, oldest first;
  // or with null at the end of the channel. Requires: most > 0.
  Poll poll(Context& cx, std::string_view op_name, std::size_t most,
            Inbox::Letter*& letters) noexcept;

  trace::SpanId resource() const noexcept { return core_.resource_.id(); }

 private:
  bool advance(const Waker& waker, Inbox::Letter*& letter) noexcept;
  void take_more(Inbox::Letter& first, std::size_t most) noexcept;

  Core& core_;
  trace::AsyncOp op_;
};

// A Future that is ready once the receiver was closed or has gone.
class [[nodiscard("does nothing until it is co_awaited")]] Closed {
 public:
  explicit Closed(Core& core) noexcept : core_(core), op_(core.open_op("Sender::closed")) {}
  ~Closed() { core_.awaiting_close_.forget(waiter_); }
  Closed(const Closed&) = delete;
  Closed& operator=(const Closed&) = delete;

  Poll poll(Context& cx) noexcept;
  task::Wait wait() const noexcept { return {"mpsc::Sender::closed", core_.resource_.id()}; }

 private:
  Core& core_;
  Waiter waiter_;
  trace::AsyncOp op_;
};

}  // namespace ari::sync::mpsc

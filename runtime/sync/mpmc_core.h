// What an mpmc channel is apart from the type of its values. The public half is mpmc.h.
//
// Two counts of permits, as for the bounded buffer of Dijkstra's semaphores: one for each place
// that is free, which senders take, and one for each value that is there, which receivers take.
// Each has its line of those who wait, so that both sides are served in the order in which they
// came, and one value wakes one receiver; who gives up passes its permit on. The values are a
// list under a mutex.
//
//      senders ── place ──▶ [ oldest … newest ] ── value ──▶ receivers
//              ◀──────────── place goes back ───────────────
//
// Once closed, no permits are given any more: senders are told so, and receivers take what is
// there without.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <source_location>

#include "runtime/sync/mpsc_permit.h"
#include "runtime/sync/mpsc_permits.h"
#include "runtime/task/future.h"
#include "runtime/trace/resource.h"

namespace ari::sync::mpmc {

using mpsc::Letter;
using mpsc::Permits;
using AnyLetter = Inbox::Letter;

// Any thread, all of it.
class Core {
 public:
  // With one sender and one receiver.
  Core(std::size_t capacity, std::source_location at) noexcept;

  void add_sender() noexcept;
  void add_receiver() noexcept;
  // The last one closes the channel.
  void drop_sender() noexcept;
  // The same. True for the last one, which has to take what is left.
  [[nodiscard]] bool drop_receiver() noexcept;

  // True for the first time.
  bool close() noexcept;
  bool is_closed() const noexcept { return places_.is_closed(); }

  // Sends without waiting: kTaken, kNone or kClosed. The letter is the channel's with kTaken.
  Permits::Answer try_send(AnyLetter& letter) noexcept;
  // True with the oldest letter, which is the caller's, or with null if none will come; else
  // there is none now.
  bool try_receive(AnyLetter*& letter) noexcept;
  // The oldest letter, or null. Requires: no receiver is left.
  AnyLetter* take_left() noexcept;

  std::size_t len() noexcept;
  std::size_t capacity() const noexcept { return places_.count(); }

 private:
  friend class SendWait;
  friend class ReceiveWait;

  // These require the resource to be entered, so that the log says what woke whom. With a permit
  // for a place; false: the channel was closed since.
  bool post(AnyLetter& letter) noexcept;
  // With a permit for a value, or of a closed channel.
  AnyLetter* take() noexcept;

  const trace::Span resource_;
  std::atomic<std::size_t> senders_{1};
  std::atomic<std::size_t> receivers_{1};
  Permits places_;
  Permits values_{0};

  std::mutex mutex_;  // guards the rest
  bool closed_ = false;
  std::size_t len_ = 0;
  AnyLetter* oldest_ = nullptr;
  AnyLetter* newest_ = nullptr;  // meaningless while there is none
};

// The wait for a place in send().
class SendWait {
 public:
  explicit SendWait(Core& core) noexcept;
  ~SendWait();
  SendWait(const SendWait&) = delete;
  SendWait& operator=(const SendWait&) = delete;

  // Ready when the letter was sent, or never will be.
  Poll poll(Context& cx, AnyLetter& letter) noexcept;
  task::Wait wait() const noexcept { return {"mpmc::Sender::send", core_.resource_.id()}; }

  // Once it is ready: whether the letter is the channel's.
  bool is_sent() const noexcept { return is_sent_; }

 private:
  Core& core_;
  Permits::Applicant applicant_;  // before the op, so that the waker is dropped after that closed
  trace::AsyncOp op_;
  bool is_sent_ = false;
};

// The wait for a value in recv().
class ReceiveWait {
 public:
  explicit ReceiveWait(Core& core) noexcept;
  ~ReceiveWait();
  ReceiveWait(const ReceiveWait&) = delete;
  ReceiveWait& operator=(const ReceiveWait&) = delete;

  // Ready with a letter, which is the caller's, or with null at the end of the channel.
  Poll poll(Context& cx, AnyLetter*& letter) noexcept;
  task::Wait wait() const noexcept { return {"mpmc::Receiver::recv", core_.resource_.id()}; }

 private:
  Core& core_;
  Permits::Applicant applicant_;
  trace::AsyncOp op_;
};

}  // namespace ari::sync::mpmc

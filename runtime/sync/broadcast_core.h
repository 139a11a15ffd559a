// What a broadcast channel is apart from the type of its values: the last of them, who is
// there, who waits, and what logs are told. The public half is broadcast.h.
//
// Values have positions 0, 1, 2, … in the order of their sending, and the last `capacity` of
// them are kept, each until every receiver has it. A receiver is a position: that of the
// value it gets next.
//
//     positions     … 7   8   9  10 | 11          capacity 4
//                     ▲       ▲       ▲
//              oldest │       │       tail: the next to be sent
//                             a receiver: gets 9 next
//         ▲ a receiver at 5 has lagged and missed two values; it goes on at 7
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <source_location>
#include <vector>

#include "runtime/sync/received.h"
#include "runtime/sync/wait_list.h"
#include "runtime/task/future.h"
#include "runtime/trace/resource.h"

namespace ari::sync::broadcast {

// A value; shared, so that it is copied, and destroyed, while the channel is not locked.
using Item = std::shared_ptr<const void>;

// Every function may be called on any thread.
class Core {
 public:
  // With one sender and one receiver, at position 0. Requires: capacity > 0.
  Core(std::size_t capacity, std::source_location at);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  void add_sender() noexcept;
  void drop_sender() noexcept;

  // How many receivers will get it, or 0: there are none, and nothing was sent.
  std::size_t send(Item item) noexcept;

  // Adds a receiver. Its position: of the next value to be sent.
  std::uint64_t subscribe() noexcept;
  void drop_receiver(std::uint64_t next) noexcept;

  // The value at `next`, which moves on; or why there is none. With a waiter, kEmpty leaves
  // it listed, and its waker is woken when there is more to say.
  Received<Item> take(std::uint64_t& next) noexcept { return take(next, nullptr, nullptr); }
  Received<Item> take(std::uint64_t& next, Waiter* waiter, const Waker* waker) noexcept;

  std::size_t sender_count() noexcept;
  std::size_t receiver_count() noexcept;
  // How many values are kept.
  std::size_t len() noexcept;
  // How many have been sent that a receiver at `next` has not got, kept or not.
  std::uint64_t len_after(std::uint64_t next) noexcept;

 private:
  friend class RecvWait;

  struct Slot {
    Item item;
    std::size_t receivers_left = 0;  // who are still to get it; at 0 the item is gone
  };

  // These require the mutex.
  std::uint64_t oldest() const noexcept {
    return tail_ < slots_.size() ? 0 : tail_ - slots_.size();
  }
  Slot& slot(std::uint64_t position) noexcept { return slots_[position % slots_.size()]; }
  // One receiver has, or will never want, the item there.
  Item hand_out(std::uint64_t position) noexcept;

  const trace::Span resource_;
  std::mutex mutex_;
  // All of these are guarded by it.
  std::vector<Slot> slots_;
  std::uint64_t tail_ = 0;
  std::size_t kept_ = 0;  // slots with an item
  std::size_t senders_ = 1;
  std::size_t receivers_ = 1;
  WaitList waiting_;
};

// The wait in recv().
class RecvWait {
 public:
  RecvWait(Core& core, std::uint64_t& next) noexcept;
  ~RecvWait();
  RecvWait(const RecvWait&) = delete;
  RecvWait& operator=(const RecvWait&) = delete;

  Poll poll(Context& cx) noexcept;
  task::Wait wait() const noexcept;

  // Once it is ready.
  Received<Item> take_got() noexcept { return std::move(got_); }

 private:
  Core& core_;
  std::uint64_t& next_;
  Received<Item> got_ = NoValue::kEmpty;
  Waiter waiter_;
  trace::AsyncOp op_;
};

}  // namespace ari::sync::broadcast

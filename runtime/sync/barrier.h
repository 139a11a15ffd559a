// Barrier: where a number of tasks wait for each other.
//
//   auto barrier = std::make_shared<ari::sync::Barrier>(3, std::source_location::current());
//   …                                          // in each of three tasks:
//   auto result = co_await barrier->wait();    // goes on once all three are here
//   if (result.is_leader()) sum_up();          // one of them, the last to come
//
// It may be used again at once: the next three form the next generation. Any thread may
// use it; it must outlive whoever waits. In logs it is a resource "Barrier" with the
// attributes `size` and `arrived`; wait() is an async op "Barrier::wait".
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <source_location>

#include "runtime/sync/wait_list.h"
#include "runtime/task/future.h"
#include "runtime/trace/resource.h"

namespace ari::sync {

class BarrierWait;

class BarrierWaitResult {
 public:
  explicit BarrierWaitResult(bool is_leader) noexcept : is_leader_(is_leader) {}

  // True for one of each generation.
  bool is_leader() const noexcept { return is_leader_; }

 private:
  bool is_leader_;
};

class Barrier {
 public:
  // For `size` tasks; 0 is as good as 1. `at` is where the log says that it was made; give it
  // to std::make_shared, which would otherwise name a file of the standard library.
  explicit Barrier(std::size_t size,
                   std::source_location at = std::source_location::current()) noexcept;
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  // A Future; its result says who leads. Arrives when it is first polled.
  BarrierWait wait() noexcept;

 private:
  friend class BarrierWait;

  // Counts this one in; whether its generation is complete.
  bool arrive(BarrierWait& waiter, const Waker& waker) noexcept;

  const std::size_t size_;
  trace::Span resource_;
  std::mutex mutex_;
  std::size_t arrived_ = 0;  // of the present generation
  WaitList waiters_;
};

// One wait. A Future; stays where it is. One that is destroyed while it waits has arrived
// all the same, and is not waited for again.
class [[nodiscard("nobody arrives before it is co_awaited")]] BarrierWait {
 public:
  explicit BarrierWait(Barrier& barrier) noexcept : barrier_(barrier) {}
  ~BarrierWait();
  BarrierWait(const BarrierWait&) = delete;
  BarrierWait& operator=(const BarrierWait&) = delete;

  Poll poll(Context& cx) noexcept;
  task::Wait wait() const noexcept { return {"Barrier::wait", barrier_.resource_.id()}; }
  BarrierWaitResult result() const noexcept { return BarrierWaitResult(is_leader_); }

 private:
  friend class Barrier;

  bool advance(const Waker& waker) noexcept;

  Barrier& barrier_;
  std::optional<trace::AsyncOp> op_;
  bool arrived_ = false;
  bool is_leader_ = false;
  Waiter waiter_;  // listed until its generation is complete
};

inline BarrierWait Barrier::wait() noexcept { return BarrierWait(*this); }

}  // namespace ari::sync

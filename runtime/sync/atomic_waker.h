// AtomicWaker: the waker of one task that many threads may wake.
//
// Made for a channel's receiver: the task that receives leaves its waker here, looks once
// more whether there is anything to receive, and suspends. A sender adds its value and then
// calls wake(). Neither ever waits for the other, and no wake is lost:
//
//   state       who may touch the waker           may become
//   idle        whoever leaves the state          setting, waking
//   setting     the thread inside set()           idle, setting + waking
//   waking      the thread that set the bit       idle
//   both        the thread inside set(), which    idle
//               wakes in the other's place
//
// Every change is a read-modify-write of one word, so they have an order: if a wake() comes
// before a set(), then what was done before the wake is seen after the set; if it comes
// after, it finds the waker.
#pragma once

#include <atomic>
#include <cstdint>

#include "runtime/task/waker.h"

namespace ari::sync {

class AtomicWaker {
 public:
  // Leaves a copy in place of the waker before. One thread at a time.
  void set(const Waker& waker) noexcept;

  // Takes the waker that was left, or an empty one if there is none or another thread is just
  // taking it. Any thread.
  Waker take() noexcept;

  // Uses it up.
  void wake() noexcept { take().wake(); }

 private:
  static constexpr std::uint8_t kIdle = 0;
  static constexpr std::uint8_t kSetting = 1;
  static constexpr std::uint8_t kWaking = 2;

  std::atomic<std::uint8_t> state_{kIdle};
  Waker waker_;
};

}  // namespace ari::sync

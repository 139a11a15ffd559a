// TimerQueue: which sleeps are pending, and whose turn has come.
//
// Time goes in ticks of one millisecond since the runtime was made (TickClock), as in
// Tokio: a deadline is rounded up to the next tick, so that no sleep ends early, and its
// entry fires once that tick has begun. The queue reads no clock: whoever calls says what
// time it is. The scheduler asks for the next tick before it parks and calls fire_due()
// now and then; futures register, and leave, from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "runtime/task/waker.h"

namespace ari::time {

using Clock = std::chrono::steady_clock;
using Tick = std::uint64_t;

// Turns moments into ticks and back.
class TickClock {
 public:
  // The tick that has begun.
  Tick now() const noexcept;
  // The first tick that begins at or after the deadline.
  Tick at_or_after(Clock::time_point deadline) const noexcept;
  // When the tick begins.
  Clock::time_point start_of(Tick tick) const noexcept;

 private:
  Clock::time_point start_ = Clock::now();
};

class TimerQueue {
 public:
  // One pending sleep. Stays where it is from register_at() to leave(); everything in it
  // is guarded by the queue's mutex.
  class Entry {
   public:
    Entry() noexcept = default;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    friend class TimerQueue;
    static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
    Tick due_ = 0;
    std::uint64_t order_ = 0;  // among entries of one tick: first come, first woken
    std::size_t position_ = kNowhere;
    Waker waker_;
  };

  // Lists the entry, which is not listed. One that is due already counts as fired.
  void register_at(Tick due, Tick now, Entry& entry) noexcept;

  // True: the entry has fired. Either way the waker's copy replaces the one it had, as
  // Tokio does it.
  [[nodiscard]] bool poll(Entry& entry, const Waker& waker) noexcept;

  // Takes the entry off if it is listed, and its waker.
  void leave(Entry& entry) noexcept;

  // Wakes, by value and in the order of their deadlines, all whose tick has begun.
  void fire_due(Tick now) noexcept;

  // When the next entry is due, if there is one. Costs no lock: the scheduler asks often.
  std::optional<Tick> next_due() const noexcept;

 private:
  // A binary heap of pointers whose targets know their position: entering and leaving
  // take O(log n) steps and no allocation beyond the array's growth.
  static bool before(const Entry& a, const Entry& b) noexcept;
  void place(Entry& entry, std::size_t position) noexcept;
  void sift_up(std::size_t position) noexcept;
  void sift_down(std::size_t position) noexcept;
  void remove(Entry& entry) noexcept;
  void publish_next() noexcept;

  static constexpr Tick kNever = static_cast<Tick>(-1);

  mutable std::mutex mutex_;
  std::uint64_t entries_so_far_ = 0;
  std::vector<Entry*> heap_;
  // When the entry in front is due: written with the mutex, read without. Who registers an
  // earlier one than a sleeper knows of has to wake it (scheduler/driver.h).
  std::atomic<Tick> next_{kNever};
};

}  // namespace ari::time

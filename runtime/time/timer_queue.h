// TimerQueue: which sleeps are pending, and whose turn has come.
//
// Time goes in ticks, as in Tokio: a deadline is rounded up to the next tick, so that no
// sleep ends early, and its entry fires once that tick has begun. The queue reads no clock:
// whoever calls says what time it is. A thread of the runtime asks when to get up before it
// sleeps, and calls fire_due() now and then; futures register, and leave, from any thread.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>

#include "runtime/task/waker.h"
#include "runtime/time/timer_wheel.h"

namespace ari::time {

class TimerQueue {
 public:
  // One pending sleep. Stays where it is from register_at() to leave(); everything in it
  // is guarded by the queue's mutex.
  class Entry : private TimerWheel::Timer {
   public:
    Entry() noexcept = default;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    // How many ticks after its own it was fired. For whoever was told by poll() that it was.
    Tick late() const noexcept { return late_; }

   private:
    friend class TimerQueue;
    bool has_fired() const noexcept { return !listed && due != kNever; }
    Tick late_ = 0;
    Waker waker_;
  };

  // Lists the entry; anew, with its waker, if it is listed. One that is due already counts as
  // fired, and its waker, if it has one, is woken; one that is due at kNever only keeps its
  // waker. True: a thread sleeps that would get up too late for the entry, and is to be
  // unparked.
  [[nodiscard]] bool register_at(Tick due, Tick now, Entry& entry) noexcept;

  // True: the entry has fired. Either way the waker's copy replaces the one it had, as
  // Tokio does it.
  [[nodiscard]] bool poll(Entry& entry, const Waker& waker) noexcept;

  // The same without leaving a waker.
  bool has_fired(const Entry& entry) const noexcept;

  // Takes the entry off if it is listed, and drops its waker.
  void leave(Entry& entry) noexcept;

  // Wakes, by value and in the order of their deadlines, all whose tick has begun; among
  // those of one tick, first come, first woken. Says how many they were. Costs no lock when
  // there are none.
  std::size_t fire_due(Tick now) noexcept;

  // When fire_due() has something to do next: at or before the first entry is due. Costs no
  // lock: a scheduler asks often.
  std::optional<Tick> next_due() const noexcept;

  // What next_due() says, to one who sleeps until then: from here to end_sleep(),
  // register_at() tells when that is too late. One thread at a time.
  std::optional<Tick> begin_sleep() noexcept;
  void end_sleep() noexcept;

 private:
  void publish_next() noexcept;

  mutable std::mutex mutex_;
  TimerWheel wheel_;
  Tick sleeps_until_ = 0;  // 0: nobody sleeps
  // The wheel's next(): written with the mutex, read without.
  std::atomic<Tick> next_{kNever};
};

}  // namespace ari::time

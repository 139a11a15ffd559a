// Doorbell: lets the drain sleep long without a busy thread's ring running over.
//
// While little is recorded the drain wakes up ever more seldom, so that an idle program
// stays idle. A thread looks at the doorbell each time it has filled a part of its
// ring, and rings it if the drain is in a long sleep: one system call in a burst that
// comes out of calm, none otherwise.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace ari::subscriber {

class Doorbell {
 public:
  // A sleep longer than this ends when somebody rings. A thread that records as fast as
  // it can needs about as long to fill a ring of 1 MiB.
  static constexpr std::chrono::microseconds kLongSleep{4000};

  // Any thread. Does nothing while the drain is awake or sleeps but a little.
  void ring() noexcept {
    // relaxed: if a thread is too early to see the sleep, it looks again a part later.
    if (sleeps_long_.load(std::memory_order_relaxed)) wake();
  }

  // Any thread: from now on sleep() returns at once, and nobody waits for room.
  void stop();

  // Before the first thread records: those that find their ring full wait for the drain.
  void let_wait() noexcept { lets_wait_.store(true, std::memory_order_relaxed); }
  // A thread whose ring is full: wakes the drain and gives it a moment. False, at once, if
  // nobody is to wait.
  bool wait_for_room() noexcept;

  // The drain: sleeps for at most `time`. False once stop() was called.
  bool sleep(std::chrono::microseconds time);

 private:
  void wake() noexcept;

  std::atomic<bool> sleeps_long_{false};
  std::atomic<bool> lets_wait_{false};  // relaxed: it is looked at again and again
  std::mutex mutex_;
  std::condition_variable woken_;
  bool is_rung_ = false;     // guarded by mutex_
  bool is_stopped_ = false;  // guarded by mutex_
};

}  // namespace ari::subscriber

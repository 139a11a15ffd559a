// FairSharedMutex: a std::shared_mutex that starves nobody.
//
// The standard one may prefer either side, and glibc's lets readers in as long as one is there:
// where they overlap, a writer waits for ever. Here whoever comes takes a turn first, and keeps it
// until he has the lock: behind a writer that waits for the readers before him, new ones wait. Why
// not glibc's kind that prefers writers: with three that write without a pause no reader gets in.
//
// A thread that has any of them, shared or not, does not take a turn to share another, or the same
// once more: a writer there may wait for a reader who waits for this thread, or for it itself,
// and none would ever go on.
//
//   thread 1   shares a, wants b ──▶ turn of b: writer, waits for ──▶ thread 2
//   thread 2   shares b, wants a ──▶ turn of a: writer, waits for ──▶ thread 1
//
// So whoever only shares never hangs, in whatever order. What a thread must not do while it has
// one is to lock the same alone, or another alone whose readers want to lock this one alone.
// Unlocked on the thread that locked it. Meets what std::shared_lock and std::unique_lock need to
// lock and unlock.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace ari::sync {

class FairSharedMutex {
 public:
  void lock() {
    const std::lock_guard turn(turn_);
    mutex_.lock();
    ++t_held_;
  }
  void unlock() {
    --t_held_;
    mutex_.unlock();
  }

  // Past a writer who has the turn it gets in, as readers do in glibc, unless one has the lock.
  void lock_shared() {
    std::unique_lock turn(turn_, std::defer_lock);
    if (t_held_ == 0) turn.lock();
    mutex_.lock_shared();
    ++t_held_;
  }
  void unlock_shared() {
    --t_held_;
    mutex_.unlock_shared();
  }

 private:
  // How many of all there are the thread has. Read and written in functions that never suspend.
  static inline constinit thread_local int t_held_ = 0;

  std::mutex turn_;
  std::shared_mutex mutex_;
};

}  // namespace ari::sync

// FairSharedMutex: a std::shared_mutex that starves nobody.
//
// The standard one may prefer either side, and glibc's lets readers in as long as one is there:
// where they overlap, a writer waits for ever. Here whoever comes takes a turn first, and keeps it
// until he has the lock: behind a writer that waits for the readers before him, new ones wait. Why
// not glibc's kind that prefers writers: with three that write without a pause no reader gets in.
//
// So a thread that has it shared must not ask for it again: a writer may wait in between, for the
// first and before the second, and none of them ever goes on. Meets what std::shared_lock and
// std::unique_lock need to lock and unlock.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace ari::sync {

class FairSharedMutex {
 public:
  void lock() {
    const std::lock_guard turn(turn_);
    mutex_.lock();
  }
  void unlock() { mutex_.unlock(); }

  void lock_shared() {
    const std::lock_guard turn(turn_);
    mutex_.lock_shared();
  }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::mutex turn_;
  std::shared_mutex mutex_;
};

}  // namespace ari::sync

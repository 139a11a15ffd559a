// WaitQueue: tasks that wait until something has changed, all of which are woken then.
//
// The building block under closed() and changed() of the channels. What the change is, is
// kept elsewhere, in atomics: whoever changes it writes them and then calls wake_all();
// whoever waits says how to tell that there is nothing to wait for. The mutex puts the two
// in order: a waiter that is not on the list yet when the wake comes sees the change.
#pragma once

#include <mutex>

#include "runtime/sync/wait_list.h"

namespace ari::sync {

class WaitQueue {
 public:
  // True if `ready()`; else the waiter is listed and its waker woken by the next wake_all().
  template <class Ready>
  bool wait(Waiter& waiter, const Waker& waker, Ready ready) noexcept {
    if (ready()) return true;
    Waker old;  // dies after the mutex is free
    const std::lock_guard lock(mutex_);
    if (ready()) return true;
    old = list_.wait(waiter, waker);
    return false;
  }

  // The waiter waits no longer; for the destructor of its future.
  void forget(Waiter& waiter) noexcept {
    if (!waiter.has_waited()) return;
    const std::lock_guard lock(mutex_);
    WaitList::remove(waiter);
  }

  void wake_all() noexcept {
    std::unique_lock lock(mutex_);
    list_.wake_all(lock);
  }

 private:
  std::mutex mutex_;
  WaitList list_;
};

}  // namespace ari::sync

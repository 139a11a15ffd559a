// WakeList: wakers collected under a lock, to be woken once it is free.
//
// Whoever wakes under a lock makes those that it woke wait for it, or worse, comes back to
// it by way of a task that dies. Where one step may free many waiters, their wakers are
// taken off them under the lock, a list full at a time, and woken after it.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "runtime/task/waker.h"

namespace ari::task {

class WakeList {
 public:
  bool is_full() const noexcept { return size_ == wakers_.size(); }

  // Requires: the list is not full.
  void push(Waker waker) noexcept { wakers_[size_++] = std::move(waker); }

  // Wakes them all, in the order in which they came, and is empty again.
  void wake_all() noexcept {
    for (std::size_t i = 0; i < size_; ++i) std::move(wakers_[i]).wake();
    size_ = 0;
  }

 private:
  std::array<Waker, 32> wakers_;  // as many as Tokio takes, so that logs show the same turns
  std::size_t size_ = 0;
};

}  // namespace ari::task

// LocalQueue: a worker's own runnable tasks, which idle workers may steal.
//
// A ring of 256 places. The owner pushes at the tail and pops at the head, so its tasks
// take turns; a thief takes half of them from the head at once, so that it need not come
// back soon.
//
//     head                tail               head, tail count all tasks ever pushed and
//      ▼                   ▼                 taken; a task's place is its number modulo 256
//   ·  A  B  C  D  E  F  G  ·  ·
//      └─ thief ─┘  owner pops on
//
// Whoever takes tasks reads them first and then moves the head past them with one
// compare-and-swap. If that fails, somebody else took one of them, and what was read means
// nothing. If it succeeds, nobody did, and the owner cannot have reused their places: it
// pushes only where the head has passed. The head never comes back to a value, since 64
// bits do not run out. Holds one reference to each task.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/task/header.h"

namespace ari::scheduler {

class LocalQueue {
 public:
  static constexpr std::size_t kCapacity = 256;

  LocalQueue() noexcept = default;
  LocalQueue(const LocalQueue&) = delete;
  LocalQueue& operator=(const LocalQueue&) = delete;

  // False: full. The owner only.
  [[nodiscard]] bool push(task::Header& task) noexcept {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);  // ours to write
    // acquire: pairs with the release in take(), so that a place is not written before
    // whoever took its task has read it.
    if (tail - head_.load(std::memory_order_acquire) == kCapacity) return false;
    place(tail).store(&task, std::memory_order_relaxed);
    // release: pairs with the acquire in take(): a thief sees the place written.
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  // The oldest task, or null. The owner only.
  task::Header* pop() noexcept;

  // Takes the newer half, 128 tasks, if the queue is still full, and gives them to
  // `visit(task)`, oldest first. False: it is not full any more. The owner only.
  //
  // The newer, because what comes from the shared queue goes into the older half: so no
  // task is sent there and back again without having been polled.
  template <class Visit>
  [[nodiscard]] bool pop_half(Visit visit) noexcept {
    constexpr std::size_t kHalf = kCapacity / 2;
    std::uint64_t head = head_.load(std::memory_order_acquire);
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head != kCapacity) return false;
    // Takes all, and pushes the older half again: it lies in the right places already,
    // since the next numbers are those places once more.
    if (!head_.compare_exchange_strong(head, tail, std::memory_order_acq_rel)) return false;
    tail_.store(tail + kHalf, std::memory_order_release);
    for (std::size_t i = kHalf; i < kCapacity; ++i) {
      visit(*place(head + i).load(std::memory_order_relaxed));
    }
    return true;
  }

  // Moves half of this queue's tasks, rounded up, to `thief`, which is empty and the
  // caller's. Returns how many. Any thread.
  std::size_t steal_into(LocalQueue& thief) noexcept;

  // As of a moment ago, if others take tasks. Any thread.
  std::size_t size() const noexcept;
  bool empty() const noexcept { return size() == 0; }

 private:
  std::atomic<task::Header*>& place(std::uint64_t number) noexcept {
    return places_[number % kCapacity];
  }
  // Reads `count` tasks from the head on and moves it past them. False: it is not at
  // `head` any more.
  bool take(std::uint64_t head, std::size_t count, task::Header** tasks) noexcept;

  // Apart, because thieves write the one and the owner the other.
  alignas(64) std::atomic<std::uint64_t> head_{0};
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  std::array<std::atomic<task::Header*>, kCapacity> places_{};
};

}  // namespace ari::scheduler

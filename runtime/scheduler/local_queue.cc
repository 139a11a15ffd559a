#include "runtime/scheduler/local_queue.h"

#include <cassert>

namespace ari::scheduler {

bool LocalQueue::take(std::uint64_t head, std::size_t count, task::Header** tasks) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    tasks[i] = place(head + i).load(std::memory_order_relaxed);
  }
  // release: pairs with the acquire in push(), which may reuse the places from now on.
  // acquire on failure: the caller looks again.
  return head_.compare_exchange_strong(head, head + count, std::memory_order_acq_rel,
                                       std::memory_order_acquire);
}

task::Header* LocalQueue::pop() noexcept {
  while (true) {
    const std::uint64_t head = head_.load(std::memory_order_acquire);
    if (head == tail_.load(std::memory_order_relaxed)) return nullptr;
    task::Header* task = nullptr;
    if (take(head, 1, &task)) return task;
  }
}

std::size_t LocalQueue::steal_into(LocalQueue& thief) noexcept {
  assert(thief.empty() && "a worker steals when it has nothing left");
  std::array<task::Header*, kCapacity / 2> taken;
  while (true) {
    const std::uint64_t head = head_.load(std::memory_order_acquire);
    // acquire: pairs with the release in push(), so that the places up to it are written.
    const std::uint64_t size = tail_.load(std::memory_order_acquire) - head;
    if (size == 0) return 0;
    if (size > kCapacity) continue;  // the head moved between the two looks
    const std::size_t count = size - size / 2;
    if (!take(head, count, taken.data())) continue;
    for (std::size_t i = 0; i < count; ++i) {
      [[maybe_unused]] const bool pushed = thief.push(*taken[i]);
      assert(pushed && "half of a queue fits into an empty one");
    }
    return count;
  }
}

std::size_t LocalQueue::size() const noexcept {
  // The head first: the tail is never behind an older head.
  const std::uint64_t head = head_.load(std::memory_order_acquire);
  const std::uint64_t size = tail_.load(std::memory_order_acquire) - head;
  return size < kCapacity ? static_cast<std::size_t>(size) : kCapacity;
}

}  // namespace ari::scheduler

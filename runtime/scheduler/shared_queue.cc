#include "runtime/scheduler/shared_queue.h"

#include <algorithm>
#include <utility>

namespace ari::scheduler {

bool SharedQueue::push(task::Header& task) noexcept {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  tasks_.push(task);
  size_.store(size_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  return true;
}

bool SharedQueue::push_all(RunQueue& tasks, std::size_t count) noexcept {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  while (task::Header* task = tasks.pop()) tasks_.push(*task);
  size_.store(size_.load(std::memory_order_relaxed) + count, std::memory_order_release);
  return true;
}

RunQueue SharedQueue::pop_some(std::size_t most) noexcept {
  RunQueue taken;
  if (size() == 0) return taken;
  const std::lock_guard lock(mutex_);
  const std::size_t size = size_.load(std::memory_order_relaxed);
  const std::size_t count = std::min(most, size);
  for (std::size_t i = 0; i < count; ++i) taken.push(*tasks_.pop());
  size_.store(size - count, std::memory_order_release);
  return taken;
}

RunQueue SharedQueue::close() noexcept {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  size_.store(0, std::memory_order_release);
  return std::exchange(tasks_, RunQueue());
}

}  // namespace ari::scheduler

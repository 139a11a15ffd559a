#include "runtime/scheduler/inject_queue.h"

namespace ari::scheduler {

task::Header* InjectQueue::closed() noexcept {
  static char mark;
  return reinterpret_cast<task::Header*>(&mark);
}

bool InjectQueue::push(task::Header& task) noexcept {
  task::Header* newest = newest_.load(std::memory_order_relaxed);
  do {
    if (newest == closed()) return false;
    task.queue_next_ = newest;
    // release: pairs with the acquire in drain_to(), which reads queue_next_.
  } while (!newest_.compare_exchange_weak(newest, &task, std::memory_order_release,
                                          std::memory_order_relaxed));
  return true;
}

std::size_t InjectQueue::drain_to(RunQueue& queue) noexcept {
  if (empty() || newest_.load(std::memory_order_relaxed) == closed()) return 0;
  return append_reversed(newest_.exchange(nullptr, std::memory_order_acquire), queue);
}

void InjectQueue::close(RunQueue& queue) noexcept {
  task::Header* newest = newest_.exchange(closed(), std::memory_order_acquire);
  if (newest != closed()) append_reversed(newest, queue);
}

std::size_t InjectQueue::append_reversed(task::Header* newest, RunQueue& queue) noexcept {
  std::size_t count = 0;
  task::Header* oldest = nullptr;
  while (newest != nullptr) {
    task::Header* older = newest->queue_next_;
    newest->queue_next_ = oldest;
    oldest = newest;
    newest = older;
  }
  while (oldest != nullptr) {
    task::Header* newer = oldest->queue_next_;
    queue.push(*oldest);
    oldest = newer;
    ++count;
  }
  return count;
}

}  // namespace ari::scheduler

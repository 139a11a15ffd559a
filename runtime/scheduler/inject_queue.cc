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
    // release: pairs with the acquire in pop(), which reads queue_next_.
  } while (!newest_.compare_exchange_weak(newest, &task, std::memory_order_release,
                                          std::memory_order_relaxed));
  return true;
}

bool InjectQueue::has_new() const noexcept {
  const task::Header* newest = newest_.load(std::memory_order_relaxed);
  return newest != nullptr && newest != closed();
}

bool InjectQueue::empty() const noexcept { return taken_.empty() && !has_new(); }

task::Header* InjectQueue::pop() noexcept {
  if (taken_.empty() && has_new()) take(newest_.exchange(nullptr, std::memory_order_acquire));
  return taken_.pop();
}

void InjectQueue::close(RunQueue& queue) noexcept {
  task::Header* newest = newest_.exchange(closed(), std::memory_order_acquire);
  if (newest != closed()) take(newest);
  while (task::Header* task = taken_.pop()) queue.push(*task);
}

void InjectQueue::take(task::Header* newest) noexcept {
  task::Header* oldest = nullptr;
  while (newest != nullptr) {
    task::Header* older = newest->queue_next_;
    newest->queue_next_ = oldest;
    oldest = newest;
    newest = older;
  }
  while (oldest != nullptr) {
    task::Header* newer = oldest->queue_next_;
    taken_.push(*oldest);
    oldest = newer;
  }
}

}  // namespace ari::scheduler

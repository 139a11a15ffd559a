// SharedQueue: runnable tasks that belong to no worker yet.
//
// What threads outside of the runtime wake, and what does not fit into a worker's own
// queue. First in, first out; workers take from it in batches. Owns one reference to each
// task. Once closed it refuses tasks. Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>

#include "runtime/scheduler/run_queue.h"

namespace ari::scheduler {

class SharedQueue {
 public:
  // False: closed, the reference stays the caller's.
  [[nodiscard]] bool push(task::Header& task) noexcept;

  // Adds all of `tasks`, of which there are `count`, and leaves it empty. False: closed,
  // the tasks stay the caller's.
  [[nodiscard]] bool push_all(RunQueue& tasks, std::size_t count) noexcept;

  // The oldest task, or null.
  task::Header* pop() noexcept { return pop_some(1).pop(); }

  // Up to `most` tasks, oldest first.
  RunQueue pop_some(std::size_t most) noexcept;

  // Costs no lock.
  std::size_t size() const noexcept {
    // acquire: pairs with the release in push(). A worker's last look before it sleeps has
    // to see the pushes whose makers did not see it asleep (idle.h).
    return size_.load(std::memory_order_acquire);
  }

  // Refuses tasks from now on, and gives those it has.
  RunQueue close() noexcept;

 private:
  std::mutex mutex_;
  bool closed_ = false;
  RunQueue tasks_;
  std::atomic<std::size_t> size_{0};  // written with the mutex
};

}  // namespace ari::scheduler

// InjectQueue: tasks that other threads made runnable, on their way to the runtime's own
// queue.
//
// A stack that any thread pushes onto with one compare-and-swap and the runtime takes
// whole and turns round; so no thread ever waits for another. Owns one reference to each
// task. Once closed it refuses tasks.
#pragma once

#include <atomic>
#include <cstddef>

#include "runtime/scheduler/run_queue.h"

namespace ari::scheduler {

class InjectQueue {
 public:
  // False: closed, the reference stays the caller's. Any thread.
  [[nodiscard]] bool push(task::Header& task) noexcept;

  // Moves all tasks to the end of `queue`, in the order in which they came. Returns how
  // many. One thread.
  std::size_t drain_to(RunQueue& queue) noexcept;

  bool empty() const noexcept { return newest_.load(std::memory_order_relaxed) == nullptr; }

  // Refuses tasks from now on; moves those it has to `queue`. One thread.
  void close(RunQueue& queue) noexcept;

 private:
  static std::size_t append_reversed(task::Header* newest, RunQueue& queue) noexcept;
  static task::Header* closed() noexcept;  // a mark, no task

  std::atomic<task::Header*> newest_{nullptr};
};

}  // namespace ari::scheduler

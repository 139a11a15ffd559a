// InjectQueue: tasks that other threads made runnable, first in, first out.
//
// A stack that any thread pushes onto with one compare-and-swap, and that the one thread which
// pops takes whole and turns round once it has popped all it took before; so no thread ever
// waits for another. Owns one reference to each task. Once closed it refuses tasks.
#pragma once

#include <atomic>

#include "runtime/scheduler/run_queue.h"

namespace ari::scheduler {

class InjectQueue {
 public:
  // False: closed, the reference stays the caller's. Any thread.
  [[nodiscard]] bool push(task::Header& task) noexcept;

  // The oldest, or null. One thread, as the two below.
  task::Header* pop() noexcept;

  bool empty() const noexcept;

  // Refuses tasks from now on; moves those it has to `queue`.
  void close(RunQueue& queue) noexcept;

 private:
  static task::Header* closed() noexcept;  // a mark, no task
  bool has_new() const noexcept;
  // To the end of taken_, the last first.
  void take(task::Header* newest) noexcept;

  std::atomic<task::Header*> newest_{nullptr};
  RunQueue taken_;  // the popping thread's: all are older than those of the stack
};

}  // namespace ari::scheduler

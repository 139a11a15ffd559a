// ThreadStacks: in which tasks' polls each thread is, for logs that tell threads.
//
// A wake is a self-wake when the woken task is being polled on the very thread that wakes
// it, however deep the call. So each thread has a stack of the tasks it has entered;
// usually the worker's own and the task it polls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "replay/model/task.h"

namespace ari::replay {

class ThreadStacks {
 public:
  // How many entries a thread's stack has at most: the outermost make room. Only a log without
  // exits comes so deep, and without a bound every look through the stack took longer than the one
  // before.
  static constexpr std::size_t kDeepest = 1024;

  void enter(std::uint32_t thread, SpanId task) {
    Stack& tasks = stack(thread);
    if (tasks.size() == kDeepest) tasks.erase(tasks.begin());
    tasks.push_back(task);
  }
  // Takes away the topmost entry of the task, wherever it is; nothing if there is none.
  void exit(std::uint32_t thread, SpanId task) {
    Stack& tasks = stack(thread);
    if (!tasks.empty() && tasks.back() == task) return tasks.pop_back();
    exit_out_of_order(tasks, task);
  }

  bool is_inside(std::uint32_t thread, SpanId task);
  // The innermost task, 0 if there is none.
  SpanId innermost(std::uint32_t thread) {
    const Stack& tasks = stack(thread);
    return tasks.empty() ? 0 : tasks.back();
  }

  // The innermost task for which `fits` says yes, 0 if there is none.
  template <typename Fits>
  SpanId last_that(std::uint32_t thread, Fits fits) {
    const Stack& tasks = stack(thread);
    for (auto task = tasks.rbegin(); task != tasks.rend(); ++task) {
      if (fits(*task)) return *task;
    }
    return 0;
  }

  // Calls `visit` with each task on the thread's stack and empties it.
  template <typename Visit>
  void forget(std::uint32_t thread, Visit visit) {
    for (const SpanId task : stack(thread)) visit(task);
    stack(thread).clear();
  }
  // Takes away all entries of the task, on whatever thread.
  void forget(SpanId task);
  void clear();

 private:
  using Stack = std::vector<SpanId>;
  Stack& stack(std::uint32_t thread) {
    return thread < stacks_.size() ? stacks_[thread] : new_stack(thread);
  }
  static void exit_out_of_order(Stack& tasks, SpanId task);
  Stack& new_stack(std::uint32_t thread);

  // Threads are numbered from 1 as they appear, so a vector holds them; numbers beyond
  // what any program has are possible only in broken logs and go to the map.
  static constexpr std::uint32_t kUsual = 4096;
  std::vector<Stack> stacks_;
  std::unordered_map<std::uint32_t, Stack> unusual_;
};

}  // namespace ari::replay

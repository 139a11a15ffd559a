#include "replay/model/thread_stacks.h"

#include <algorithm>

namespace ari::replay {

ThreadStacks::Stack& ThreadStacks::new_stack(std::uint32_t thread) {
  if (thread >= kUsual) return unusual_[thread];
  stacks_.resize(thread + 1);
  return stacks_[thread];
}

void ThreadStacks::exit_out_of_order(Stack& tasks, SpanId task) {
  const auto top = std::find(tasks.rbegin(), tasks.rend(), task);
  if (top != tasks.rend()) tasks.erase(std::next(top).base());
}

bool ThreadStacks::is_inside(std::uint32_t thread, SpanId task) {
  const Stack& tasks = stack(thread);
  return std::find(tasks.begin(), tasks.end(), task) != tasks.end();
}

void ThreadStacks::forget(SpanId task) {
  for (Stack& tasks : stacks_) std::erase(tasks, task);
  for (auto& [thread, tasks] : unusual_) std::erase(tasks, task);
}

void ThreadStacks::clear() {
  stacks_.clear();
  unusual_.clear();
}

}  // namespace ari::replay

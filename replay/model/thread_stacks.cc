#include "replay/model/thread_stacks.h"

#include <algorithm>

namespace ari::replay {

ThreadStacks::Stack& ThreadStacks::stack(std::uint32_t thread) {
  if (thread >= kUsual) return unusual_[thread];
  if (thread >= stacks_.size()) stacks_.resize(thread + 1);
  return stacks_[thread];
}

void ThreadStacks::exit(std::uint32_t thread, SpanId task) {
  Stack& tasks = stack(thread);
  const auto top = std::find(tasks.rbegin(), tasks.rend(), task);
  if (top != tasks.rend()) tasks.erase(std::next(top).base());
}

bool ThreadStacks::is_inside(std::uint32_t thread, SpanId task) {
  const Stack& tasks = stack(thread);
  return std::find(tasks.begin(), tasks.end(), task) != tasks.end();
}

SpanId ThreadStacks::innermost(std::uint32_t thread) {
  const Stack& tasks = stack(thread);
  return tasks.empty() ? 0 : tasks.back();
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

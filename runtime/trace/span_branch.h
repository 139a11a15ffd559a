// SpanBranch: the spans that one branch of a task has entered (task/branch.h).
//
// The branches of a task take turns on the task's one stack of spans. What a branch has
// entered and not left when it suspends is left for it, so that the next one is not
// inside of it, and entered again when it is polled again: the same that a task does with
// its spans between two polls.
//
//   task's stack: [ 7 ]  branch a polled: [ 7 | 12 ]  branch b polled: [ 7 | 15 | 16 ]
#pragma once

#include <vector>

#include "runtime/trace/span_stack.h"

namespace ari::trace {

class SpanBranch {
 public:
  // The branch's code runs on the calling thread as long as one of these lives.
  class Inside {
   public:
    explicit Inside(SpanBranch& branch) noexcept
        : branch_(branch), stack_(SpanStack::here()), size_outside_(stack_.size()) {
      if (!branch.left_open_.empty()) [[unlikely]]
        branch.enter(stack_);
    }
    ~Inside() {
      if (stack_.size() > size_outside_) [[unlikely]]
        branch_.leave(stack_, size_outside_);
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    SpanBranch& branch_;
    SpanStack& stack_;
    const std::size_t size_outside_;
  };

 private:
  void enter(SpanStack& stack) noexcept;
  void leave(SpanStack& stack, std::size_t size_outside) noexcept;

  std::vector<SpanId> left_open_;  // while suspended; the innermost first
};

}  // namespace ari::trace

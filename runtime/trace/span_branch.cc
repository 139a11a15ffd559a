#include "runtime/trace/span_branch.h"

#include "runtime/trace/dispatch.h"

namespace ari::trace {

void SpanBranch::enter(SpanStack& stack) noexcept {
  Subscriber* s = subscriber();
  while (!left_open_.empty()) {
    const SpanId id = left_open_.back();
    left_open_.pop_back();
    stack.push(id);
    if (s != nullptr) s->enter(id, EnterReason::kPoll);
  }
}

void SpanBranch::leave(SpanStack& stack, std::size_t size_outside) noexcept {
  Subscriber* s = subscriber();
  while (stack.size() > size_outside) {
    const SpanId id = stack.topmost();
    stack.pop(id);
    if (s != nullptr) s->exit(id, std::source_location());
    left_open_.push_back(id);
  }
}

}  // namespace ari::trace

#include "runtime/trace/span_stack.h"

#include <algorithm>

namespace ari::trace {

namespace {
// The stack in use is reached through a pointer so that a task's stack can be swapped in.
// Both are read only between two suspensions, never across one.
thread_local SpanStack t_own;
thread_local SpanStack* t_here = nullptr;
}  // namespace

void SpanStack::push(SpanId id) noexcept {
  const bool duplicate =
      std::any_of(entries_.begin(), entries_.end(), [id](const Entry& e) { return e.id == id; });
  entries_.push_back({id, duplicate});
  if (!duplicate) current_ = id;
}

void SpanStack::pop(SpanId id) noexcept {
  const auto found =
      std::find_if(entries_.rbegin(), entries_.rend(), [id](const Entry& e) { return e.id == id; });
  if (found == entries_.rend()) return;
  entries_.erase(std::next(found).base());
  const auto top =
      std::find_if(entries_.rbegin(), entries_.rend(), [](const Entry& e) { return !e.duplicate; });
  current_ = top == entries_.rend() ? kNoSpan : top->id;
}

SpanStack& SpanStack::here() noexcept { return t_here != nullptr ? *t_here : t_own; }

SpanStack::Swap::Swap(SpanStack& stack) noexcept : before_(t_here) { t_here = &stack; }

SpanStack::Swap::~Swap() { t_here = before_; }

}  // namespace ari::trace

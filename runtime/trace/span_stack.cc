#include "runtime/trace/span_stack.h"

#include <algorithm>

#include "runtime/trace/late_local.h"

namespace ari::trace {

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

// Asked for only between two suspensions, never across one.
SpanStack& SpanStack::own() noexcept { return LateLocal<SpanStack>::get(); }

}  // namespace ari::trace

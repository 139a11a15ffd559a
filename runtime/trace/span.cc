#include "runtime/trace/span.h"

namespace ari::trace {

SpanId next_id() noexcept {
  static constinit std::atomic<SpanId> next{1};
  // relaxed: only uniqueness matters, nothing is published with the id.
  return next.fetch_add(1, std::memory_order_relaxed);
}

Span::Span(SpanId parent, const Metadata& metadata, Values values) noexcept {
  if (Subscriber* s = subscriber()) {
    id_ = next_id();
    s->new_span(id_, parent, metadata, {values.begin(), values.size()});
  }
}

void Span::close() noexcept {
  if (Subscriber* s = subscriber()) s->close(id_, Outcome::kCompleted);
}

void Span::Entered::enter(SpanId id) noexcept {
  SpanStack::here().push(id);
  if (Subscriber* s = subscriber()) s->enter(id, EnterReason::kPoll);
}

void Span::Entered::exit(SpanId id) noexcept {
  SpanStack::here().pop(id);
  if (Subscriber* s = subscriber()) s->exit(id, std::source_location());
}

}  // namespace ari::trace

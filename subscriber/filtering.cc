#include "subscriber/filtering.h"

#include <utility>

#include "runtime/trace/span_stack.h"

namespace ari::subscriber {

using trace::Metadata;
using trace::SpanId;
using trace::Value;

Filtering::Filtering(Filter filter, trace::Subscriber& next)
    : filter_(std::move(filter)),
      wakers_(filter_.waker_verdict()),
      next_(next),
      verdicts_(filter_) {}

Scopes Filtering::scopes_here() const noexcept {
  Scopes scopes = 0;
  trace::SpanStack::here().for_each_outermost_first(
      [&](SpanId id) { scopes |= marks_.find(id).scopes; });
  return scopes;
}

bool Filtering::is_in(const Verdict& verdict, Scopes scopes, trace::Level level) const noexcept {
  return scopes != 0 ? filter_.is_in(scopes, level) : verdict.is_in;
}

SpanId Filtering::recorded(SpanId id) const noexcept {
  if (id == trace::kNoSpan) return id;
  const SpanMark mark = marks_.find(id);
  return mark.is_left_out ? mark.recorded_in : id;
}

void Filtering::new_span(SpanId id, SpanId parent, const Metadata& metadata,
                         std::span<const Value> values) noexcept {
  const Verdict verdict = verdicts_.of(metadata);
  SpanMark mark;
  // A span is in the scopes that it was made in for all its life: a task that is spawned
  // inside of one runs on a stack of its own.
  if (filter_.has_scopes()) {
    mark.scopes = scopes_here();
    if (parent != trace::kNoSpan) mark.scopes |= marks_.find(parent).scopes;
    if (verdict.may_begin != 0) mark.scopes |= filter_.begun(verdict.may_begin, metadata, values);
  }
  mark.is_left_out = !is_in(verdict, mark.scopes, metadata.level);
  const SpanId recorded_in = recorded(parent);
  if (mark.is_left_out) mark.recorded_in = recorded_in;
  if (mark.is_left_out || mark.scopes != 0) marks_.set(id, mark);
  if (!mark.is_left_out) next_.new_span(id, recorded_in, metadata, values);
}

void Filtering::enter(SpanId id, trace::EnterReason reason) noexcept {
  if (!marks_.find(id).is_left_out) next_.enter(id, reason);
}

void Filtering::exit(SpanId id, std::source_location parked_at) noexcept {
  if (!marks_.find(id).is_left_out) next_.exit(id, parked_at);
}

void Filtering::close(SpanId id, trace::Outcome outcome) noexcept {
  const bool is_left_out = marks_.find(id).is_left_out;
  marks_.close(id);
  if (!is_left_out) next_.close(id, outcome);
}

// Most that is filtered is left out by its callsite: that must cost next to nothing, hence no
// call and no register saved on this way.
void Filtering::event(SpanId in, const Metadata& metadata, std::span<const Value> values) noexcept {
  Verdict verdict;
  if (!verdicts_.at_hand(metadata, verdict)) [[unlikely]]
    return event_elsewhere(in, metadata, values);
  // Not ||, which makes two branches.
  if (verdict.is_in | verdict.asks_scope) event_maybe(verdict, in, metadata, values);
}

[[gnu::noinline]] void Filtering::event_elsewhere(SpanId in, const Metadata& metadata,
                                                  std::span<const Value> values) noexcept {
  event_maybe(verdicts_.of(metadata), in, metadata, values);
}

[[gnu::noinline]] void Filtering::event_maybe(Verdict verdict, SpanId in, const Metadata& metadata,
                                              std::span<const Value> values) noexcept {
  if (verdict.asks_scope) [[unlikely]] {
    Scopes scopes = scopes_here();
    if (verdict.may_begin != 0) scopes |= filter_.begun(verdict.may_begin, metadata, values);
    if (!is_in(verdict, scopes, metadata.level)) return;
  } else if (!verdict.is_in) {
    return;
  }
  next_.event(recorded(in), metadata, values);
}

void Filtering::waker(SpanId in, trace::WakerOp op, SpanId task) noexcept {
  const bool is_let_in =
      wakers_.asks_scope
          ? is_in(wakers_, scopes_here() | marks_.find(task).scopes, trace::Level::kTrace)
          : wakers_.is_in;
  if (!is_let_in || marks_.find(task).is_left_out) return;
  next_.waker(recorded(in), op, task);
}

}  // namespace ari::subscriber

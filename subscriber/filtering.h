// Filtering: a Subscriber that passes on what a Filter lets in.
//
// What it passes on is a log in itself: of a span that is left out neither enters nor exits
// nor the wakes of its task are told, and what happens inside of it is told of the nearest
// span around it that is on record.
#pragma once

#include "runtime/trace/subscriber.h"
#include "subscriber/filter.h"
#include "subscriber/span_marks.h"
#include "subscriber/verdicts.h"

namespace ari::subscriber {

// Thread-safe, as every Subscriber.
class Filtering final : public trace::Subscriber {
 public:
  // `next` outlives it.
  Filtering(Filter filter, trace::Subscriber& next);

  void new_span(trace::SpanId id, trace::SpanId parent, const trace::Metadata& metadata,
                std::span<const trace::Value> values) noexcept override;
  void enter(trace::SpanId id, trace::EnterReason reason) noexcept override;
  void exit(trace::SpanId id, std::source_location parked_at) noexcept override;
  void close(trace::SpanId id, trace::Outcome outcome) noexcept override;
  void event(trace::SpanId in, const trace::Metadata& metadata,
             std::span<const trace::Value> values) noexcept override;
  void waker(trace::SpanId in, trace::WakerOp op, trace::SpanId task) noexcept override;

 private:
  // The rest of event(): of a callsite whose verdict is not at hand, and of any verdict.
  void event_elsewhere(trace::SpanId in, const trace::Metadata& metadata,
                       std::span<const trace::Value> values) noexcept;
  void event_maybe(Verdict verdict, trace::SpanId in, const trace::Metadata& metadata,
                   std::span<const trace::Value> values) noexcept;
  // The scopes that the calling thread is in.
  Scopes scopes_here() const noexcept;
  bool is_in(const Verdict& verdict, Scopes scopes, trace::Level level) const noexcept;
  // The span itself, or the nearest around it that is on record.
  trace::SpanId recorded(trace::SpanId id) const noexcept;

  const Filter filter_;
  const Verdict wakers_;
  trace::Subscriber& next_;
  Verdicts verdicts_;
  SpanMarks marks_;
};

}  // namespace ari::subscriber

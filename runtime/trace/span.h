// Span: a named period, as the code that opens and closes it sees it.
//
// Resources, async operations and user code hold Spans; tasks manage their own span by
// hand because its end carries an outcome. A Span made while nobody listens is disabled
// for good: it has no id and every call on it does nothing.
#pragma once

#include <initializer_list>
#include <utility>

#include "runtime/trace/dispatch.h"
#include "runtime/trace/span_stack.h"

namespace ari::trace {

// The next unused id: 1, 2, 3, … for the life of the process. Any thread.
SpanId next_id() noexcept;

// The span that the calling thread is in, or kNoSpan.
inline SpanId current_span() noexcept { return SpanStack::here().current(); }

using Values = std::initializer_list<Value>;

class Span {
 public:
  // A disabled span.
  Span() noexcept = default;

  // Opens a span that has no parent, whatever is current.
  static Span root(const Metadata& metadata, Values values) noexcept {
    return Span(kNoSpan, metadata, values);
  }

  // Opens a span inside the one that is current on the calling thread.
  static Span contextual(const Metadata& metadata, Values values) noexcept {
    return Span(subscriber() != nullptr ? current_span() : kNoSpan, metadata, values);
  }

  // Opens a span inside `parent`.
  static Span child_of(const Span& parent, const Metadata& metadata, Values values) noexcept {
    return Span(parent.id_, metadata, values);
  }

  Span(Span&& other) noexcept : id_(std::exchange(other.id_, kNoSpan)) {}
  // What was open here is closed at once.
  Span& operator=(Span other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  // Closes the span. Spans opened inside it must be closed first, as members declared
  // after their parent are.
  ~Span() {
    if (id_ != kNoSpan) close();
  }

  // 0 while disabled.
  SpanId id() const noexcept { return id_; }

  // Enters the span on the calling thread until the guard is gone. The guard may not
  // live across a co_await.
  class [[nodiscard]] Entered {
   public:
    explicit Entered(const Span& span) noexcept : id_(span.id_) {
      if (id_ != kNoSpan) enter(id_);
    }
    ~Entered() {
      if (id_ != kNoSpan) exit(id_);
    }
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;

   private:
    static void enter(SpanId id) noexcept;
    static void exit(SpanId id) noexcept;
    SpanId id_;
  };
  Entered enter() const noexcept { return Entered(*this); }

 private:
  Span(SpanId parent, const Metadata& metadata, Values values) noexcept;
  void close() noexcept;

  SpanId id_ = kNoSpan;
};

// Reports an event in the calling thread's current span.
inline void event(const Metadata& metadata, Values values) noexcept {
  if (Subscriber* s = subscriber()) [[unlikely]] {
    s->event(current_span(), metadata, {values.begin(), values.size()});
  }
}

}  // namespace ari::trace

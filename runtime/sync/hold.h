// Hold: which task holds something, and whether by an owned guard, in one word. For dumps
// (runtime/dump) alone.
#pragma once

#include "runtime/trace/span_stack.h"

namespace ari::sync {

class Hold {
 public:
  Hold() noexcept = default;  // of nobody
  // Of the task that calls; of nobody outside of any.
  static Hold of_caller(bool by_owned_guard) noexcept {
    const trace::SpanId task = trace::SpanStack::task();
    return Hold(by_owned_guard && task != trace::kNoSpan ? task | kOwned : task);
  }

  // Who made the guard, which may be another's by now if it is owned. kNoSpan: nobody.
  trace::SpanId task() const noexcept { return word_ & ~kOwned; }
  bool is_owned() const noexcept { return (word_ & kOwned) != 0; }
  bool operator==(const Hold&) const noexcept = default;

 private:
  // Ids count up from 1 and never come to this bit.
  static constexpr trace::SpanId kOwned = trace::SpanId{1} << 63;

  explicit Hold(trace::SpanId word) noexcept : word_(word) {}

  trace::SpanId word_ = trace::kNoSpan;
};

}  // namespace ari::sync

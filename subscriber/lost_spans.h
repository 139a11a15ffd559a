// LostSpans: spans whose `new` found no room in a ring.
//
// While a ring is full there is a little room left for `close` alone, so that a log can forget
// what it was told of. What it was not told of needs none of that room: of such a span only
// the count is kept. Ids count up, so an id's low bits are its place here, and it is remembered
// until the id that is kSpans further is lost too. What is forgotten or was never there costs a
// `close` in that room, no more.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

#include "runtime/trace/subscriber.h"

namespace ari::subscriber {

// Thread-safe.
class LostSpans {
 public:
  // Requires: called before other threads know the id.
  void add(trace::SpanId id) noexcept { place(id).store(id, std::memory_order_relaxed); }
  bool contains(trace::SpanId id) const noexcept {
    return place(id).load(std::memory_order_relaxed) == id;
  }

 private:
  static constexpr std::size_t kSpans = 1u << 16;

  std::atomic<trace::SpanId>& place(trace::SpanId id) noexcept { return ids_[id % kSpans]; }
  const std::atomic<trace::SpanId>& place(trace::SpanId id) const noexcept {
    return ids_[id % kSpans];
  }

  // relaxed: whoever knows an id learnt it from the thread that made it, after add().
  std::array<std::atomic<trace::SpanId>, kSpans> ids_{};
};

}  // namespace ari::subscriber

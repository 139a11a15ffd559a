// SpanTable: what the fold remembers of each span that is open.
//
// One flat hash table from span id to Span, because every line of a log asks for one.
// Spans are erased when they close: so the table follows what is alive, and that nearly
// always fits the processor's cache, however long the log.
//
// Ids are reused: Tokio's registry hands an id out again after some thousand spans, so
// add() replaces whatever had the id before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "replay/model/resource.h"

namespace ari::replay {

enum class SpanClass : std::uint8_t {
  kUnknown,      // a span of the program's own, or one whose beginning is not in the log
  kTask,         // runtime.spawn
  kResource,     // runtime.resource
  kAsyncOp,      // runtime.resource.async_op
  kAsyncOpPoll,  // runtime.resource.async_op.poll
};

struct Span {
  SpanId id = 0;
  SpanId parent = 0;
  std::uint32_t index = kNowhere;  // in Model::tasks, resources or ops; kNowhere: in none
  std::uint32_t state = 0;         // kTask: where Fold keeps its TaskFold
  std::uint32_t entered = 0;       // how many enters have no exit yet
  SpanClass kind = SpanClass::kUnknown;
  bool watched = false;              // kResource: keeps its changes
  bool used = false;                 // kResource: there was an async op on it
  std::int64_t entered_unix_ns = 0;  // the first enter that is still open; not of kTask
  LineNumber entered_line = 0;       // likewise, of kUnknown
  SpanId inside = 0;                 // used by TaskContext
  SpanId owner = 0;                  // used by TaskContext
};

// Not thread-safe. A Span* is valid until the next add() or erase().
class SpanTable {
 public:
  SpanTable();

  // Null if there is none. Requires: id is not 0.
  Span* find(SpanId id) noexcept {
    for (std::size_t at = home(id);; at = (at + 1) & mask_) {
      if (slots_[at].id == id) return &slots_[at];
      if (slots_[at].id == 0) return nullptr;
    }
  }

  // A fresh Span with this id, in place of any other. Requires: id is not 0.
  Span& add(SpanId id);

  void erase(SpanId id) noexcept;
  void clear() noexcept;

 private:
  std::size_t home(SpanId id) const noexcept {
    // Fibonacci hashing. Ids are dense runs, one per thread that made spans; multiplying
    // by 2^64 over the golden ratio spreads such runs evenly.
    return static_cast<std::size_t>((id * 0x9e37'79b9'7f4a'7c15ULL) >> shift_);
  }
  void grow();

  std::vector<Span> slots_;  // a power of two, at most half of them taken
  std::size_t taken_ = 0;
  std::size_t mask_ = 0;
  int shift_ = 0;
};

}  // namespace ari::replay

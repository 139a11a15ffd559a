// SpanTable: what the fold remembers of each span that is open.
//
// Spans are erased when they close: so the table follows what is alive, and that nearly
// always fits the processor's cache, however long the log.
//
// Ids are reused: Tokio's registry hands an id out again after some thousand spans, so
// add() replaces whatever had the id before.
#pragma once

#include <cstdint>

#include "replay/model/id_table.h"
#include "replay/model/resource.h"
#include "replay/model/span_class.h"

namespace ari::replay {

// One line of the cache.
struct alignas(64) Span {
  SpanId id = 0;
  SpanId parent = 0;
  std::uint32_t index = kNowhere;  // in Model::tasks, resources or ops; kNowhere: in none
  std::uint32_t state = 0;         // kTask: where Fold keeps its TaskFold
  std::uint32_t entered = 0;       // how many enters have no exit yet
  SpanClass kind = SpanClass::kUnknown;
  bool entered_within : 1 = false;   // kTask: was entered while entered, since it last was not
  bool is_worker : 1 = false;        // kTask: polls all others (task_kind.h)
  bool is_local : 1 = false;         // kTask: of kind local
  bool watched : 1 = false;          // kResource: keeps its changes
  bool used : 1 = false;             // kResource: there was an async op on it
  bool is_inside_known : 1 = false;  // used by TaskContext: `inside` is no guess
  bool began : 1 = false;            // its beginning is in the log
  // The first enter that is still open; of kTask instead the last exit, 0: none.
  std::int64_t edge_unix_ns = 0;
  LineNumber entered_line = 0;  // likewise, of kUnknown
  SpanId inside = 0;            // used by TaskContext
  SpanId owner = 0;             // used by TaskContext
};

static_assert(sizeof(Span) == 64);

using SpanTable = IdTable<Span>;

}  // namespace ari::replay

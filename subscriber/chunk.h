// Chunk: an event as it lies in a ring, from the lane that wrote it to the drain.
//
// A head of 16 bytes, a body that depends on the kind, and for new spans and events the
// values, each a word that gives its type and length, then its bytes:
//
//   │ bytes kind detail values │ ticks │  body …  │ type length │ payload … │ …
//       4     1     1      2       8                   4    4      0, 8 or text
//
// Text is padded to 8 bytes. Metadata and source locations are pointers into the program, or
// to copies of what libraries have (name_copies.h); in a ring file they are keys of what
// name_book.h keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <source_location>

#include "runtime/trace/subscriber.h"

namespace ari::subscriber {

// These numbers are read back from ring files: they never change, and a new one makes a new
// version of the file (ring_file.h).
enum class ChunkKind : std::uint8_t {
  kNew = 1,         // body: NewBody, values
  kEnter = 2,       // body: the span's id; detail: EnterReason
  kExit = 3,        // body: ExitBody
  kClose = 4,       // body: the span's id; detail: Outcome
  kEvent = 5,       // body: EventBody, values
  kWaker = 6,       // body: WakerBody; detail: WakerOp
  kLost = 7,        // body: how many events are missing before this place
  kLostCloses = 8,  // body: LostBody; as kLost, where closes are among them; from version 2 on
};

struct ChunkHead {
  std::uint32_t bytes;  // of the whole chunk; a multiple of 8
  ChunkKind kind;
  std::uint8_t detail;
  std::uint16_t values;  // how many values follow the body
  std::uint64_t ticks;
};
static_assert(sizeof(ChunkHead) == 16);

struct NewBody {
  trace::SpanId id, parent;
  const trace::Metadata* metadata;
};
struct ExitBody {
  trace::SpanId id;
  std::source_location parked_at;
};
struct EventBody {
  trace::SpanId in;
  const trace::Metadata* metadata;
};
struct WakerBody {
  trace::SpanId in, task;
};
struct LostBody {
  std::uint64_t events;
  std::uint64_t closes;  // of those, ends of spans that the log may know
};

// Before each value. A kBool's length is 0 or 1 and is its value.
struct ValueHead {
  trace::ValueType type;
  std::uint32_t length;  // of text, in bytes
};
static_assert(sizeof(ValueHead) == 8);

constexpr std::size_t padded(std::size_t bytes) noexcept { return (bytes + 7) & ~std::size_t{7}; }

}  // namespace ari::subscriber

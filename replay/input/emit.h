// Handing a record on, and counting it: what every reader does with what it has read.
#pragma once

#include <algorithm>
#include <cstdint>

#include "replay/input/coverage.h"
#include "replay/input/reader.h"
#include "subscriber/record.h"

namespace ari::replay {

// Whether the record is something that happened, rather than about the log itself.
constexpr bool is_event(subscriber::RecordKind kind) noexcept {
  using subscriber::RecordKind;
  return kind >= RecordKind::kNew && kind <= RecordKind::kWaker;
}

// Instants before 1970 are taken for 1970: then no interval can overflow.
constexpr std::int64_t not_before_1970(std::int64_t at_unix_ns) noexcept {
  return std::max<std::int64_t>(0, at_unix_ns);
}

// Something happened at this instant.
inline void note_instant(std::int64_t at_unix_ns, Coverage& coverage) {
  at_unix_ns = not_before_1970(at_unix_ns);
  if (!coverage.first_unix_ns || at_unix_ns < *coverage.first_unix_ns) {
    coverage.first_unix_ns = at_unix_ns;
  }
  if (!coverage.last_unix_ns || at_unix_ns > *coverage.last_unix_ns) {
    coverage.last_unix_ns = at_unix_ns;
  }
}

// Hands a record on that is counted with another one.
inline void hand_on(const subscriber::Record& record, const Line& line, RecordSink& sink) {
  if (record.at_unix_ns >= 0) [[likely]]
    return sink.record(record, line);
  subscriber::Record in_1970 = record;
  in_1970.at_unix_ns = not_before_1970(record.at_unix_ns);
  sink.record(in_1970, line);
}

inline void emit(const subscriber::Record& record, const Line& line, RecordSink& sink,
                 Coverage& coverage) {
  if (is_event(record.kind)) {
    coverage.events += record.implied ? 0 : 1;
    note_instant(record.at_unix_ns, coverage);
  } else if (record.kind == subscriber::RecordKind::kLost) {
    coverage.events_lost += record.lost;
  } else if (record.kind == subscriber::RecordKind::kAlive) {
    note_instant(record.at_unix_ns, coverage);
  }
  hand_on(record, line, sink);
}

}  // namespace ari::replay

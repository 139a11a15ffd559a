// Handing a record on, and counting it: what every reader does with what it has read.
#pragma once

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

// Something happened at this instant.
inline void note_instant(std::int64_t at_unix_ns, Coverage& coverage) {
  if (!coverage.first_unix_ns || at_unix_ns < *coverage.first_unix_ns) {
    coverage.first_unix_ns = at_unix_ns;
  }
  if (!coverage.last_unix_ns || at_unix_ns > *coverage.last_unix_ns) {
    coverage.last_unix_ns = at_unix_ns;
  }
}

inline void emit(const subscriber::Record& record, const Line& line, RecordSink& sink,
                 Coverage& coverage) {
  if (is_event(record.kind)) {
    coverage.events += record.implied ? 0 : 1;
    note_instant(record.at_unix_ns, coverage);
  } else if (record.kind == subscriber::RecordKind::kLost) {
    coverage.events_lost += record.lost;
  }
  sink.record(record, line);
}

}  // namespace ari::replay

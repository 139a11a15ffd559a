// HeldWait: a task kept a lock while it was idle, waiting for something else.
//
//   task   ── lock ──┤ takes the guard
//          exit ·············· wake · enter        idle, the guard still held
//               └── the wait ──┘
//
// Whoever wants the lock waits as long. Permits of a semaphore are left out: to keep one across
// a wait is what they are for. Each Task has its longest (LockFold finds them).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "replay/model/hold.h"
#include "subscriber/record.h"

namespace ari::replay {

struct SourceLocation;

// Holds copies, since what it is about may be gone.
struct HeldWait {
  SpanId lock = 0;  // of several the one that most tasks waited for
  std::string_view lock_type;
  subscriber::Location lock_location;  // where the lock was made; line 0: not told
  Hold hold;                           // the task's, of that lock
  // The async op that it waited in, the outermost; empty: not told. Of several the first.
  std::string_view source;
  std::size_t other_ops = 0;                  // further ones that it waited in at once
  const SourceLocation* parked_at = nullptr;  // where its poll before that suspended
  std::int64_t since_unix_ns = 0;             // the end of that poll
  std::int64_t until_unix_ns = 0;  // the wake, or the next poll where no wake is on record
  bool to_log_end = false;         // nothing ended it but the log
  std::size_t lock_waiters = 0;    // tasks that waited for the lock when it was over
  LineNumber last_line = 0;        // up to which it was so
};

}  // namespace ari::replay

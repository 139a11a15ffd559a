// Deadlock: tasks that each wait for a lock that the next of them holds, or for its end.
//
//   left ── waits for ──▶ Mutex [9] ── held by ──▶ right
//     ▲                                              │ waits for
//     └────── held by ────── Mutex [7] ◀─────────────┘
//
//   parent ── joins ──▶ child ── waits for ──▶ Mutex [9] ── held by ──▶ parent
//
// The Model has every such circle that the log shows (lock_fold.h), also those that came
// undone; lints and reports say how sure it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "replay/model/resource.h"

namespace ari::replay {

// One task's part in it, and what leads to the next one's. Holds copies, since what it is
// about may be gone.
struct DeadlockLink {
  Link task;
  std::string_view source;  // "Mutex::lock", in which it waits
  bool joins = false;       // it waits for the next task's end: then there is no lock
  SpanId op = 0;
  Link lock;  // that it waits for
  std::string_view lock_type;
  subscriber::Location lock_location;  // where the lock was made; line 0: not told
  std::int64_t waits_since_unix_ns = 0;
  LineNumber waits_line = 0;
  // What keeps the lock from it: the next task's hold; or, in front of it in the queue, that
  // task's own wait (a reader behind a writer).
  bool queued = false;
  Hold hold;  // of the next task; not if queued

  // What else could wake the task: more wakers than locks that it waits for, a join being one
  // more. As they were when it last returned to the runtime.
  std::uint64_t wakers = 0;
  std::uint64_t awaited = 0;
};

struct Deadlock {
  std::vector<DeadlockLink> links;  // in a circle, from the task that closed it
  std::int64_t since_unix_ns = 0;
  std::int64_t until_unix_ns = 0;       // when it came undone, or the log's end
  std::optional<std::uint32_t> broken;  // the link that came undone first; nothing: none did
  LineNumber first_line = 0, last_line = 0;
};

}  // namespace ari::replay

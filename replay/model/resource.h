// Resource and AsyncOp: all that a log tells of the things tasks wait for (timers, locks,
// channels), and of each use of one.
//
// The Model makes them if FoldOptions asks for them; reports only read them. All instants
// are nanoseconds since 1970 UTC, all durations nanoseconds; text lives in Model::texts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "replay/model/attribute.h"
#include "replay/model/hold.h"
#include "replay/model/rare.h"
#include "replay/model/task.h"

namespace ari::replay {

// One change of a resource's attribute.
struct AttributeChange {
  std::int64_t at_unix_ns = 0;
  Attribute attribute;  // as it was then
  Link task;            // in whose poll it happened
  LineNumber line = 0;
};

struct Resource {
  SpanId span = 0;
  std::string_view concrete_type;  // "Mutex", "Sleep"; empty: not told
  std::string_view kind;           // "Sync", "timer"; likewise
  std::string_view target;
  subscriber::Location location;  // where it was made; line 0: not told
  bool is_internal = false;       // made by another resource, for its own use
  bool inherits_child_attrs = false;
  Link parent;  // the resource that it was made inside
  Link task;    // the task that made it

  std::optional<std::int64_t> created_unix_ns;  // absent: its beginning is not in the log
  std::optional<std::int64_t> dropped_unix_ns;  // absent: alive when the log ends
  std::int64_t since_unix_ns = 0;               // its beginning, or the first line about it
  std::int64_t total_ns = 0;                    // from there to its end or the log's
  std::vector<Attribute> attributes;            // in order of first appearance
  std::vector<AttributeChange> changes;         // only when watched
  std::vector<Hold> holds;                      // of a lock or semaphore, the oldest first
  LineNumber first_line = 0, last_line = 0;
};

// An attempt to get on, and whether it was successful.
struct PollOp {
  std::string_view name;  // "poll_acquire"
  bool is_ready = false;
  std::int64_t at_unix_ns = 0;
};

struct AsyncOp {
  SpanId span = 0;
  std::string_view source;  // "Mutex::lock"; empty: not told
  std::string_view target;
  bool inherits_child_attrs = false;
  Link resource;   // what it uses
  Link parent_op;  // the op in whose poll it was made
  Link polled_in;  // the op in whose poll it was polled last, if it was made outside of it
  Link task;       // whose poll polled it last

  std::optional<std::int64_t> created_unix_ns;  // these three as for Resource
  std::optional<std::int64_t> dropped_unix_ns;
  std::int64_t since_unix_ns = 0;
  // Corrected: busy + idle = total, a poll that is going on counted up to the log's end.
  // Console: as on its screen; of a poll that is going on only if it is the first.
  std::uint64_t polls = 0;
  std::int64_t busy_ns = 0;
  std::int64_t idle_ns = 0;
  std::int64_t total_ns = 0;
  std::optional<std::int64_t> first_poll_unix_ns;
  // Its first poll since it was ready last, since an op may be used again: each tick of an Interval
  // waits in the same Sleep.
  std::optional<std::int64_t> wait_began_unix_ns;
  // How long the waits before that one took, only if asked for (FoldOptions::samples).
  Rare<std::vector<std::int64_t>> earlier_waits_ns;
  std::optional<std::int64_t> last_poll_started_unix_ns;
  std::optional<std::int64_t> last_poll_ended_unix_ns;
  bool is_polled = false;         // a poll is going on
  bool has_poll_span = false;     // Tokio before 1.15 makes none
  bool task_is_gone = false;      // its task is over and not in the model any more
  bool exit_doubtful = false;     // the end of the poll that is going on may have been lost
  std::optional<PollOp> poll_op;  // the last one; of two in one poll the last is the result
  std::vector<Attribute> attributes;
  LineNumber first_line = 0, last_line = 0;
};

}  // namespace ari::replay

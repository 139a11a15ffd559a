// Task: all that a log tells of one task, with its times worked out.
//
// The Model makes one for every task in the log; lints and reports only read it. All
// instants are nanoseconds since 1970 UTC, all durations nanoseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replay/model/held_wait.h"
#include "replay/model/join_wait.h"
#include "replay/model/link.h"
#include "replay/model/rare.h"
#include "subscriber/record.h"

namespace ari::replay {

using subscriber::Outcome;
using subscriber::WakerOp;

enum class State : std::uint8_t {
  kRunning,    // in a poll
  kScheduled,  // woken (or new), waiting to be polled
  kIdle,       // suspended, nobody has woken it
  kCompleted,  // its future is gone
};

// Which rules the times follow; named in every output.
enum class Semantics : std::uint8_t {
  kCorrected,  // what happened
  kConsole,    // what tokio-console shows for the same run, number for number
};

// A field of a task's span; of a Model they live in its texts. `text` is how a text log prints the
// value, without quotes.
struct KeptField {
  std::string_view name;
  subscriber::ValueType type{};
  std::string_view text;
};

// Of a Model those live in its texts; null: none, or the log does not tell.
struct SourceLocation {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string function;  // may be empty

  bool operator==(const SourceLocation&) const = default;
};

// Summary of a set of durations. All zero when count is 0.
struct Distribution {
  std::uint64_t count = 0;
  std::int64_t min_ns = 0, max_ns = 0;
  std::int64_t p10_ns = 0, p25_ns = 0, p50_ns = 0, p75_ns = 0, p90_ns = 0, p95_ns = 0, p99_ns = 0;
};

// One thing that happened to a task, for its life line by line.
struct LifeEvent {
  enum class Kind : std::uint8_t { kSpawned, kPoll, kDestroyed, kWaker, kClosed };
  Kind kind{};
  std::int64_t at_unix_ns = 0;
  std::int64_t duration_ns = 0;               // kPoll, kDestroyed: how long it took
  std::optional<std::int64_t> scheduled_ns;   // kPoll: how long it waited to be polled
  bool open = false;                          // kPoll: not over when the log ends
  WakerOp op{};                               // kWaker
  bool self_wake = false;                     // kWaker: during the task's own poll
  SpanId by_task = 0;                         // kWaker: the task that did it; 0 none, or unknown
  bool by_unclear = false;                    // kWaker: by one of several tasks, not told by which
  Link async_op, resource;                    // kWaker: in whose span it happened, where told
  const SourceLocation* parked_at = nullptr;  // kPoll: the co_await in which it suspended
  std::uint32_t thread = 0;                   // 0 unknown
  LineNumber first_line = 0, last_line = 0;
};

// A stretch of time in which a task could not be woken any more: no wakers left, not
// woken, not running. It ends when the log or the task does, or is refuted by a later poll
// or wake. Of those that were refuted a task keeps the longest. Corrected semantics only.
struct LostWakerSpell {
  std::int64_t since_unix_ns = 0;
  std::int64_t until_unix_ns = 0;
  bool refuted = false;     // a later poll shows that somebody could still wake it
  bool to_log_end = false;  // nothing ended it but the log
  bool doubtful = false;    // the task may have been over already, and only its span was left
  LineNumber first_line = 0, last_line = 0;
};

// The first poll of a task whose beginning is in the log. In the console's semantics only
// one that is still going on: of those that are over it keeps nothing.
struct FirstPoll {
  std::int64_t start_unix_ns = 0;
  std::int64_t duration_ns = 0;
  bool over = false;  // it yielded or ended within the log
  LineNumber first_line = 0, last_line = 0;
};

// A poll that kept its worker from everything else, seen from outside while it went on.
struct BlockedWorker {
  std::uint64_t worker = 0;
  std::int64_t for_ns = 0;      // how long it had been in the poll when it was seen
  std::int64_t at_unix_ns = 0;  // when it was seen
  std::string backtrace;        // of its thread then; may be empty
  LineNumber line = 0;
};

// A timer that fired late (late_timers.h).
struct LateTimer {
  SpanId timer = 0;
  std::string concrete_type;               // "Sleep"
  std::optional<SourceLocation> location;  // where it was made
  std::int64_t due_unix_ns = 0;            // at the latest
  std::int64_t late_ns = 0;                // after that, or up to a millisecond more
  bool is_sure = false;                    // nothing else may have been what fired
  LineNumber line = 0;                     // of the wake
};

// How long a task was entered, and was not, as told when it closed.
struct ToldTimes {
  std::int64_t busy_ns = 0, idle_ns = 0;
};

// What each wake and poll changes stands together, in front: a long log has many tasks, and each of
// its lines is about another.
struct Task {
  SpanId span = 0;
  LineNumber first_line = 0, last_line = 0;
  std::uint64_t waker_clones = 0;
  std::uint64_t waker_drops = 0;  // wakes by value included: they consume the waker
  std::uint64_t wakes = 0;
  std::uint64_t self_wakes = 0;
  std::uint64_t perhaps_self_wakes = 0;  // wakes by one of several tasks, itself among them
  std::optional<std::int64_t> last_wake_unix_ns;
  const SourceLocation* parked_at = nullptr;  // where its last poll suspended
  Rare<JoinWait> joins;  // the tasks that it waits for since then, if the log tells

  std::optional<std::uint64_t> task_id;  // Tokio's task::Id, or ari's span id
  std::string name;                      // empty: unnamed
  std::string kind;                      // task, local, block_on, blocking, worker; empty: unknown
  std::string target;                    // empty: unknown
  const SourceLocation* location = nullptr;  // where it was spawned
  std::vector<KeptField> fields;             // the rest, in order
  // What its future takes, and took before the runtime boxed it; `fields` have them too.
  std::optional<std::uint64_t> future_bytes, original_future_bytes;

  std::optional<std::int64_t> created_unix_ns;  // absent: its beginning is not in the log
  std::optional<std::int64_t> dropped_unix_ns;  // absent: alive when the log ends
  std::optional<Outcome> outcome;
  bool is_retold = false;  // its beginning is not, but how it stood when the log began
  State state = State::kScheduled;
  bool is_mentioned = false;    // by one of Model::deadlocks
  bool clones_missing = false;  // wakers of it may exist that the log does not have; corrected only
  std::uint32_t number = 0;     // how many appeared in the log before it
  std::int64_t state_since_unix_ns = 0;  // of one that is not completed

  // Corrected semantics: busy + scheduled + idle = total, exactly, up to the task's end or
  // the log's; what is going on is counted (corrected_times.h). Wakers used after the task
  // has closed are counted too (above). Console semantics: as console_times.h has it.
  std::uint64_t polls = 0;
  std::uint64_t redundant_wakes = 0;  // found it scheduled already; corrected semantics only
  std::int64_t busy_ns = 0;
  std::int64_t scheduled_ns = 0;
  std::int64_t idle_ns = 0;
  std::int64_t total_ns = 0;

  std::optional<std::int64_t> first_poll_unix_ns;
  std::optional<std::int64_t> last_poll_started_unix_ns;
  std::optional<std::int64_t> last_poll_ended_unix_ns;
  std::int64_t longest_poll_ns = 0;
  std::int64_t longest_scheduled_ns = 0;
  LineNumber longest_poll_line = 0;
  LineNumber longest_scheduled_line = 0;

  Rare<Distribution> poll_times;       // only when watched
  Rare<Distribution> scheduled_times;  // likewise
  std::vector<LifeEvent> life;         // only when watched

  std::vector<std::int64_t> poll_samples_ns;  // each poll's duration, only if asked for
  std::vector<std::int64_t> wait_samples_ns;  // each scheduling delay, likewise

  std::uint64_t budget_exhausted = 0;  // how often it was made to yield (runtime::coop)
  LineNumber first_budget_line = 0, last_budget_line = 0;
  std::uint64_t times_blocked = 0;  // how often it was seen to block its worker
  Rare<BlockedWorker> longest_blocked;
  Rare<HeldWait> held_wait;      // its longest; only if the Model has deadlocks
  Rare<LateTimer> latest_timer;  // of those that were to wake it, the one that was late for longest
  Rare<ToldTimes> told_times;    // if the log tells them

  std::vector<LostWakerSpell> lost_waker_spells;
  std::optional<FirstPoll> first_poll;

  // How many wakers exist, if none are missing: clones less drops, never below 0.
  std::uint64_t waker_count() const noexcept {
    return waker_clones > waker_drops ? waker_clones - waker_drops : 0;
  }
};

}  // namespace ari::replay

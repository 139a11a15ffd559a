// Record: one line of a log, whatever the log is written in.
//
// The drain makes Records from what the rings hold and gives them to the text and JSONL
// writers; replay's readers make the same Records from log files. Because both print
// through the same text writer, a run shown live and the same run replayed print the
// same bytes.
//
// A Record owns nothing: text and fields belong to whoever made it and are valid until
// that one makes the next. What a format cannot tell is left at its default, which
// always means "unknown" and never "no".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "runtime/trace/subscriber.h"

namespace ari::subscriber {

using trace::Level;
using trace::Outcome;
using trace::SpanId;
using trace::Value;
using trace::ValueType;
using trace::WakerOp;

enum class RecordKind : std::uint8_t {
  kHeader,  // a log begins here, whatever was open before is not continued; `name`: the
            // program, `fields`: "pid" and "clock", all of them as far as they are known
  kThread,  // names a thread: `thread`, `name`
  kNew,     // a span began: `span`, `parent`, `name`, `target`, `level`, `fields`
  kEnter,   // `span` was entered; `destroy`
  kExit,    // `span` was left; `parked_at`
  kClose,   // `span` is gone; `outcome`
  kEvent,   // an instant in `span`: `target`, `level`, `fields`
  kWaker,   // a waker of `task` was used in `span`: `target`, `level`, `op`, `self_wake`
  kLost,    // `lost` events of `thread` were not recorded: its ring was full
  kAlive,   // the program lived then and nothing else had happened
  kEnd,     // the log ends here in good order; `lost` in all
  kGap,     // lines about `span` (0: any) are missing before this: what was so may be so no more
};

struct Field {
  std::string_view name;
  Value value;
};

// A place in source code. `line` 0: none.
struct Location {
  std::string_view file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string_view function;  // empty where not known
};

struct Record {
  RecordKind kind{};
  std::int64_t at_unix_ns = 0;   // nanoseconds since 1970 UTC
  std::uint32_t thread = 0;      // number of the thread it happened on; 0 unknown
  SpanId span = trace::kNoSpan;  // the span concerned; for events the one it happened in
  SpanId parent = trace::kNoSpan;
  std::string_view name;
  std::string_view target;
  Level level = Level::kTrace;
  std::span<const Field> fields;

  // Where the program says so, for writers that keep what they said before: the same for the same
  // name, target, level and fields' names (kNew, kEvent), or parked_at (kExit). Null: not known.
  const void* callsite = nullptr;

  WakerOp op{};                    // kWaker
  SpanId task = trace::kNoSpan;    // kWaker: span id of the task whose waker it is
  std::optional<bool> self_wake;   // kWaker, where the format says so itself
  std::optional<bool> destroy;     // kEnter: not a poll but the destruction of the task
  std::optional<Outcome> outcome;  // kClose
  Location parked_at;              // kExit: the co_await in which a task's poll suspended
  std::uint64_t lost = 0;          // kLost, kEnd
  std::uint64_t lost_closes = 0;   // kLost: of these, ends of spans that the log may know
  bool implied = false;            // made up by the reader; kNew: the beginning is not in the log
  bool retold = false;             // how it stood when a part of a log began, told again there
  bool span_guessed = false;       // kWaker: `span` is one of several that look alike
};

// The target of waker events as our runtime writes them; Tokio's is "tokio::task::waker".
inline constexpr std::string_view kWakerTarget = "runtime::waker";

// "waker.clone", "waker.drop", "waker.wake", "waker.wake_by_ref".
std::string_view waker_op_name(WakerOp op) noexcept;
// Whether it wakes the task, and neither makes a waker nor drops one only.
constexpr bool is_wake(WakerOp op) noexcept {
  return op == WakerOp::kWake || op == WakerOp::kWakeByRef;
}
// The inverse of waker_op_name(); nothing for any other text.
std::optional<WakerOp> waker_op_from_name(std::string_view name) noexcept;

// "TRACE", "DEBUG", "INFO", "WARN", "ERROR".
std::string_view level_name(Level level) noexcept;
std::optional<Level> level_from_name(std::string_view name) noexcept;

// "completed", "cancelled", "panicked".
std::string_view outcome_name(Outcome outcome) noexcept;
std::optional<Outcome> outcome_from_name(std::string_view name) noexcept;

}  // namespace ari::subscriber

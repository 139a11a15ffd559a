// TextWriter: Records as the lines that people read.
//
//   2026-11-23T12:34:01.926359Z TRACE runtime.spawn[7]{kind=task, task.name=ping} enter
//   2026-11-23T12:34:01.926361Z TRACE runtime::waker: op="waker.wake", task.id=7
//
// The grammar and the colours are those of ari-subscriber for Tokio programs: time in UTC
// to the microsecond (cut, not rounded), level, every span around it with its fields from
// the root to the leaf, then what happened. A live stream and `ari-replay show` both print
// through this class. Outcomes, parking places and threads have no room in that grammar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "subscriber/colour.h"
#include "subscriber/open_spans.h"
#include "subscriber/record.h"
#include "subscriber/timestamp.h"

namespace ari::subscriber {

// What a line's time counts from.
enum class TextTimes : std::uint8_t {
  kUtc,    // 2026-11-23T12:34:01.926359Z
  kUptime  // +1.926359s: the program's start, which records take for 1970-01-01T00:00:00Z
};

// What stands in a scope for so many spans, as if it were one: "…[13]{spans left out}".
inline constexpr std::string_view kLeftOutName = "…", kLeftOutFields = "spans left out";

// Not thread-safe. Memory grows with the number of spans that are open.
class TextWriter {
 public:
  // Spans inside each other that a line has at most. Of more it has the outermost, the last two,
  // and in between how many are left out: else lines of very deep spans, each of which repeats all
  // that are around it, would grow with the square of their number.
  static constexpr std::size_t kDeepest = 32;

  explicit TextWriter(ColourDepth depth, TextTimes times = TextTimes::kUtc);

  // Appends the record's line with its line end; nothing for records that have no line:
  // header, thread, end, and spans that a reader made up. Must see every record of a log,
  // in order, since lines repeat what `new` said. A span whose `new` was not seen is
  // printed as ?[ID]{}; text is escaped so that no value can drive a terminal.
  void write(const Record& record, std::string& out);

 private:
  // What is kept of a span while it is open.
  struct Span {
    // The spans around it and itself, coloured, each with a blank after.
    std::string scope;
    Hue hue;
    Level level;
    std::size_t depth = 1;        // how many spans that is, those that are left out included
    std::size_t outer_bytes = 0;  // of the scope, its outermost kOutermost
    std::size_t own_bytes = 0;    // of the scope, itself at the end
  };

  static constexpr std::size_t kOutermost = kDeepest - 2;

  void open_span(const Record& record);
  void append_scope_of_child(const Span& parent, std::string& out) const;
  void append_span(std::string& out, Hue hue, std::string_view name, SpanId id,
                   std::span<const Field> fields) const;
  // The span's scope, or that of a span never seen (valid until the next call).
  const Span& find_span(SpanId id);
  void append_start(std::string& out, const Record& record, Level level);
  void write_lifecycle(std::string& out, const Record& record, std::string_view word);
  void write_event(std::string& out, const Record& record);
  void write_waker(std::string& out, const Record& record);
  void write_lost(std::string& out, const Record& record);
  void append_target(std::string& out, Hue hue, std::string_view target) const;
  void begin_second(std::int64_t at_unix_ns);

  Palette palette_;
  TextTimes times_;
  Timestamp timestamp_;
  std::string second_;  // a line's beginning up to the fraction, for the current second
  OpenSpans<Span> spans_;
  Span unseen_;
};

// Appends one value: text in quotes or, for kDisplay, bare; floats with a point.
void append_value(std::string& out, const Value& value);

}  // namespace ari::subscriber

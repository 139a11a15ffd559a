// FmtRecords: what all formats of tracing_subscriber::fmt have in common, behind the
// taking apart of their lines.
//
// A reader of one of the formats makes a FmtLine of each line; here it becomes Records,
// with the span found out (fmt_spans.h) and wakers joined to their tasks (fmt_wakers.h).
// Spans that the log shows without their beginning are made up when first seen.
//
// fmt prints a span's beginning, enter, exit and close as events of the span's own target
// whose message is that word. An event of the program with that message and nothing else,
// in a span of the same module, looks the same. So a line is an event if its level or
// target are not the span's, or if it is `new` inside the very span that would be new; and
// `close` has to come with the span's times. What is still taken for the wrong one is a
// span of the program's own, never one of Tokio's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "replay/input/coverage.h"
#include "replay/input/fmt_busy.h"
#include "replay/input/fmt_spans.h"
#include "replay/input/fmt_stamp.h"
#include "replay/input/fmt_wakers.h"
#include "replay/input/reader.h"
#include "replay/input/rust_text.h"
#include "subscriber/record.h"

namespace ari::replay {

enum class FmtWord : std::uint8_t { kEvent, kNew, kEnter, kExit, kClose };

// How long a span was entered, and was not, in nanoseconds, to three digits or so.
struct FmtCloseTimes {
  std::int64_t busy_ns = 0, idle_ns = 0;
};

// One line, taken apart. Text is valid as long as the line's.
struct FmtLine {
  std::int64_t at_unix_ns = 0;
  FmtClock clock{};
  std::int64_t step_ns = 1;  // as FmtStampReader::step_ns()
  trace::Level level = trace::Level::kTrace;
  std::uint32_t thread = 0;        // the number in ThreadId(…); 0: not told
  std::string_view thread_name;    // empty: not told
  FmtWord word = FmtWord::kEvent;  // what it is if it is about a span
  std::string_view target;
  std::string_view span;  // text of the span it is about or in; empty: in none, or not told
  bool span_told = true;  // false: the format was told to leave the line's own span out
  std::span<const subscriber::Field> fields;  // of an event; a message is called "message"
  std::optional<FmtCloseTimes> times;         // of a close

  // The texts of the spans that the thread is inside of, root first, where the line tells
  // them apart from `span`.
  bool has_around = false;
  std::span<const std::string_view> around;
};

// What a span's text says. Its text is the span's, or in `room`.
struct FmtSpanText {
  std::string_view name;
  std::string_view target;  // empty: not told
  Fields fields;
  LineText room;
  bool parent_told = false;  // whether `parent` counts
  std::string_view parent;   // text of its parent; empty: it has none
};

// How a format writes spans.
class FmtSyntax {
 public:
  virtual ~FmtSyntax() = default;
  // Takes apart the text of a span that began, or was first seen, on this thread.
  virtual void describe(std::string_view span, std::uint32_t thread, FmtSpans& spans,
                        FmtSpanText& says) = 0;
};

class FmtRecords {
 public:
  // Requires: `syntax` outlives this. `tells_scope`: whether a span's text holds those of
  // the spans around it.
  FmtRecords(FmtSyntax& syntax, bool tells_scope) : syntax_(syntax), tells_scope_(tells_scope) {}

  // Hands on what the line tells.
  void deliver(const FmtLine& fmt, const Line& line, RecordSink& sink, Coverage& coverage);

  FmtSpans& spans() noexcept { return spans_; }

  // What any log of fmt tells; more once lines are seen that tell it.
  static constexpr Facts kFacts{.span_ids = false,
                                .lifetimes = false,
                                .polls = false,
                                .locations = true,
                                .targets = true,
                                .resources = true};

 private:
  struct Out;  // one line, and where its records go

  bool is_about_span(const FmtLine& fmt);
  void new_span(const Out& out);
  void enter(const Out& out);
  void exit(const Out& out);
  void close(const Out& out);
  void tell_times(FmtSlot slot, const Out& out);
  void event(const Out& out);
  bool is_of_resource(FmtSlot slot) const;
  void note_permits(const subscriber::Record& record, FmtSlot in);
  FmtSlot task_polled(const FmtLine& fmt, FmtSlot in);
  void name_thread(const Out& out);
  void note_clock(const Out& out);

  FmtSlot begin(std::string_view text, std::optional<FmtSlot> parent, bool implied, const Out& out);
  void restart();
  void announce(FmtSlot slot, const FmtSpanText& says, bool implied, const Out& out);
  FmtSlot find_parent(std::string_view text, const Out& out);
  std::optional<FmtSlot> parent_around(const Out& out, bool without_last);
  FmtSlot likely_parent(const FmtSpanText& says, FmtKind kind, std::uint32_t thread);
  void check_parent(FmtSlot slot, const Out& out);
  FmtSlot recorded(std::string_view text, const Out& out);

  FmtSyntax& syntax_;
  bool tells_scope_;
  FmtSpans spans_;
  FmtWakers wakers_;
  FmtBusy busy_;
  bool is_whole_ = true;  // no task was seen without its beginning
  bool clock_noted_ = false;
  int depth_ = 0;  // of begin() within itself
  std::unordered_map<std::uint32_t, std::string> thread_names_;
  // Of spans by name and target, where it is not as likely_parent() has it: whether they
  // begin inside of what their thread is inside of.
  std::unordered_map<std::string, bool> contextual_;
};

}  // namespace ari::replay

// ari text: the lines that ARI=stdout shows, and those of ari-subscriber for Tokio.
//
//   2026-11-23T12:34:01.927131Z TRACE runtime.spawn[5]{kind=task, …} enter
//   2026-11-23T12:34:01.927158Z  INFO runtime.spawn[5]{kind=task, …} app: fun=true pre-yield
//   2026-11-23T12:34:01.927227Z TRACE tokio::task::waker: op="waker.wake", task.id=5
//
// Every line repeats the chain of spans it happened in, root first, ids included, which
// is where parents come from. A span whose `new` line is not in the log is made up from
// the first line that shows it. There are no threads, no targets of spans, and nothing
// tells a task's destruction from a poll.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "replay/input/line_text.h"
#include "replay/input/reader.h"
#include "replay/input/rust_text.h"
#include "replay/input/span_text.h"
#include "replay/input/timestamp.h"

namespace ari::replay {

class AriTextReader : public Reader {
 public:
  LineUse read(const Line& line, RecordSink& sink, Coverage& coverage) override;

  // How sure one line, without its colours, makes us that the log is of this format.
  enum class Likeness : std::uint8_t {
    kNone,
    kEvent,  // a timestamp, a level and an event outside any span, as other loggers write too
    kSpan,   // a span with its id
  };
  static Likeness likeness(std::string_view line);
  // What a log is called as long as no line of it is about a span, or in one.
  static constexpr std::string_view kWithoutSpans = "text log without spans";
  static constexpr Facts kFacts{.locations = true, .resources = true};

 private:
  struct Entry;  // one line, taken apart

  bool parse(std::string_view text, Entry& entry);
  bool parse_scope(std::string_view text, Entry& entry);
  bool parse_tail(std::string_view text, Entry& entry);
  bool parse_event(std::string_view text, Entry& entry);
  void announce_spans(const Entry& entry, const Line& line, RecordSink& sink, Coverage& coverage);
  void deliver(Entry& entry, const Line& line, RecordSink& sink, Coverage& coverage);

  TimestampReader timestamps_;
  SpanTexts spans_;
  std::unordered_map<subscriber::SpanId, subscriber::Outcome> outcomes_;  // of tasks still open
  std::vector<SpanText> scope_;    // of the line being read, root first
  std::uint64_t conversions_ = 0;  // converted_line.h
  bool is_damaged_ = false;        // the line before could not be read
  Fields fields_;
  std::string plain_;  // the line without its colours
  LineText room_;
};

}  // namespace ari::replay

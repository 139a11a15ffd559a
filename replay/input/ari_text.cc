#include "replay/input/ari_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "replay/input/converted_line.h"
#include "replay/input/emit.h"
#include "replay/input/other_line.h"
#include "replay/input/problems.h"
#include "replay/input/sgr.h"
#include "replay/input/telling_events.h"
#include "replay/input/utf8.h"
#include "subscriber/text_writer.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;

namespace {

// The level in its five columns at the front of `text`.
std::optional<trace::Level> read_level(std::string_view text) {
  std::string_view columns = text.substr(0, 5);
  if (columns.starts_with(' ')) columns.remove_prefix(1);
  return subscriber::level_from_name(columns);
}

}  // namespace

struct AriTextReader::Entry {
  std::int64_t at_unix_ns = 0;
  trace::Level level{};
  std::size_t at = 0;  // how far the line was read
  RecordKind kind = RecordKind::kEvent;
  std::string_view target;  // of an event
  std::string_view text;    // of an event: what follows the target
  bool is_ours = false;     // the line has a timestamp, so it is meant to be of this format
  std::string_view wanted;  // the line departs from the format: what was expected at `at`,
  std::string_view wrong;   // or a sentence that says it all

  bool expected(std::string_view what) {
    wanted = what;
    return false;
  }
  // Worded only where it is told: most lines that are tried are of other formats.
  std::string fault(std::string_view line) const {
    if (wanted.empty()) return std::string(wrong);
    return fmt::format("expected {}, found {}", wanted, found_at(line, at));
  }
};

LineUse AriTextReader::read(const Line& line, RecordSink& sink, Coverage& coverage) {
  std::string_view text = line.text;
  const bool coloured = is_coloured(text);
  if (coloured) {
    strip_colour(text, plain_);
    text = plain_;
  }
  const auto note = [&](Severity severity, std::size_t offset, std::string message) {
    const std::size_t before = coverage.problems.size();
    const Line shown{line.number, text, line.ended};
    note_problem(coverage, severity, shown, offset, std::move(message));
    // The excerpt reads better without colours, but the column is the file's.
    if (coverage.problems.size() > before) {
      Problem& problem = coverage.problems.back();
      if (coloured) problem.column = coloured_offset(line.text, offset) + 1;
    }
  };

  room_.start(text.size());
  Entry entry;
  if (!parse(text, entry)) {
    const bool ours = entry.is_ours;
    // Behind a line that does not end where it should, the rest of it is to be expected.
    if (!ours && !is_damaged_ && is_other_text(line, text)) return LineUse::kOther;
    is_damaged_ = true;
    note(ours ? Severity::kDataLoss : Severity::kInfo, entry.at,
         (ours ? "" : "not a log line: ") + entry.fault(text));
    return LineUse::kSkipped;
  }
  // The words about spans are complete or not there; anything else may go on. A coloured
  // event ends by resetting the colour.
  const bool whole = line.ended || entry.kind != RecordKind::kEvent ||
                     (coloured && line.text.ends_with("\x1b[0m"));
  if (!whole) {
    note(Severity::kDataLoss, text.size(),
         "expected a line end, found the end of the input: the line may be cut");
    return LineUse::kSkipped;
  }
  if (const std::size_t invalid = first_invalid_utf8(text); invalid != kValidUtf8) {
    note(Severity::kInfo, invalid,
         fmt::format("expected UTF-8, found {}: kept as it is", found_at(text, invalid)));
  }
  is_damaged_ = false;
  if (entry.at_unix_ns % 1000 != 0) coverage.facts.nanoseconds = true;
  deliver(entry, line, sink, coverage);
  return LineUse::kUsed;
}

bool AriTextReader::parse(std::string_view text, Entry& entry) {
  const std::size_t stamp = timestamps_.read(text, entry.at_unix_ns);
  if (stamp == 0) return entry.expected("a timestamp such as 2026-11-23T12:34:01.927131Z");
  entry.is_ours = true;
  entry.at = stamp;
  const std::string_view level = text.substr(std::min(stamp + 1, text.size()));
  const auto known_level = read_level(level);
  const bool has_columns = level.size() > 5 && level[5] == ' ';
  if (text.substr(stamp, 1) != " " || !known_level || !has_columns) {
    return entry.expected("a blank and a level (TRACE, DEBUG, INFO, WARN, ERROR)");
  }
  entry.level = *known_level;
  entry.at = stamp + 7;
  return parse_scope(text, entry) && parse_tail(text, entry);
}

bool AriTextReader::parse_scope(std::string_view text, Entry& entry) {
  scope_.clear();
  while (const auto span = spans_.read(text.substr(entry.at), entry.wrong)) {
    const bool stands_for_others =
        span->name == subscriber::kLeftOutName && span->fields == subscriber::kLeftOutFields;
    if (!stands_for_others) scope_.push_back(*span);
    entry.at += span->length;
    if (entry.at < text.size()) ++entry.at;  // the blank
  }
  return entry.wrong.empty();
}

bool AriTextReader::parse_tail(std::string_view text, Entry& entry) {
  const std::string_view rest = text.substr(entry.at);
  if (!scope_.empty()) {
    if (rest == "new") return entry.kind = RecordKind::kNew, true;
    if (rest == "enter") return entry.kind = RecordKind::kEnter, true;
    if (rest == "exit") return entry.kind = RecordKind::kExit, true;
    if (rest == "close") return entry.kind = RecordKind::kClose, true;
  }
  return parse_event(text, entry);
}

bool AriTextReader::parse_event(std::string_view text, Entry& entry) {
  const std::string_view rest = text.substr(entry.at);
  std::size_t colon = rest.find(": ");
  if (colon == std::string_view::npos && rest.ends_with(':')) colon = rest.size() - 1;
  if (colon == std::string_view::npos || colon == 0) {
    return entry.expected(scope_.empty()
                              ? "a span as NAME[ID]{FIELDS} or an event as TARGET: FIELDS MESSAGE"
                              : "new, enter, exit, close, a span or an event as TARGET: FIELDS "
                                "MESSAGE");
  }
  entry.kind = RecordKind::kEvent;
  entry.target = rest.substr(0, colon);
  entry.text = rest.substr(std::min(colon + 2, rest.size()));
  return true;
}

// Tells of the spans of the line's scope whose beginning was not in the log, and
// remembers them.
void AriTextReader::announce_spans(const Entry& entry, const Line& line, RecordSink& sink,
                                   Coverage& coverage) {
  Record record;
  record.kind = RecordKind::kNew;
  record.at_unix_ns = entry.at_unix_ns;
  record.level = entry.level;
  for (std::size_t i = 0; i < scope_.size(); ++i) {
    const SpanText& span = scope_[i];
    const bool begins_here = entry.kind == RecordKind::kNew && i + 1 == scope_.size();
    if (span.known && !begins_here) continue;
    fields_.clear();
    room_.start(line.text.size());
    read_span_fields(span.fields, kAriList, room_, fields_);
    record.span = span.id;
    record.parent = i > 0 ? scope_[i - 1].id : trace::kNoSpan;
    record.name = span.name;
    record.fields = fields_;
    record.implied = !begins_here;
    spans_.remember(span);
    outcomes_.erase(span.id);
    emit(record, line, sink, coverage);
  }
}

void AriTextReader::deliver(Entry& entry, const Line& line, RecordSink& sink, Coverage& coverage) {
  if (!scope_.empty() && coverage.format == kWithoutSpans) coverage.format = "ari text";
  announce_spans(entry, line, sink, coverage);
  if (entry.kind == RecordKind::kNew) return;
  Record record;
  record.kind = entry.kind;
  record.at_unix_ns = entry.at_unix_ns;
  record.level = entry.level;
  if (!scope_.empty()) record.span = scope_.back().id;
  if (entry.kind == RecordKind::kEvent) {
    fields_.clear();
    room_.start(line.text.size());
    read_event_fields(entry.text, room_, fields_);
    record.target = entry.target;
    record.fields = fields_;
    if (entry.target == kConvertedTarget && scope_.empty()) {
      coverage.torn |= read_converted_line(fields_, conversions_++ == 0, coverage).torn;
      return;
    }
    make_special(record);
    if (const auto told = told_outcome(record)) {
      outcomes_[told->task] = told->outcome;
      coverage.facts.outcomes = true;
    }
  } else if (entry.kind == RecordKind::kClose) {
    if (const auto outcome = outcomes_.extract(record.span)) record.outcome = outcome.mapped();
    spans_.forget(record.span);
  }
  emit(record, line, sink, coverage);
}

AriTextReader::Likeness AriTextReader::likeness(std::string_view line) {
  AriTextReader reader;
  reader.room_.start(line.size());
  Entry entry;
  if (!reader.parse(line, entry)) return Likeness::kNone;
  return reader.scope_.empty() ? Likeness::kEvent : Likeness::kSpan;
}

}  // namespace ari::replay

#include "replay/input/ari_jsonl.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "replay/input/converted_line.h"
#include "replay/input/emit.h"
#include "replay/input/other_line.h"
#include "replay/input/problems.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;
using subscriber::WakerOp;

namespace {

RecordKind kind_of(JsonlWord word) {
  switch (word) {
    case JsonlWord::kLog:
      return RecordKind::kHeader;
    case JsonlWord::kThread:
      return RecordKind::kThread;
    case JsonlWord::kNew:
      return RecordKind::kNew;
    case JsonlWord::kEnter:
      return RecordKind::kEnter;
    case JsonlWord::kExit:
      return RecordKind::kExit;
    case JsonlWord::kClose:
      return RecordKind::kClose;
    case JsonlWord::kClone:
    case JsonlWord::kDrop:
    case JsonlWord::kWake:
    case JsonlWord::kWakeByRef:
      return RecordKind::kWaker;
    case JsonlWord::kLost:
      return RecordKind::kLost;
    case JsonlWord::kAlive:
      return RecordKind::kAlive;
    case JsonlWord::kEnd:
      return RecordKind::kEnd;
    case JsonlWord::kGap:
      return RecordKind::kGap;
    case JsonlWord::kEvent:
    case JsonlWord::kLoc:
    case JsonlWord::kConverted:
      break;
  }
  return RecordKind::kEvent;
}

WakerOp op_of(JsonlWord word) {
  switch (word) {
    case JsonlWord::kDrop:
      return WakerOp::kDrop;
    case JsonlWord::kWake:
      return WakerOp::kWake;
    case JsonlWord::kWakeByRef:
      return WakerOp::kWakeByRef;
    default:
      return WakerOp::kClone;
  }
}

// 0: the header does not tell.
std::uint64_t pid_of(const JsonlEntry& header) {
  for (const subscriber::Field& field : header.fields) {
    if (field.name == "pid" && field.value.type() == trace::ValueType::kU64) {
      return field.value.as_u64();
    }
  }
  return 0;
}

// How long the line end is that `text` begins with; 0: it begins with none.
std::size_t line_end_at(std::string_view text) {
  if (text.starts_with('\n')) return 1;
  return text.starts_with("\r\n") ? 2 : 0;
}

}  // namespace

bool AriJsonlReader::recognises(std::string_view line) {
  LineText room;
  JsonCursor json(line, room);
  TimestampReader timestamps;
  JsonlEntry entry;
  return json.peek() == '{' && read_jsonl_entry(json, timestamps, entry);
}

LineUse AriJsonlReader::read(const Line& line, RecordSink& sink, Coverage& coverage) {
  const char* end = nullptr;
  const Record* record = plain_.match(line.text, end);
  const bool is_whole = record != nullptr && end == line.text.data() + line.text.size();
  if (!is_whole) return read_any(line, sink, coverage);
  pass_on(*record, line, sink, coverage);
  return LineUse::kUsed;
}

// All that pass_on() does for an event, once for all of them. Where the log begins or was cut, and
// before 1970, each line is for read().
ReadLines AriJsonlReader::read_simple(std::string_view text, std::uint64_t number, RecordSink& sink,
                                      Coverage& coverage) {
  if (at_cut_ || !begun_ || !coverage.orderly_end) return {};
  Line line{number, text, true};
  const char* const text_end = text.data() + text.size();
  const char* at = text.data();
  const char* end = nullptr;
  while (const Record* record = plain_.match({at, text_end}, end)) {
    line.text = {at, end};
    const std::size_t line_end = line_end_at({end, text_end});
    if (line_end == 0 || record->at_unix_ns < 0) break;
    note_instant(record->at_unix_ns, coverage);
    sink.record(*record, line);
    at = end + line_end;
    ++line.number;
  }
  const ReadLines lines{line.number - number, static_cast<std::size_t>(at - text.data())};
  coverage.events += lines.count;
  return lines;
}

LineUse AriJsonlReader::read_any(const Line& line, RecordSink& sink, Coverage& coverage) {
  const std::string_view text = line.text;
  JsonCursor json(text, room_);
  if (!read_jsonl_entry(json, timestamps_, entry_)) {
    return leave_json(line, json.fault(), coverage);
  }
  if (json.saw_non_ascii()) note_invalid_utf8(coverage, line);
  deliver(line, sink, coverage);
  return LineUse::kUsed;
}

void AriJsonlReader::deliver(const Line& line, RecordSink& sink, Coverage& coverage) {
  const JsonlEntry& entry = entry_;
  if (entry.word == JsonlWord::kLoc) {
    locations_.define(entry.loc, {entry.file, entry.line, entry.column, entry.function});
    return;
  }
  if (entry.word == JsonlWord::kConverted) {
    const ConvertedEnd end = read_converted_line(entry.fields, conversions_++ == 0, coverage);
    // The last line of its log: nothing of that is to come.
    coverage.torn = coverage.torn || end.torn;
    if (!end.is_told) coverage.orderly_end.reset();
    return;
  }
  Record record;
  record.kind = kind_of(entry.word);
  record.at_unix_ns = entry.at_unix_ns;
  record.thread = entry.thread;
  record.span = entry.id;
  record.name = entry.name;
  record.target = entry.target;
  record.level = entry.level;
  record.fields = entry.fields;
  switch (record.kind) {
    case RecordKind::kHeader:
      if (begin_log(line, sink, coverage)) return;
      record.name = entry.program;
      break;
    case RecordKind::kNew:
      record.parent = entry.in;
      record.implied = entry.implied;
      break;
    case RecordKind::kEnter:
      if (entry.destroy) tell_destroys(coverage);
      if (tells_destroys_) record.destroy = entry.destroy;
      break;
    case RecordKind::kExit: {
      const JsonlLocations::Defined& parked_at = locations_.find(entry.loc);
      record.parked_at = parked_at.place;
      record.callsite = parked_at.callsite;
      break;
    }
    case RecordKind::kClose:
      if (entry.seen.has(JsonlKey::kOutcome)) {
        tell_destroys(coverage);
        record.outcome = entry.outcome;
      }
      break;
    case RecordKind::kEvent:
      record.span = entry.in;
      break;
    case RecordKind::kWaker:
      record.span = entry.in;
      record.target = subscriber::kWakerTarget;
      record.op = op_of(entry.word);
      record.task = entry.task;
      record.self_wake = entry.self_wake;
      record.span_guessed = entry.guessed;
      break;
    case RecordKind::kLost:
      record.lost = entry.events;
      record.lost_closes = entry.closes;
      break;
    case RecordKind::kEnd:
      end_log(line, sink, coverage);
      record.lost = entry.lost;
      break;
    case RecordKind::kThread:
    case RecordKind::kAlive:
    case RecordKind::kGap:
      break;
  }
  pass_on(record, line, sink, coverage);
}

void AriJsonlReader::pass_on(const Record& record, const Line& line, RecordSink& sink,
                             Coverage& coverage) {
  begun_ = true;
  if (!coverage.orderly_end) coverage.orderly_end = false;
  if (at_cut_ || record.kind == RecordKind::kEnd) {
    return pass_on_at_cut(record, line, sink, coverage);
  }
  emit(record, line, sink, coverage);
}

void AriJsonlReader::tell_destroys(Coverage& coverage) {
  tells_destroys_ = true;
  plain_.tell_destroys();
  coverage.facts.destroys = true;
  coverage.facts.outcomes = true;
}

void AriJsonlReader::pass_on_at_cut(const Record& record, const Line& line, RecordSink& sink,
                                    Coverage& coverage) {
  if (record.kind == RecordKind::kEnd) {
    release_end(sink, coverage);
    held_end_ = {record.at_unix_ns, record.lost, line.number};
    retold_left_ = 0;
    at_cut_ = true;
    return;
  }
  if (is_event(record.kind) && retold_left_ > 0) {
    at_cut_ = --retold_left_ > 0;
    ++retold_;
    if (skips_retold_) return;
    Record again = record;
    again.retold = true;
    again.implied = record.kind == RecordKind::kNew;
    note_instant(again.at_unix_ns, coverage);
    return hand_on(again, line, sink);
  }
  release_end(sink, coverage);
  emit(record, line, sink, coverage);
}

void AriJsonlReader::release_end(RecordSink& sink, Coverage& coverage) {
  if (!held_end_) return;
  Record end;
  end.kind = RecordKind::kEnd;
  end.at_unix_ns = held_end_->at_unix_ns;
  end.lost = held_end_->lost + lost_before_;
  const Line line{held_end_->line_number, {}, true};
  held_end_.reset();
  lost_before_ = 0;
  at_cut_ = retold_left_ > 0;
  emit(end, line, sink, coverage);
}

void AriJsonlReader::pause(bool at_end, RecordSink& sink, Coverage& coverage) {
  if (at_end) release_end(sink, coverage);
}

// Whether the log that begins is of the process that the one before it was of, and a later part.
bool AriJsonlReader::is_same_process() const {
  return begun_ && entry_.part > part_ && pid_of(entry_) == pid_ && entry_.program == program_;
}

// The log that begins goes on with the one before it.
void AriJsonlReader::go_on(bool skips_retold) {
  if (held_end_) lost_before_ += held_end_->lost;
  held_end_.reset();
  retold_left_ = entry_.retold;
  skips_retold_ = skips_retold;
  at_cut_ = retold_left_ > 0;
}

// Returns whether it goes on with the log before it.
bool AriJsonlReader::begin_log(const Line& line, RecordSink& sink, Coverage& coverage) {
  if (entry_.seen.has(JsonlKey::kClock)) tell_destroys(coverage);  // no other log's tells it
  locations_.clear();
  retold_ = 0;
  const std::uint64_t part = std::max<std::uint64_t>(1, entry_.part);
  const std::uint64_t parts_read = is_same_process() ? part_ : 0;
  const bool is_next_part =
      parts_read > 0 && part == parts_read + 1 && held_end_ && entry_.seen.has(JsonlKey::kRetold);
  const bool is_behind_gap = std::exchange(behind_gap_, false) && parts_read > 0 && !is_next_part;
  part_ = part;
  pid_ = pid_of(entry_);
  program_ = entry_.program;
  coverage.orderly_end = false;
  // As many as a log can say, sums over all logs that can be read at a time do not overflow.
  constexpr std::uint64_t kMostMissing = std::uint64_t{1} << 32;
  coverage.parts_missing += std::min(part - parts_read - 1, kMostMissing);
  before_ = {coverage.events, coverage.events_lost, coverage.lines_skipped};
  if (is_behind_gap) {
    ++coverage.part_gaps;
    all_ended_ = true;  // of the file that begins
    Record gap;
    gap.kind = RecordKind::kGap;
    gap.at_unix_ns = entry_.at_unix_ns;
    gap.implied = true;
    hand_on(gap, line, sink);
  }
  if (is_next_part || is_behind_gap) {
    go_on(is_next_part);
    return true;
  }
  retold_left_ = entry_.retold;
  skips_retold_ = false;
  at_cut_ = held_end_.has_value() || retold_left_ > 0;
  if (!held_end_) lost_before_ = 0;
  if (entry_.version != 1) {
    note_problem(coverage, Severity::kError, line,
                 fmt::format("expected version 1 of the log format, found {}: read as if it were "
                             "1, figures may be wrong",
                             entry_.version));
  }
  if (entry_.part > 1) {
    note_problem(coverage, Severity::kInfo, line,
                 fmt::format("part {} of a log that was cut by size: what was open is told as it "
                             "stood then, but not since when",
                             entry_.part));
  }
  if (begun_) {
    ++coverage.recordings;
    all_ended_ = all_ended_ && held_end_.has_value();
  }
  coverage.program = entry_.program;
  // Of several logs in a row, the filter of any makes figures of the whole incomplete.
  if (!entry_.filter.empty()) coverage.filter = entry_.filter;
  return false;
}

// The end says how many events there are: what is not there of them is as good as lost, unless a
// line that could not be read may hold it.
void AriJsonlReader::end_log(const Line& line, RecordSink& sink, Coverage& coverage) {
  coverage.orderly_end = all_ended_;
  const std::uint64_t read = coverage.events - before_.events + retold_;
  if (entry_.seen.has(JsonlKey::kEvents) && entry_.events != read) {
    note_problem(coverage, Severity::kDataLoss, line,
                 fmt::format("expected {} events, as this line says were written, found {}",
                             entry_.events, read));
    const std::uint64_t found = read + coverage.lines_skipped - before_.lines_skipped;
    coverage.events_missing += entry_.events - std::min(entry_.events, found);
  }
  const std::uint64_t told_lost = coverage.events_lost - before_.events_lost;
  if (entry_.lost <= told_lost) return;
  Record lost;
  lost.kind = RecordKind::kLost;
  lost.at_unix_ns = entry_.at_unix_ns;
  lost.lost = entry_.lost - told_lost;
  emit(lost, line, sink, coverage);
}

}  // namespace ari::replay

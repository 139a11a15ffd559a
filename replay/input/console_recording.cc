#include "replay/input/console_recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "replay/input/emit.h"
#include "replay/input/other_line.h"
#include "replay/input/problems.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;

bool ConsoleRecordingReader::recognises(std::string_view line) noexcept {
  line.remove_prefix(std::min(line.find_first_not_of('\0'), line.size()));
  if (!line.starts_with("{\"")) return false;
  line.remove_prefix(2);
  const std::size_t quote = line.find('"');
  if (quote == std::string_view::npos || quote + 1 >= line.size()) return false;
  if (line[quote + 1] != ':') return false;
  const ConsoleEntry::Kind kind = ConsoleEntry::kind_from_key(line.substr(0, quote));
  if (kind != ConsoleEntry::Kind::kHeader) return kind != ConsoleEntry::Kind::kNone;
  // A header holds its version and no more; bunyan's lines begin with one too.
  line.remove_prefix(quote + 2);
  const std::size_t end = line.find_first_not_of(" 0123456789");
  return end != std::string_view::npos && line[end] == '}';
}

LineUse ConsoleRecordingReader::read(const Line& line, RecordSink& sink, Coverage& coverage) {
  std::string_view text = line.text;
  // A second writer that truncated the shared file leaves a hole of NULs in front of what
  // the first one wrote next.
  const std::size_t nuls = std::min(text.find_first_not_of('\0'), text.size());
  text.remove_prefix(nuls);
  if (nuls > 0) {
    note_problem(coverage, Severity::kDataLoss, line, 0,
                 fmt::format("expected a recording's line, found {} NUL bytes in front of it: the "
                             "file was overwritten while it was being recorded",
                             nuls));
  }
  if (text.empty()) return LineUse::kSkipped;

  ConsoleEntry entry;
  if (read_plain_console_entry(text, entry)) {
    deliver(entry, line, sink, coverage);
    return LineUse::kUsed;
  }
  entry = {};
  JsonCursor json(text, room_);
  if (!read_console_entry(json, entry)) {
    const Fault& fault = json.fault();
    if (nuls == 0 && is_other_than_json(line)) return LineUse::kOther;
    if (text[0] != '{') {
      note_problem(coverage, Severity::kInfo, line, nuls, "not a log line: " + fault.message);
    } else {
      note_problem(coverage, Severity::kDataLoss, line, nuls + fault.offset, fault.message);
    }
    return LineUse::kSkipped;
  }
  if (json.saw_non_ascii()) note_invalid_utf8(coverage, line);
  if (entry.kind == ConsoleEntry::Kind::kHeader) {
    begin_recording(entry, line, coverage);
  } else {
    deliver(entry, line, sink, coverage);
  }
  return LineUse::kUsed;
}

void ConsoleRecordingReader::begin_recording(const ConsoleEntry& entry, const Line& line,
                                             Coverage& coverage) {
  if (entry.version != 1) {
    note_problem(coverage, Severity::kError, line,
                 fmt::format("expected version 1 of the recording format, found {}: read as if it "
                             "were 1, figures may be wrong",
                             entry.version));
  }
  // What came before a header, if anything, is a recording of its own.
  if (headers_++ > 0 || coverage.events > 0) ++coverage.recordings;
  open_.clear();
  header_line_ = line.number;
}

void ConsoleRecordingReader::deliver(const ConsoleEntry& entry, const Line& line, RecordSink& sink,
                                     Coverage& coverage) {
  Record record;
  record.at_unix_ns = *entry.at_unix_ns;
  if (header_line_ != 0) {
    record.kind = RecordKind::kHeader;
    emit(record, Line{std::exchange(header_line_, 0), {}, true}, sink, coverage);
  }
  record.span = *entry.id;
  if (entry.kind == ConsoleEntry::Kind::kWaker) {
    record.kind = RecordKind::kWaker;
    record.span = trace::kNoSpan;
    record.task = *entry.id;
    record.target = "tokio::task::waker";
    record.op = entry.op->op;
    record.self_wake = entry.op->self_wake;
    return emit(record, line, sink, coverage);
  }
  if (entry.kind == ConsoleEntry::Kind::kSpawn) {
    open_.insert(record.span);
    record.kind = RecordKind::kNew;
    record.name = "runtime.spawn";
    record.fields = entry.fields;
    return emit(record, line, sink, coverage);
  }
  if (open_.insert(record.span).second) {
    record.kind = RecordKind::kNew;
    record.implied = true;
    emit(record, line, sink, coverage);
    record.implied = false;
  }
  switch (entry.kind) {
    case ConsoleEntry::Kind::kEnter:
      record.kind = RecordKind::kEnter;
      break;
    case ConsoleEntry::Kind::kExit:
      record.kind = RecordKind::kExit;
      break;
    default:
      record.kind = RecordKind::kClose;
      open_.erase(record.span);
      break;
  }
  emit(record, line, sink, coverage);
}

}  // namespace ari::replay

#include "subscriber/jsonl_writer.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <iterator>

#include "subscriber/escape.h"
#include "subscriber/number.h"
#include "subscriber/text_writer.h"

namespace ari::subscriber {

namespace {

void append_key(std::string& out, std::string_view key, std::uint64_t value) {
  out.append(",\"").append(key).append("\":");
  append_number(out, value);
}

void append_key(std::string& out, std::string_view key, std::string_view value) {
  out.append(",\"").append(key).append("\":");
  append_json_string(out, value);
}

void append_span(std::string& out, std::string_view key, SpanId id) {
  if (id != trace::kNoSpan) append_key(out, key, id);
}

void append_level(std::string& out, Level level) {
  if (level != Level::kTrace) append_key(out, "level", level_name(level));
}

void end_line(std::string& out) { out.append("}\n"); }

// JSON has no NaN and no infinities: they are strings that text logs print bare.
bool is_unspeakable(const Value& value) {
  return value.type() == ValueType::kF64 && !std::isfinite(value.as_f64());
}

bool is_shown_bare(const Value& value) {
  return value.type() == ValueType::kDisplay || is_unspeakable(value);
}

void append_json_value(std::string& out, const Value& value) {
  if (value.is_text()) return append_json_string(out, value.text());
  if (is_unspeakable(value)) out.push_back('"');
  append_value(out, value);
  if (is_unspeakable(value)) out.push_back('"');
}

void append_values(std::string& out, std::span<const Field> fields) {
  std::string_view before = ",\"fields\":{";
  for (const Field& field : fields) {
    if (field.value.type() == ValueType::kNone) continue;
    out.append(before);
    append_json_string(out, field.name);
    out.push_back(':');
    append_json_value(out, field.value);
    before = ",";
  }
  if (before == ",") out.push_back('}');
}

void append_bare_names(std::string& out, std::span<const Field> fields) {
  std::string_view before = ",\"display\":[";
  for (const Field& field : fields) {
    if (!is_shown_bare(field.value)) continue;
    out.append(before);
    append_json_string(out, field.name);
    before = ",";
  }
  if (before == ",") out.push_back(']');
}

void append_fields_as_json(std::string& out, std::span<const Field> fields) {
  append_values(out, fields);
  append_bare_names(out, fields);
}

}  // namespace

JsonlWriter::JsonlWriter() {
  second_.assign("{\"at\":\"").append(timestamp_.date_and_time()).append(".");
}

void JsonlWriter::write(const Record& record, std::string& out) {
  if (record.implied) return;
  if (record.kind >= RecordKind::kNew && record.kind <= RecordKind::kWaker) ++events_;
  switch (record.kind) {
    case RecordKind::kHeader:
      return write_header(record, out);
    case RecordKind::kThread:
      append_start(out, record, "thread");
      append_key(out, "name", record.name);
      return end_line(out);
    case RecordKind::kNew:
      append_start(out, record, "new");
      append_span(out, "id", record.span);
      append_span(out, "in", record.parent);
      append_key(out, "name", record.name);
      append_key(out, "target", record.target);
      append_level(out, record.level);
      append_fields_as_json(out, record.fields);
      return end_line(out);
    case RecordKind::kEnter:
      append_start(out, record, "enter");
      append_span(out, "id", record.span);
      if (record.destroy.value_or(false)) out.append(",\"destroy\":true");
      return end_line(out);
    case RecordKind::kExit:
      return write_exit(record, out);
    case RecordKind::kClose:
      return write_close(record, out);
    case RecordKind::kEvent:
      append_start(out, record, "event");
      append_span(out, "in", record.span);
      append_key(out, "target", record.target);
      append_level(out, record.level);
      append_fields_as_json(out, record.fields);
      return end_line(out);
    case RecordKind::kWaker:
      return write_waker(record, out);
    case RecordKind::kLost:
      append_start(out, record, "lost");
      append_key(out, "events", record.lost);
      return end_line(out);
    case RecordKind::kEnd:
      return write_end(record, out);
  }
}

void JsonlWriter::append_start(std::string& out, std::int64_t at_unix_ns, std::uint32_t thread,
                               std::string_view kind) {
  if (timestamp_.move_to(at_unix_ns)) {
    second_.assign("{\"at\":\"").append(timestamp_.date_and_time()).append(".");
  }
  out.append(second_);
  // Built aside and appended at once: every line goes through here.
  char text[64];
  char* end = write_padded(text, timestamp_.fraction_ns(), 9);
  const auto add = [&end](std::string_view piece) {
    std::memcpy(end, piece.data(), piece.size());
    end += piece.size();
  };
  add("Z\",\"k\":\"");
  add(kind);
  add("\"");
  if (thread != 0) {
    add(",\"th\":");
    end = std::to_chars(end, std::end(text), thread).ptr;
  }
  out.append(text, static_cast<std::size_t>(end - text));
}

void JsonlWriter::write_header(const Record& record, std::string& out) {
  events_ = 0;
  places_.clear();
  append_start(out, record.at_unix_ns, 0, "log");
  append_key(out, "version", kFormatVersion);
  append_key(out, "program", record.name);
  for (const Field& field : record.fields) {
    out.append(",");
    append_json_string(out, field.name);
    out.append(":");
    append_json_value(out, field.value);
  }
  end_line(out);
}

void JsonlWriter::write_exit(const Record& record, std::string& out) {
  const Location& place = record.parked_at;
  const std::uint64_t number = place.line != 0 ? number_of(place, record.at_unix_ns, out) : 0;
  append_start(out, record, "exit");
  append_span(out, "id", record.span);
  if (number != 0) append_key(out, "loc", number);
  end_line(out);
}

void JsonlWriter::write_close(const Record& record, std::string& out) {
  append_start(out, record, "close");
  append_span(out, "id", record.span);
  if (record.outcome) append_key(out, "outcome", outcome_name(*record.outcome));
  end_line(out);
}

void JsonlWriter::write_waker(const Record& record, std::string& out) {
  constexpr std::string_view kPrefix = "waker.";
  append_start(out, record, waker_op_name(record.op).substr(kPrefix.size()));
  append_span(out, "in", record.span);
  append_span(out, "task", record.task);
  end_line(out);
}

void JsonlWriter::write_end(const Record& record, std::string& out) {
  append_start(out, record.at_unix_ns, 0, "end");
  append_key(out, "events", events_);
  append_key(out, "lost", record.lost);
  end_line(out);
}

std::uint64_t JsonlWriter::number_of(const Location& place, std::int64_t at_unix_ns,
                                     std::string& out) {
  const std::uint64_t key = std::uint64_t{place.line} << 32 | place.column;
  const auto [begin, end] = places_.equal_range(key);
  for (auto it = begin; it != end; ++it) {
    const Place& known = it->second;
    if (known.file == place.file && known.function == place.function) return known.number;
  }
  const std::uint64_t number = places_.size() + 1;
  places_.emplace(key, Place{std::string(place.file), std::string(place.function), number});
  append_start(out, at_unix_ns, 0, "loc");
  append_key(out, "loc", number);
  append_key(out, "file", place.file);
  append_key(out, "line", place.line);
  append_key(out, "col", place.column);
  append_key(out, "fn", place.function);
  end_line(out);
  return number;
}

}  // namespace ari::subscriber

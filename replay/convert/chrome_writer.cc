#include "replay/convert/chrome_writer.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "subscriber/escape.h"
#include "subscriber/number.h"

namespace ari::replay {

using subscriber::Field;
using subscriber::Value;
using subscriber::ValueType;

namespace {

constexpr std::uint64_t kGroups = 3;

// JSON has no number for what is not finite.
bool is_json_number(const Value& value) {
  return value.type() != ValueType::kF64 || (value.as_f64() - value.as_f64() == 0);
}

void append_json_value(std::string& out, const Value& value) {
  std::string text;
  switch (value.type()) {
    case ValueType::kNone:
      out += "null";
      return;
    case ValueType::kBool:
      out += value.as_bool() ? "true" : "false";
      return;
    case ValueType::kU64:
      subscriber::append_number(out, value.as_u64());
      return;
    case ValueType::kI64:
      subscriber::append_number(out, value.as_i64());
      return;
    case ValueType::kF64:
      subscriber::append_float(text, value.as_f64());
      if (is_json_number(value)) {
        out += text;
      } else {
        subscriber::append_json_string(out, text);
      }
      return;
    case ValueType::kStr:
    case ValueType::kDisplay:
      subscriber::append_json_string(out, value.text());
      return;
  }
}

}  // namespace

ChromeWriter::ChromeWriter() { out_ = "{\"displayTimeUnit\":\"ns\",\"traceEvents\":["; }

void ChromeWriter::begin_object(char phase, std::uint64_t process, TrackId track) {
  fmt::format_to(std::back_inserter(out_), "{}\n{{\"ph\":\"{}\",\"pid\":{},\"tid\":{}",
                 std::exchange(is_first_, false) ? "" : ",", phase, process, track);
}

void ChromeWriter::begin_event(char phase, TrackId track, std::int64_t at_unix_ns) {
  if (!start_unix_ns_) start_unix_ns_ = at_unix_ns;
  begin_object(phase, process_of_[track], track);
  // Tracks follow time each by itself: one may begin before the first event that was told.
  const std::int64_t since = at_unix_ns - *start_unix_ns_;
  const auto magnitude = static_cast<std::uint64_t>(since < 0 ? -since : since);
  fmt::format_to(std::back_inserter(out_), ",\"ts\":{}{}.{:03}", since < 0 ? "-" : "",
                 magnitude / 1000, magnitude % 1000);
}

void ChromeWriter::append_name(std::string_view name) {
  out_ += ",\"name\":";
  subscriber::append_json_string(out_, name);
}

void ChromeWriter::append_arguments(std::span<const Field> fields) {
  std::string_view separator = ",\"args\":{";
  for (const Field& field : fields) {
    if (field.value.type() == ValueType::kNone) continue;
    out_ += separator;
    subscriber::append_json_string(out_, field.name);
    out_ += ':';
    append_json_value(out_, field.value);
    separator = ",";
  }
  if (separator == ",") out_ += '}';
}

void ChromeWriter::name_process(std::uint64_t process, std::string_view name) {
  begin_object('M', process, 0);
  out_ += ",\"name\":\"process_name\",\"args\":{\"name\":";
  subscriber::append_json_string(out_, name);
  out_ += "}}";
}

void ChromeWriter::begin_process(std::string_view program) {
  const std::uint64_t first = kGroups * recordings_++ + 1;
  for (std::uint64_t group = 0; const char* name : {"threads", "tasks", "resources"}) {
    name_process(first + group++, program.empty() ? name : fmt::format("{}: {}", program, name));
  }
}

void ChromeWriter::add_track(TrackId track, TrackGroup group, trace::SpanId,
                             std::string_view name) {
  const std::uint64_t process = kGroups * (recordings_ - 1) + 1 + static_cast<std::uint64_t>(group);
  if (process_of_.size() <= track) process_of_.resize(track + 1);
  process_of_[track] = process;
  begin_object('M', process, track);
  out_ += ",\"name\":\"thread_name\",\"args\":{\"name\":";
  subscriber::append_json_string(out_, name);
  out_ += "}}";
}

void ChromeWriter::append_arrow(char phase, TrackId track, std::int64_t at_unix_ns, ArrowId arrow) {
  if (arrow == 0) return;
  begin_event(phase, track, at_unix_ns);
  // "bp":"e": the arrow ends at the slice around it, not at the next that begins.
  fmt::format_to(std::back_inserter(out_), ",\"id\":{},\"cat\":\"wake\",\"name\":\"wake\"{}}}",
                 arrow, phase == 'f' ? ",\"bp\":\"e\"" : "");
}

void ChromeWriter::begin(TrackId track, std::int64_t at_unix_ns, std::string_view name,
                         std::span<const Field> fields, ArrowId ends_here) {
  begin_event('B', track, at_unix_ns);
  append_name(name);
  append_arguments(fields);
  out_ += '}';
  append_arrow('f', track, at_unix_ns, ends_here);
}

void ChromeWriter::end(TrackId track, std::int64_t at_unix_ns) {
  begin_event('E', track, at_unix_ns);
  out_ += '}';
}

void ChromeWriter::instant(TrackId track, std::int64_t at_unix_ns, std::string_view name,
                           std::span<const Field> fields, ArrowId begins_here) {
  begin_event('i', track, at_unix_ns);
  append_name(name);
  out_ += ",\"s\":\"t\"";
  append_arguments(fields);
  out_ += '}';
  append_arrow('s', track, at_unix_ns, begins_here);
}

void ChromeWriter::finish() { out_ += "\n]}\n"; }

}  // namespace ari::replay

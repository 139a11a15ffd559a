#include "subscriber/text_writer.h"

#include <cstdint>
#include <iterator>

#include "subscriber/escape.h"
#include "subscriber/number.h"

namespace ari::subscriber {

namespace {

// Level names are five columns wide, so that what follows lines up.
std::string_view padded_level_name(Level level) noexcept {
  switch (level) {
    case Level::kInfo:
      return " INFO";
    case Level::kWarn:
      return " WARN";
    default:
      return level_name(level);
  }
}

bool is_message(const Field& field) noexcept {
  return field.name == "message" && field.value.type() != ValueType::kNone;
}

// NAME=VALUE behind `separator`, which is then the one between fields. Without a name, which
// only the text of a foreign log can lack, the value alone.
void append_field(std::string& out, const Field& field, std::string_view& separator) {
  if (field.value.type() == ValueType::kNone) return;
  out.append(separator);
  if (!field.name.empty()) {
    append_escaped(out, field.name);
    out.push_back('=');
  }
  append_value(out, field.value);
  separator = ", ";
}

void append_message(std::string& out, const Value& value) {
  if (value.is_text()) {
    append_escaped(out, value.text());
  } else {
    append_value(out, value);
  }
}

// Separated by ", ".
void append_span_fields(std::string& out, std::span<const Field> fields) {
  std::string_view separator;
  for (const Field& field : fields) append_field(out, field, separator);
}

// The field "message", an event's sentence, comes bare and last.
void append_event_fields(std::string& out, std::span<const Field> fields) {
  std::string_view separator;
  const Field* message = nullptr;
  for (const Field& field : fields) {
    if (is_message(field)) {
      message = &field;
    } else {
      append_field(out, field, separator);
    }
  }
  if (message == nullptr) return;
  if (!separator.empty()) out.push_back(' ');
  append_message(out, message->value);
}

}  // namespace

void append_value(std::string& out, const Value& value) {
  switch (value.type()) {
    case ValueType::kNone:
      break;
    case ValueType::kU64:
      append_number(out, value.as_u64());
      break;
    case ValueType::kI64:
      append_number(out, value.as_i64());
      break;
    case ValueType::kF64:
      append_float(out, value.as_f64());
      break;
    case ValueType::kBool:
      out.append(value.as_bool() ? "true" : "false");
      break;
    case ValueType::kStr:
      append_quoted(out, value.text());
      break;
    case ValueType::kDisplay:
      append_escaped(out, value.text());
      break;
  }
}

TextWriter::TextWriter(ColourDepth depth, TextTimes times) : palette_(depth), times_(times) {
  begin_second(0);
}

void TextWriter::write(const Record& record, std::string& out) {
  switch (record.kind) {
    case RecordKind::kHeader:
      return spans_.clear();
    case RecordKind::kThread:
    case RecordKind::kAlive:
    case RecordKind::kEnd:
    case RecordKind::kGap:
      return;
    case RecordKind::kNew:
      open_span(record);
      if (!record.implied) write_lifecycle(out, record, "new");
      return;
    case RecordKind::kEnter:
      return write_lifecycle(out, record, "enter");
    case RecordKind::kExit:
      if (!record.implied) write_lifecycle(out, record, "exit");
      return;
    case RecordKind::kClose:
      if (!record.implied) write_lifecycle(out, record, "close");
      spans_.close(record.span);
      return;
    case RecordKind::kEvent:
      return write_event(out, record);
    case RecordKind::kWaker:
      if (!record.implied) write_waker(out, record);
      return;
    case RecordKind::kLost:
      spans_.lose(record.lost_closes);
      return write_lost(out, record);
  }
}

void TextWriter::open_span(const Record& record) {
  Span span{{}, hue_of_span(record.name, record.target), record.level};
  if (record.parent != trace::kNoSpan) {
    const Span& parent = find_span(record.parent);
    append_scope_of_child(parent, span.scope);
    span.depth = parent.depth + 1;
    span.outer_bytes = parent.outer_bytes;
  }
  const std::size_t around_bytes = span.scope.size();
  append_span(span.scope, span.hue, record.name, record.span, record.fields);
  span.own_bytes = span.scope.size() - around_bytes;
  if (span.depth <= kOutermost) span.outer_bytes = span.scope.size();
  spans_.open(record.span, std::move(span));
}

// All of the parent's, unless that makes too many.
void TextWriter::append_scope_of_child(const Span& parent, std::string& out) const {
  const std::string_view scope = parent.scope;
  if (parent.depth < kDeepest) return void(out.append(scope));
  out.append(scope.substr(0, parent.outer_bytes));
  out.append(palette_.dim()).append(kLeftOutName).append("[");
  append_number(out, parent.depth + 1 - kDeepest);
  out.append("]{").append(kLeftOutFields).append("}").append(palette_.reset()).append(" ");
  out.append(scope.substr(scope.size() - parent.own_bytes));
}

// NAME[ID]{FIELDS} and a blank, the id alone in bold.
void TextWriter::append_span(std::string& out, Hue hue, std::string_view name, SpanId id,
                             std::span<const Field> fields) const {
  out.append(palette_.begin(hue));
  append_escaped(out, name);
  out.push_back('[');
  out.append(palette_.begin(hue, Weight::kBold));
  append_number(out, id);
  out.append(palette_.reset());
  out.append(palette_.begin(hue));
  out.append("]{");
  append_span_fields(out, fields);
  out.push_back('}');
  out.append(palette_.reset());
  out.push_back(' ');
}

const TextWriter::Span& TextWriter::find_span(SpanId id) {
  if (const Span* const found = spans_.hear_of(id)) return *found;
  unseen_ = Span{{}, Hue::kPlain, Level::kTrace};
  append_span(unseen_.scope, Hue::kPlain, "?", id, {});
  unseen_.outer_bytes = unseen_.own_bytes = unseen_.scope.size();
  return unseen_;
}

void TextWriter::begin_second(std::int64_t at_unix_ns) {
  if (times_ == TextTimes::kUptime) {
    second_.assign(palette_.dim()).append(palette_.bright()).append("+");
    append_number(second_, static_cast<std::uint64_t>(at_unix_ns) / 1'000'000'000);
    second_.append(palette_.reset()).append(palette_.dim()).append(".");
    return;
  }
  second_.assign(palette_.dim()).append(palette_.bright()).append(timestamp_.date());
  second_.append(palette_.reset()).append(palette_.dim()).append("T");
  second_.append(palette_.bright()).append(timestamp_.time_of_day());
  second_.append(palette_.reset()).append(palette_.dim()).append(".");
}

void TextWriter::append_start(std::string& out, const Record& record, Level level) {
  if (timestamp_.move_to(record.at_unix_ns)) begin_second(record.at_unix_ns);
  out.append(second_);
  char fraction[7];
  *write_padded(fraction, timestamp_.fraction_ns() / 1000, 6) =
      times_ == TextTimes::kUptime ? 's' : 'Z';
  out.append(fraction, std::size(fraction));
  out.append(palette_.reset());
  out.push_back(' ');
  out.append(palette_.begin(hue_of_level(level)));
  out.append(padded_level_name(level));
  out.append(palette_.reset());
  out.push_back(' ');
}

void TextWriter::write_lifecycle(std::string& out, const Record& record, std::string_view word) {
  const Span& span = find_span(record.span);
  append_start(out, record, &span == &unseen_ ? record.level : span.level);
  out.append(span.scope);
  out.append(palette_.begin(span.hue, Weight::kBoldUnderlined));
  out.append(word);
  out.append(palette_.reset());
  out.push_back('\n');
}

void TextWriter::append_target(std::string& out, Hue hue, std::string_view target) const {
  out.append(palette_.begin(hue, Weight::kBold));
  append_escaped(out, target);
  out.append(palette_.reset());
  out.append(": ");
  out.append(palette_.begin(hue));
}

void TextWriter::write_event(std::string& out, const Record& record) {
  append_start(out, record, record.level);
  if (record.span != trace::kNoSpan) out.append(find_span(record.span).scope);
  append_target(out, hue_of_event(record.target), record.target);
  append_event_fields(out, record.fields);
  out.append(palette_.reset());
  out.push_back('\n');
}

void TextWriter::write_waker(std::string& out, const Record& record) {
  append_start(out, record, record.level);
  if (record.span != trace::kNoSpan) out.append(find_span(record.span).scope);
  append_target(out, Hue::kWaker, record.target);
  out.append("op=\"").append(waker_op_name(record.op)).append("\", task.id=");
  append_number(out, record.task);
  out.append(palette_.reset());
  out.push_back('\n');
}

void TextWriter::write_lost(std::string& out, const Record& record) {
  append_start(out, record, Level::kWarn);
  append_target(out, Hue::kPlain, "ari::recorder");
  out.append("thread=");
  append_number(out, std::uint64_t{record.thread});
  out.append(", lost=");
  append_number(out, record.lost);
  out.append(palette_.reset());
  out.push_back('\n');
}

}  // namespace ari::subscriber

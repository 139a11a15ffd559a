#include "subscriber/jsonl_writer.h"

#include <algorithm>
#include <cmath>

#include "subscriber/text_writer.h"

namespace ari::subscriber {

namespace {

// `before` is what comes before the value: ,"key":
template <std::size_t N>
void add_key(LineBuffer& line, const char (&before)[N], std::uint64_t value) {
  line.add(before);
  line.add_number(value);
}

template <std::size_t N>
void add_key(LineBuffer& line, const char (&before)[N], std::string_view value) {
  line.add(before);
  line.add_json_string(value);
}

void add_id(LineBuffer& line, SpanId id) {
  if (id != trace::kNoSpan) add_key(line, R"(,"id":)", id);
}

void add_in(LineBuffer& line, SpanId id) {
  if (id != trace::kNoSpan) add_key(line, R"(,"in":)", id);
}

void add_level(LineBuffer& line, Level level) {
  if (level != Level::kTrace) add_key(line, R"(,"level":)", level_name(level));
}

void end_line(LineBuffer& line) {
  line.add("}\n");
  line.finish();
}

// JSON has no NaN and no infinities: they are strings that text logs print bare.
bool is_unspeakable(const Value& value) {
  return value.type() == ValueType::kF64 && !std::isfinite(value.as_f64());
}

bool is_shown_bare(const Value& value) {
  return value.type() == ValueType::kDisplay || is_unspeakable(value);
}

constexpr std::string_view kTrue = "true", kFalse = "false";

void add_json_value(LineBuffer& line, const Value& value) {
  if (value.is_text()) return line.add_json_string(value.text());
  if (value.type() == ValueType::kU64) return line.add_number(value.as_u64());
  if (value.type() == ValueType::kBool) return line.add(value.as_bool() ? kTrue : kFalse);
  if (is_unspeakable(value)) line.add("\"");
  append_value(line.rest(), value);
  if (is_unspeakable(value)) line.add("\"");
}

// `pieces` are the callsite's, or null.
void add_fields(LineBuffer& line, std::span<const Field> fields,
                const CallsiteJson::Pieces* pieces) {
  std::string_view before = R"(,"fields":{)";
  bool any_bare = false;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Field& field = fields[i];
    if (field.value.type() == ValueType::kNone) continue;
    line.add(before);
    if (pieces != nullptr) {
      line.add(pieces->names[i]);
    } else {
      line.add_json_string(field.name);
      line.add(":");
    }
    add_json_value(line, field.value);
    any_bare = any_bare || is_shown_bare(field.value);
    before = ",";
  }
  if (before == ",") line.add("}");
  if (!any_bare) return;
  before = R"(,"display":[)";
  for (const Field& field : fields) {
    if (!is_shown_bare(field.value)) continue;
    line.add(before);
    line.add_json_string(field.name);
    before = ",";
  }
  line.add("]");
}

// Of a span that began or an event: what it is, and its fields.
void add_description(LineBuffer& line, const Record& record, const CallsiteJson::Pieces* pieces) {
  if (pieces != nullptr) {
    if (record.kind == RecordKind::kNew) line.add(pieces->name);
    line.add(pieces->head);
  } else {
    if (record.kind == RecordKind::kNew) add_key(line, R"(,"name":)", record.name);
    add_key(line, R"(,"target":)", record.target);
    add_level(line, record.level);
  }
  add_fields(line, record.fields, pieces);
}

}  // namespace

JsonlWriter::JsonlWriter() {
  second_.assign("{\"at\":\"").append(timestamp_.date_and_time()).append(".");
}

void JsonlWriter::write(const Record& record, std::string& out) {
  const bool is_event = record.kind >= RecordKind::kNew && record.kind <= RecordKind::kWaker;
  if (record.kind == RecordKind::kHeader) begin_log(record);
  // What the header says of them need not be said of each.
  const bool is_told_so = tells_retold_ && record.retold;
  if (is_event) tells_retold_ = is_told_so;
  const bool is_implied = record.kind == RecordKind::kNew && record.implied && !is_told_so;
  if (is_event && !is_implied) ++events_;
  const std::uint64_t parked_at = record.parked_at.line != 0 ? number_of(record, out) : 0;
  LineBuffer line(out);
  switch (record.kind) {
    case RecordKind::kHeader:
      return write_header(record, line);
    case RecordKind::kThread:
      add_start(line, record, "thread");
      add_key(line, R"(,"name":)", record.name);
      return end_line(line);
    case RecordKind::kNew:
      add_start(line, record, "new");
      add_id(line, record.span);
      add_in(line, record.parent);
      add_description(line, record, callsites_.of(record));
      if (is_implied) line.add(R"(,"implied":true)");
      return end_line(line);
    case RecordKind::kEnter:
      add_start(line, record, "enter");
      add_id(line, record.span);
      if (record.destroy.value_or(false)) line.add(R"(,"destroy":true)");
      return end_line(line);
    case RecordKind::kExit:
      add_start(line, record, "exit");
      add_id(line, record.span);
      if (parked_at != 0) add_key(line, R"(,"loc":)", parked_at);
      return end_line(line);
    case RecordKind::kClose:
      add_start(line, record, "close");
      add_id(line, record.span);
      if (record.outcome) add_key(line, R"(,"outcome":)", outcome_name(*record.outcome));
      return end_line(line);
    case RecordKind::kEvent:
      add_start(line, record, "event");
      add_in(line, record.span);
      add_description(line, record, callsites_.of(record));
      return end_line(line);
    case RecordKind::kWaker:
      return write_waker(record, line);
    case RecordKind::kLost:
      add_start(line, record, "lost");
      add_key(line, R"(,"events":)", record.lost);
      if (record.lost_closes != 0) add_key(line, R"(,"closes":)", record.lost_closes);
      return end_line(line);
    case RecordKind::kAlive:
      add_start(line, record.at_unix_ns, 0, "alive");
      return end_line(line);
    case RecordKind::kEnd:
      add_start(line, record.at_unix_ns, 0, "end");
      add_key(line, R"(,"events":)", events_);
      add_key(line, R"(,"lost":)", record.lost);
      return end_line(line);
    case RecordKind::kGap:
      add_start(line, record, "gap");
      add_id(line, record.span);
      return end_line(line);
  }
}

void JsonlWriter::begin_log(const Record& header) {
  events_ = 0;
  tells_retold_ = std::any_of(header.fields.begin(), header.fields.end(),
                              [](const Field& field) { return field.name == "retold"; });
  callsites_ = {};
  places_.clear();
  recent_places_ = {};
}

void JsonlWriter::add_start(LineBuffer& line, std::int64_t at_unix_ns, std::uint32_t thread,
                            std::string_view kind) {
  if (timestamp_.move_to(at_unix_ns)) {
    second_.assign("{\"at\":\"").append(timestamp_.date_and_time()).append(".");
  }
  line.add(second_);
  line.add_nanoseconds(timestamp_.fraction_ns());
  line.add(R"(Z","k":")");
  line.add(kind);
  line.add("\"");
  if (thread != 0) add_key(line, R"(,"th":)", thread);
}

void JsonlWriter::write_header(const Record& record, LineBuffer& line) {
  add_start(line, record.at_unix_ns, 0, "log");
  add_key(line, R"(,"version":)", kFormatVersion);
  add_key(line, R"(,"program":)", record.name);
  for (const Field& field : record.fields) {
    line.add(",");
    line.add_json_string(field.name);
    line.add(":");
    add_json_value(line, field.value);
  }
  end_line(line);
}

void JsonlWriter::write_waker(const Record& record, LineBuffer& line) {
  constexpr std::string_view kPrefix = "waker.";
  add_start(line, record, waker_op_name(record.op).substr(kPrefix.size()));
  add_in(line, record.span);
  if (record.task != trace::kNoSpan) add_key(line, R"(,"task":)", record.task);
  if (record.span_guessed) line.add(R"(,"guessed":true)");
  if (record.self_wake) {
    line.add(R"(,"self_wake":)");
    line.add(*record.self_wake ? kTrue : kFalse);
  }
  end_line(line);
}

std::uint64_t JsonlWriter::number_of(const Record& exit, std::string& out) {
  if (exit.callsite == nullptr) return find_number(exit.parked_at, exit.at_unix_ns, out);
  const auto address = reinterpret_cast<std::uintptr_t>(exit.callsite);
  Recent& recent = recent_places_[address / alignof(void*) % recent_places_.size()];
  if (recent.callsite != exit.callsite) {
    recent = {exit.callsite, find_number(exit.parked_at, exit.at_unix_ns, out)};
  }
  return recent.number;
}

std::uint64_t JsonlWriter::find_number(const Location& place, std::int64_t at_unix_ns,
                                       std::string& out) {
  const std::uint64_t key = std::uint64_t{place.line} << 32 | place.column;
  const auto [begin, end] = places_.equal_range(key);
  for (auto it = begin; it != end; ++it) {
    const Place& known = it->second;
    if (known.file == place.file && known.function == place.function) return known.number;
  }
  const std::uint64_t number = places_.size() + 1;
  places_.emplace(key, Place{std::string(place.file), std::string(place.function), number});
  LineBuffer line(out);
  add_start(line, at_unix_ns, 0, "loc");
  add_key(line, R"(,"loc":)", number);
  add_key(line, R"(,"file":)", place.file);
  add_key(line, R"(,"line":)", place.line);
  add_key(line, R"(,"col":)", place.column);
  add_key(line, R"(,"fn":)", place.function);
  end_line(line);
  return number;
}

}  // namespace ari::subscriber

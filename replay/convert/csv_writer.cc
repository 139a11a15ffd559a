#include "replay/convert/csv_writer.h"

#include <optional>

#include "subscriber/escape.h"
#include "subscriber/number.h"
#include "subscriber/text_writer.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;

namespace {

// The word for a row's kind, the same as in ari JSONL; nothing for what is no row.
std::optional<std::string_view> kind_of(const Record& record) {
  switch (record.kind) {
    case RecordKind::kNew:
      return "new";
    case RecordKind::kEnter:
      return "enter";
    case RecordKind::kExit:
      return "exit";
    case RecordKind::kClose:
      return "close";
    case RecordKind::kEvent:
      return "event";
    case RecordKind::kWaker:
      return subscriber::waker_op_name(record.op).substr(std::string_view("waker.").size());
    case RecordKind::kLost:
      return "lost";
    default:
      return std::nullopt;
  }
}

bool needs_quotes(std::string_view cell) {
  return cell.find_first_of(",\"\n\r") != std::string_view::npos;
}

// Puts cells into a row.
class Row {
 public:
  explicit Row(std::string& out) : out_(out) {}

  void add(std::string_view text) {
    separate();
    if (!needs_quotes(text)) {
      out_ += text;
      return;
    }
    out_ += '"';
    for (const char c : text) {
      if (c == '"') out_ += '"';
      out_ += c;
    }
    out_ += '"';
  }
  // What the program chose: spreadsheets take some of it for a formula.
  void add_foreign(std::string_view text) {
    constexpr std::string_view kFormulas = "=+-@";
    const bool is_formula = !text.empty() && kFormulas.find(text.front()) != kFormulas.npos;
    add(is_formula ? "'" + std::string(text) : text);
  }
  // 0 is no thread and no span.
  void add_number(std::uint64_t number) {
    separate();
    if (number != 0) subscriber::append_number(out_, number);
  }
  void add_nothing() { separate(); }

 private:
  void separate() {
    if (!is_first_) out_ += ',';
    is_first_ = false;
  }
  std::string& out_;
  bool is_first_ = true;
};

std::string safe(std::string_view text) {
  std::string out;
  subscriber::append_escaped(out, text);
  return out;
}

std::string place_of(const Record& record) {
  if (record.parked_at.line == 0) return {};
  std::string out = safe(record.parked_at.file);
  for (const std::uint64_t number : {record.parked_at.line, record.parked_at.column}) {
    subscriber::append_number(out += ':', number);
  }
  return out;
}

}  // namespace

void CsvWriter::record(const Record& record, const Line&) {
  const auto kind = kind_of(record);
  if (!kind || record.implied) return;
  const bool inside = record.kind == RecordKind::kEvent || record.kind == RecordKind::kWaker;

  timestamp_.move_to(record.at_unix_ns);
  char fraction[10];
  *subscriber::write_padded(fraction, timestamp_.fraction_ns(), 9) = 'Z';
  out_.append(timestamp_.date_and_time()).append(".").append(fraction, sizeof fraction);
  out_ += ',';

  fields_.clear();
  for (const subscriber::Field& field : record.fields) {
    if (field.value.type() == subscriber::ValueType::kNone) continue;
    if (!fields_.empty()) fields_ += ", ";
    subscriber::append_escaped(fields_, field.name);
    fields_ += '=';
    subscriber::append_value(fields_, field.value);
  }
  if (record.kind == RecordKind::kLost) {
    subscriber::append_number(fields_ += "events=", record.lost);
  }

  Row row(out_);
  row.add(*kind);
  row.add_number(record.thread);
  row.add_number(inside ? trace::kNoSpan : record.span);
  row.add_number(inside ? record.span : record.parent);
  row.add_foreign(safe(record.name));
  row.add_foreign(safe(record.target));
  const bool has_level = record.kind == RecordKind::kNew || record.kind == RecordKind::kEvent;
  row.add(has_level ? subscriber::level_name(record.level) : std::string_view());
  row.add_number(record.task);
  if (record.destroy) {
    row.add(*record.destroy ? "true" : "false");
  } else {
    row.add_nothing();
  }
  row.add(record.outcome ? subscriber::outcome_name(*record.outcome) : std::string_view());
  row.add_foreign(place_of(record));
  row.add_foreign(fields_);
  out_ += '\n';
}

}  // namespace ari::replay

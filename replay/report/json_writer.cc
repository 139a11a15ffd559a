#include "replay/report/json_writer.h"

#include "subscriber/escape.h"
#include "subscriber/number.h"

namespace ari::replay {

void JsonWriter::separate() {
  if (comma_due_) out_ += ',';
  comma_due_ = true;
}

void JsonWriter::begin(char bracket) {
  separate();
  out_ += bracket;
  comma_due_ = false;
}

void JsonWriter::end(char bracket) {
  out_ += bracket;
  comma_due_ = true;
}

void JsonWriter::new_line() {
  if (comma_due_) out_ += ',';
  comma_due_ = false;
  out_ += '\n';
}

void JsonWriter::key(std::string_view name) {
  separate();
  subscriber::append_json_string(out_, name);
  out_ += ':';
  comma_due_ = false;  // the value follows without one
}

void JsonWriter::value(std::string_view text) {
  separate();
  subscriber::append_json_string(out_, text);
}

void JsonWriter::value(bool v) {
  separate();
  out_ += v ? "true" : "false";
}

void JsonWriter::null() {
  separate();
  out_ += "null";
}

void JsonWriter::raw_number(std::string_view text) {
  separate();
  out_ += text;
}

void JsonWriter::number(std::uint64_t v) {
  separate();
  subscriber::append_number(out_, v);
}

void JsonWriter::number(std::int64_t v) {
  separate();
  subscriber::append_number(out_, v);
}

}  // namespace ari::replay

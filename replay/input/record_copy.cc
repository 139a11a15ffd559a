#include "replay/input/record_copy.h"

#include <cstring>

namespace ari::replay {

using subscriber::Field;
using subscriber::Record;
using trace::Value;
using trace::ValueType;

namespace {

std::size_t text_bytes(const Record& record) {
  std::size_t bytes = record.name.size() + record.target.size() + record.parked_at.file.size() +
                      record.parked_at.function.size();
  for (const Field& field : record.fields) {
    bytes += field.name.size();
    if (field.value.is_text()) bytes += field.value.text().size();
  }
  return bytes;
}

}  // namespace

RecordCopy::RecordCopy(const Record& record, const Line& line)
    : record_(record),
      line_(line.number),
      text_(std::make_unique<char[]>(text_bytes(record))),
      fields_(record.fields.begin(), record.fields.end()) {
  char* free = text_.get();
  const auto keep = [&free](std::string_view& text) {
    if (!text.empty()) std::memcpy(free, text.data(), text.size());
    text = {free, text.size()};
    free += text.size();
  };
  keep(record_.name);
  keep(record_.target);
  keep(record_.parked_at.file);
  keep(record_.parked_at.function);
  for (Field& field : fields_) {
    keep(field.name);
    if (!field.value.is_text()) continue;
    std::string_view text = field.value.text();
    keep(text);
    field.value = field.value.type() == ValueType::kDisplay ? Value::display(text) : Value(text);
  }
  record_.fields = fields_;
}

}  // namespace ari::replay

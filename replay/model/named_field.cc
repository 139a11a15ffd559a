#include "replay/model/named_field.h"

#include <algorithm>

namespace ari::replay {

using subscriber::Field;
using subscriber::Record;
using subscriber::ValueType;

namespace {

const Field* find(const Record& record, std::string_view name) {
  const auto found = std::find_if(record.fields.begin(), record.fields.end(),
                                  [name](const Field& field) { return field.name == name; });
  return found == record.fields.end() ? nullptr : &*found;
}

}  // namespace

bool has_field(const Record& record, std::string_view name) noexcept {
  return find(record, name) != nullptr;
}

std::optional<std::uint64_t> whole_number(const Record& record, std::string_view name) {
  const Field* field = find(record, name);
  if (field == nullptr) return std::nullopt;
  if (field->value.type() == ValueType::kU64) return field->value.as_u64();
  if (field->value.type() == ValueType::kI64 && field->value.as_i64() >= 0) {
    return static_cast<std::uint64_t>(field->value.as_i64());
  }
  return std::nullopt;
}

std::string_view text_field(const Record& record, std::string_view name) {
  const Field* field = find(record, name);
  return field != nullptr && field->value.is_text() ? field->value.text() : std::string_view();
}

}  // namespace ari::replay

#include "replay/timeline/kept_fields.h"

#include <algorithm>

namespace ari::replay {

using subscriber::Field;
using subscriber::Value;
using subscriber::ValueType;

KeptFields::KeptFields(std::span<const Field> fields) : fields_(fields.begin(), fields.end()) {
  std::size_t bytes = 0;
  for (const Field& field : fields) {
    bytes += field.name.size() + (field.value.is_text() ? field.value.text().size() : 0);
  }
  texts_ = std::make_unique<char[]>(bytes);
  char* end = texts_.get();
  const auto keep = [&end](std::string_view text) {
    const std::string_view kept(end, text.size());
    end = std::copy(text.begin(), text.end(), end);
    return kept;
  };
  for (Field& field : fields_) {
    field.name = keep(field.name);
    if (!field.value.is_text()) continue;
    const std::string_view text = keep(field.value.text());
    const bool quoted = field.value.type() == ValueType::kStr;
    field.value = quoted ? Value(text) : Value::display(text);
  }
}

}  // namespace ari::replay

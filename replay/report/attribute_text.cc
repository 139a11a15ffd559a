#include "replay/report/attribute_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/report/words.h"
#include "subscriber/text_writer.h"

namespace ari::replay {

std::string value_text(const subscriber::Value& value) {
  if (value.is_text()) return std::string(value.text());
  if (value.type() == subscriber::ValueType::kNone) return "?";
  std::string text;
  subscriber::append_value(text, value);
  return text;
}

std::string attribute_name(const std::vector<Attribute>& attributes, const Attribute& attribute,
                           SpanId of) {
  const bool taken = std::any_of(attributes.begin(), attributes.end(), [&](const Attribute& a) {
    return a.name == attribute.name && a.of != attribute.of && (a.of == of || &a < &attribute);
  });
  if (attribute.of == of || !taken) return std::string(attribute.name);
  return fmt::format("{} [{}]", attribute.name, attribute.of);
}

std::string attributes_text(const std::vector<Attribute>& attributes, SpanId of) {
  std::string out;
  for (const Attribute& attribute : attributes) {
    if (!out.empty()) out += ' ';
    out += attribute_name(attributes, attribute, of) + '=' + value_text(attribute.value);
    out += attribute.unit;
  }
  return escaped(out);
}

}  // namespace ari::replay

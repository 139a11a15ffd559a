#include "replay/model/attribute.h"

#include <algorithm>
#include <limits>

namespace ari::replay {

using subscriber::Field;
using subscriber::Value;
using subscriber::ValueType;
using Op = AttributeUpdate::Op;

namespace {

bool is_whole(const Value& value) {
  return value.type() == ValueType::kU64 || value.type() == ValueType::kI64;
}

Op read_op(const Value& value) {
  if (!value.is_text()) return Op::kNone;
  if (value.text() == "add") return Op::kAdd;
  if (value.text() == "sub") return Op::kSub;
  return value.text() == "override" ? Op::kOverride : Op::kNone;
}

__extension__ using Wide = __int128;  // holds the sum of any two whole numbers

Wide wide(const Value& value) {
  return value.type() == ValueType::kU64 ? Wide{value.as_u64()} : Wide{value.as_i64()};
}

// As near to the number as the type comes.
Value saturated(Wide number, ValueType type) {
  if (type == ValueType::kU64) {
    constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
    return static_cast<std::uint64_t>(std::clamp<Wide>(number, 0, kMost));
  }
  using Limits = std::numeric_limits<std::int64_t>;
  return static_cast<std::int64_t>(std::clamp<Wide>(number, Limits::min(), Limits::max()));
}

Value kept(const Value& value, TextPool& texts) {
  if (!value.is_text()) return value;
  const std::string_view text = texts.keep(value.text());
  return value.type() == ValueType::kDisplay ? Value::display(text) : Value(text);
}

void change(Attribute& attribute, const AttributeUpdate& update, const AttributeRules& rules,
            TextPool& texts) {
  const bool console = rules.semantics == Semantics::kConsole;
  const bool counts = update.op == Op::kAdd || update.op == Op::kSub;
  const ValueType had = attribute.value.type();
  if (console && had != update.value.type()) return;
  if (counts && is_whole(update.value)) {
    if (!is_whole(attribute.value)) return;  // not known, so neither is the sum
    const Wide by = wide(update.value);
    attribute.value = saturated(wide(attribute.value) + (update.op == Op::kAdd ? by : -by), had);
    return;
  }
  if (console && is_whole(update.value) && update.op == Op::kNone) return;
  attribute.value = kept(update.value, texts);
}

}  // namespace

std::optional<AttributeUpdate> read_attribute_update(std::span<const Field> fields) {
  AttributeUpdate update;
  for (const Field& field : fields) {
    if (field.name.ends_with(".op")) {
      update.op = read_op(field.value);
    } else if (field.name.ends_with(".unit")) {
      if (field.value.is_text()) update.unit = field.value.text();
    } else if (field.value.type() != ValueType::kNone) {
      update.name = field.name;
      update.value = field.value;
    }
  }
  if (update.value.type() == ValueType::kNone) return std::nullopt;
  return update;
}

Attribute* find_attribute(std::vector<Attribute>& attributes, std::string_view name, SpanId of) {
  const auto it = std::find_if(attributes.begin(), attributes.end(),
                               [&](const Attribute& a) { return a.of == of && a.name == name; });
  return it == attributes.end() ? nullptr : &*it;
}

const Attribute& update_attribute(std::vector<Attribute>& attributes, const AttributeUpdate& update,
                                  SpanId of, const AttributeRules& rules, TextPool& texts) {
  if (Attribute* known = find_attribute(attributes, update.name, of)) {
    change(*known, update, rules, texts);
    return *known;
  }
  const bool counts = update.op == Op::kAdd || update.op == Op::kSub;
  const bool unknown = rules.base_unknown && counts && rules.semantics == Semantics::kCorrected;
  return attributes.emplace_back(Attribute{.name = texts.keep(update.name),
                                           .value = unknown ? Value() : kept(update.value, texts),
                                           .unit = texts.keep(update.unit),
                                           .of = of});
}

}  // namespace ari::replay

#include "replay/model/attribute.h"

#include <gtest/gtest.h>

namespace ari::replay {
namespace {

using subscriber::Field;
using subscriber::Value;
using Op = AttributeUpdate::Op;

TEST(AttributeUpdate, TakesTheFieldThatEndsInNeitherSuffix) {
  const Field fields[] = {
      {"permits_obtained", 2U}, {"permits.op", "add"}, {"permits.unit", "pieces"}};
  const auto update = read_attribute_update(fields);
  ASSERT_TRUE(update.has_value());
  EXPECT_EQ(update->name, "permits_obtained");
  EXPECT_EQ(update->value.as_u64(), 2U);
  EXPECT_EQ(update->unit, "pieces");
  EXPECT_EQ(update->op, Op::kAdd);
}

TEST(AttributeUpdate, NeedsAValueAndNothingElse) {
  const Field alone[] = {{"locked", true}};
  EXPECT_EQ(read_attribute_update(alone)->op, Op::kNone);
  const Field unknown[] = {{"permits", 1U}, {"permits.op", "multiply"}};
  EXPECT_EQ(read_attribute_update(unknown)->op, Op::kNone);
  const Field suffixes[] = {{"permits.op", "add"}, {"permits.unit", "ms"}};
  EXPECT_FALSE(read_attribute_update(suffixes).has_value());
  EXPECT_FALSE(read_attribute_update({}).has_value());
}

std::string text_of(const Value& value) {
  switch (value.type()) {
    case subscriber::ValueType::kU64:
      return std::string("u").append(std::to_string(value.as_u64()));
    case subscriber::ValueType::kI64:
      return std::string("i").append(std::to_string(value.as_i64()));
    case subscriber::ValueType::kBool:
      return value.as_bool() ? "true" : "false";
    case subscriber::ValueType::kNone:
      return "?";
    default:
      return std::string(value.text());
  }
}

// What becomes of `first`, itself an override, when `then` is done to it.
std::string after(Semantics semantics, Value first, Op op, Value then) {
  TextPool texts;
  std::vector<Attribute> attributes;
  const AttributeRules rules{semantics, false};
  update_attribute(attributes, {"a", first, "ms", Op::kOverride}, 7, rules, texts);
  update_attribute(attributes, {"a", then, "s", op}, 7, rules, texts);
  EXPECT_EQ(attributes.size(), 1U);
  EXPECT_EQ(attributes[0].unit, "ms");  // for ever
  return text_of(attributes[0].value);
}

TEST(Attribute, ChangesByTheRulesOfEachSemantics) {
  struct Case {
    Value first;
    Op op;
    Value then;
    const char* corrected;
    const char* console;
  };
  const Case cases[] = {
      {5U, Op::kAdd, 3U, "u8", "u8"},
      {5U, Op::kSub, 3U, "u2", "u2"},
      {5U, Op::kOverride, 3U, "u3", "u3"},
      {5U, Op::kSub, 9U, "u0", "u0"},  // never below 0
      {5, Op::kSub, 9, "i-4", "i-4"},
      {UINT64_MAX, Op::kAdd, 1U, "u18446744073709551615", "u18446744073709551615"},
      {INT64_MAX, Op::kAdd, 1, "i9223372036854775807", "i9223372036854775807"},
      {INT64_MIN, Op::kSub, 1, "i-9223372036854775808", "i-9223372036854775808"},
      {5U, Op::kNone, 3U, "u3", "u5"},  // without an op the console does not know what to do
      {5U, Op::kAdd, 3, "u8", "u5"},    // nor with another type
      {5U, Op::kOverride, true, "true", "u5"},
      {true, Op::kNone, false, "false", "false"},
      {true, Op::kAdd, false, "false", "false"},  // nothing to add: replaced
      {true, Op::kAdd, 1U, "true", "true"},
      {"on", Op::kNone, "off", "off", "off"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(text_of(c.first) + " then " + text_of(c.then));
    EXPECT_EQ(after(Semantics::kCorrected, c.first, c.op, c.then), c.corrected);
    EXPECT_EQ(after(Semantics::kConsole, c.first, c.op, c.then), c.console);
  }
}

TEST(Attribute, OfAThingWhoseBeginningIsMissingIsUnknownUntilItIsSet) {
  TextPool texts;
  std::vector<Attribute> attributes;
  const AttributeRules rules{Semantics::kCorrected, true};
  const auto update = [&](Value value, Op op) {
    return text_of(update_attribute(attributes, {"a", value, "", op}, 7, rules, texts).value);
  };
  EXPECT_EQ(update(1U, Op::kSub), "?");
  EXPECT_EQ(update(1U, Op::kAdd), "?");
  EXPECT_EQ(update(4U, Op::kOverride), "u4");
  EXPECT_EQ(update(1U, Op::kSub), "u3");
}

TEST(Attribute, OfTheSameNameIsAnotherOneIfAnotherThingTellsIt) {
  TextPool texts;
  std::vector<Attribute> attributes;
  update_attribute(attributes, {"a", 1U, "", Op::kOverride}, 7, {}, texts);
  update_attribute(attributes, {"a", 2U, "", Op::kOverride}, 8, {}, texts);
  ASSERT_EQ(attributes.size(), 2U);
  EXPECT_EQ(find_attribute(attributes, "a", 8), &attributes[1]);
  EXPECT_EQ(find_attribute(attributes, "a", 9), nullptr);
}

TEST(Attribute, KeepsItsTextWhenTheLineIsGone) {
  TextPool texts;
  std::vector<Attribute> attributes;
  {
    const std::string name = "a name that is too long to be kept in place",
                      value = "a value that is too long to be kept in place";
    update_attribute(attributes, {name, std::string_view(value), "", Op::kNone}, 7, {}, texts);
  }
  EXPECT_EQ(attributes[0].name, "a name that is too long to be kept in place");
  EXPECT_EQ(attributes[0].value.text(), "a value that is too long to be kept in place");
}

}  // namespace
}  // namespace ari::replay

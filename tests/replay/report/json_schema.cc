#include "tests/replay/report/json_schema.h"

#include <algorithm>
#include <regex>
#include <set>
#include <string_view>

namespace ari::test {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

bool is_of_type(element value, std::string_view type) {
  switch (value.type()) {
    case element_type::OBJECT:
      return type == "object";
    case element_type::ARRAY:
      return type == "array";
    case element_type::STRING:
      return type == "string";
    case element_type::BOOL:
      return type == "boolean";
    case element_type::NULL_VALUE:
      return type == "null";
    case element_type::DOUBLE:
      return type == "number";
    case element_type::INT64:
    case element_type::UINT64:
      return type == "number" || type == "integer";
  }
  return false;
}

class Checker {
 public:
  explicit Checker(element root) : root_(root) {}

  std::vector<std::string> check(element schema, element value, const std::string& at) {
    std::vector<std::string> wrong;
    for (const auto [keyword, rule] : object(schema)) {
      const std::string why = broken(schema, keyword, rule, value, at, wrong);
      if (!why.empty()) wrong.push_back(at + ": " + why);
    }
    return wrong;
  }

 private:
  // Why the value breaks this rule; what is wrong further inside goes to `wrong`.
  std::string broken(element schema, std::string_view keyword, element rule, element value,
                     const std::string& at, std::vector<std::string>& wrong) {
    static const std::set<std::string_view> kExplaining = {
        "$schema", "id", "title", "description", "default", "definitions", "format"};
    if (kExplaining.contains(keyword)) return {};
    if (keyword == "$ref") {
      // "#/definitions/NAME"
      return add(check(root_.at_pointer(std::string_view(rule).substr(1)), value, at), wrong);
    }
    if (keyword == "type") return type(rule, value);
    if (keyword == "enum") return is_listed(rule, value) ? "" : "is none of the values allowed";
    if (keyword == "anyOf" || keyword == "oneOf") return choice(keyword, rule, value, at);
    if (value.is<double>() && (keyword == "minimum" || keyword == "maximum")) {
      const double limit = double(rule), number = double(value);
      return (keyword == "minimum" ? number < limit : number > limit) ? "is out of range" : "";
    }
    if (keyword == "pattern" && value.is<std::string_view>()) {
      const std::string text{std::string_view(value)}, pattern{std::string_view(rule)};
      return std::regex_search(text, std::regex(pattern)) ? "" : "does not match " + pattern;
    }
    if (value.is<object>()) {
      if (keyword == "required") return required(rule, object(value));
      if (keyword == "properties") return add(properties(rule, object(value), at), wrong);
      if (keyword == "additionalProperties") {
        return add(additional(schema, rule, object(value), at), wrong);
      }
    }
    if (value.is<array>()) {
      if (keyword == "minItems")
        return array(value).size() < std::uint64_t(rule) ? "is too short" : "";
      if (keyword == "uniqueItems") return are_unique(array(value)) ? "" : "has equal elements";
      if (keyword == "items") return add(items(rule, array(value), at), wrong);
    }
    static const std::set<std::string_view> kOfOtherTypes = {
        "minimum",  "maximum",     "pattern", "required", "properties", "additionalProperties",
        "minItems", "uniqueItems", "items"};
    return kOfOtherTypes.contains(keyword) ? "" : "keyword unknown: " + std::string(keyword);
  }

  static std::string add(std::vector<std::string> more, std::vector<std::string>& wrong) {
    wrong.insert(wrong.end(), more.begin(), more.end());
    return {};
  }

  static std::string type(element rule, element value) {
    array types;
    if (rule.get(types) != simdjson::SUCCESS) {
      return is_of_type(value, std::string_view(rule)) ? "" : "is no " + simdjson::to_string(rule);
    }
    const bool fits = std::any_of(types.begin(), types.end(), [&](element one) {
      return is_of_type(value, std::string_view(one));
    });
    return fits ? "" : "is none of " + simdjson::to_string(rule);
  }

  static bool is_listed(element values, element value) {
    const array list = values;
    return std::any_of(list.begin(), list.end(), [&](element one) {
      return simdjson::to_string(one) == simdjson::to_string(value);
    });
  }

  static bool are_unique(array list) {
    std::set<std::string> seen;
    for (const element one : list) seen.insert(simdjson::to_string(one));
    return seen.size() == list.size();
  }

  std::string choice(std::string_view keyword, element rule, element value, const std::string& at) {
    std::size_t fitting = 0;
    for (const element one : array(rule)) fitting += check(one, value, at).empty() ? 1 : 0;
    const bool fits = keyword == "oneOf" ? fitting == 1 : fitting > 0;
    return fits ? "" : "fits not as " + std::string(keyword) + " wants it";
  }

  static std::string required(element rule, object value) {
    for (const element name : array(rule)) {
      element there;
      if (value.at_key(std::string_view(name)).get(there) != simdjson::SUCCESS) {
        return "has no " + std::string(std::string_view(name));
      }
    }
    return {};
  }

  std::vector<std::string> properties(element rule, object value, const std::string& at) {
    std::vector<std::string> wrong;
    for (const auto [name, schema] : object(rule)) {
      element member;
      if (value.at_key(name).get(member) != simdjson::SUCCESS) continue;
      add(check(schema, member, at + "/" + std::string(name)), wrong);
    }
    return wrong;
  }

  std::vector<std::string> additional(element schema, element rule, object value,
                                      const std::string& at) {
    std::vector<std::string> wrong;
    for (const auto [name, member] : value) {
      element known;
      const std::string path = at + "/" + std::string(name);
      if (schema["properties"].at_key(name).get(known) == simdjson::SUCCESS) continue;
      if (rule.is<object>()) {
        add(check(rule, member, path), wrong);
      } else if (!bool(rule)) {
        wrong.push_back(path + ": is not known to the schema");
      }
    }
    return wrong;
  }

  std::vector<std::string> items(element rule, array list, const std::string& at) {
    std::vector<std::string> wrong;
    std::size_t place = 0;
    for (const element one : list) {
      add(check(rule, one, at + "/" + std::to_string(place++)), wrong);
    }
    return wrong;
  }

  element root_;
};

}  // namespace

std::vector<std::string> violations(element schema, element document) {
  return Checker(schema).check(schema, document, "");
}

}  // namespace ari::test

#include "replay/report/where.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/lint/lint.h"
#include "replay/report/where_node.h"

namespace ari::replay {

namespace {

using Node = Where::Node;

// By what a and b compare to.
template <typename T>
bool compares(const T& a, Comparison comparison, const T& b) {
  switch (comparison) {
    case Comparison::kEqual:
      return a == b;
    case Comparison::kLess:
      return a < b;
    case Comparison::kLessOrEqual:
      return a <= b;
    case Comparison::kGreater:
      return a > b;
    case Comparison::kGreaterOrEqual:
      return a >= b;
    case Comparison::kUnequal:
    case Comparison::kMatches:
    case Comparison::kMatchesNot:
      break;
  }
  return false;
}

// What holds if the value is told, and for != and !~ its opposite.
bool affirmed(const Node& node, const WhereValue& value, Comparison comparison) {
  const bool is_told = value.number.has_value() || !value.texts.empty();
  if (!is_told && comparison == Comparison::kEqual) return !node.number && node.text.empty();
  if (value.number && node.number) return compares(*value.number, comparison, *node.number);
  return std::any_of(value.texts.begin(), value.texts.end(), [&](const std::string& text) {
    if (comparison == Comparison::kMatches) return re2::RE2::PartialMatch(text, *node.pattern);
    return compares(text, comparison, node.text);
  });
}

bool holds(const Node& node, const Task& task, const WhereContext& context) {
  switch (node.kind) {
    case Node::Kind::kAnd:
      return holds(*node.left, task, context) && holds(*node.right, task, context);
    case Node::Kind::kOr:
      return holds(*node.left, task, context) || holds(*node.right, task, context);
    case Node::Kind::kNot:
      return !holds(*node.left, task, context);
    case Node::Kind::kCompare:
      break;
  }
  const WhereValue value =
      node.field != nullptr ? node.field->value(task, context) : other_field(task, node.other);
  if (node.comparison == Comparison::kUnequal) return !affirmed(node, value, Comparison::kEqual);
  if (node.comparison == Comparison::kMatchesNot) {
    return !affirmed(node, value, Comparison::kMatches);
  }
  return affirmed(node, value, node.comparison);
}

}  // namespace

bool Where::holds(const Task& task, const WhereContext& context) const {
  return replay::holds(*root_, task, context);
}

std::string where_help() {
  std::string out =
      "Expressions after --where compare a field with a value by =, !=, <, <=, >, >=,\n"
      "~ (finds an RE2 pattern) or !~, and are put together with and, or, not and\n"
      "parentheses. Durations need a unit (250us, 1.5s), counts may have one (10k, 2M).\n"
      "Values with blanks, parentheses or such signs go in double quotes. What the log\n"
      "does not tell of a task is unequal to everything but \"\": name = \"\" finds tasks\n"
      "without a name. Fields:\n";
  for (const WhereField& field : where_fields()) {
    out += fmt::format("  {:<20}{}\n", field.name, field.help);
  }
  out += fmt::format("  {:<20}{}\n", "fields.NAME", "any other field, as fields.size.bytes");
  return out;
}

namespace {

// Calls `visit` with each comparison.
template <typename Visit>
void visit_comparisons(const Node& node, const Visit& visit) {
  if (node.left) visit_comparisons(*node.left, visit);
  if (node.right) visit_comparisons(*node.right, visit);
  if (node.kind == Node::Kind::kCompare && node.field != nullptr) visit(node);
}

}  // namespace

bool Where::asks_for(std::string_view field) const {
  bool found = false;
  visit_comparisons(*root_, [&](const Node& node) { found |= node.field->name == field; });
  return found;
}

std::vector<std::string_view> Where::lints() const {
  std::vector<std::string_view> out;
  visit_comparisons(*root_, [&](const Node& node) {
    const Lint* lint = node.field->name == "warning" ? find_lint(node.text) : nullptr;
    if (lint != nullptr) out.push_back(lint->name);
  });
  return out;
}

}  // namespace ari::replay

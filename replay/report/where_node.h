// Where::Node: an expression taken apart.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>

#include "replay/report/where.h"
#include "replay/report/where_field.h"

namespace ari::replay {

enum class Comparison : std::uint8_t {
  kEqual,
  kUnequal,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kMatches,
  kMatchesNot,
};

struct Where::Node {
  enum class Kind : std::uint8_t { kAnd, kOr, kNot, kCompare };

  Kind kind{};
  std::shared_ptr<const Node> left, right;  // kAnd, kOr: both; kNot: left

  // kCompare
  const WhereField* field = nullptr;  // null: `other`
  std::string other;                  // a name behind "fields."
  Comparison comparison{};
  std::string text;
  std::optional<WhereNumber> number;        // what is typed, if it is one
  std::shared_ptr<const re2::RE2> pattern;  // kMatches, kMatchesNot
};

}  // namespace ari::replay

// WhereField: what of a task an expression can ask for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "replay/input/coverage.h"
#include "replay/model/task.h"

namespace ari::replay {

enum class WhereType : std::uint8_t {
  kText,
  kWord,      // text of which all values are known
  kDuration,  // nanoseconds
  kCount,
  kAny,  // fields.NAME: a number or text, as the program gave it
};

__extension__ using WhereNumber = __int128;  // holds all that any 64 bits can be

// One of a task's values: a whole number, or text; of several texts one has to fit. Nothing
// in it: the log does not tell.
struct WhereValue {
  std::optional<WhereNumber> number;
  std::vector<std::string> texts;
};

// What else there is to know of a task.
struct WhereContext {
  const std::vector<std::string_view>& warnings;  // names of the lints that hold against it
  const Coverage& coverage;
};

struct WhereField {
  std::string_view name;  // as typed
  WhereType type;
  std::string_view help;
  WhereValue (*value)(const Task& task, const WhereContext& context);
  std::vector<std::string_view> (*words)();  // kWord: what it can be
};

// All but `fields.NAME`.
std::span<const WhereField> where_fields();

// What begins the name of a task's other field, as in `fields.size.bytes`.
inline constexpr std::string_view kOtherField = "fields.";

// The value of the task's field with this name.
WhereValue other_field(const Task& task, std::string_view name);

}  // namespace ari::replay

// Where: which tasks of a table are listed, as an expression that users type.
//
//   polls > 100 and (busy >= 1ms or name ~ "^conn") and not state = completed
//
//   expression  = conjunction { "or" conjunction }
//   conjunction = term { "and" term }
//   term        = "not" term | "(" expression ")" | comparison
//   comparison  = FIELD ( "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "!~" ) VALUE
//
// A VALUE is a word, or anything in double quotes (\" and \\ inside). Durations need a unit
// (250us, 1.5s), counts may have one (10k, 2M). Text is compared as it is; ~ finds an RE2
// pattern in it. What the log does not tell of a task, say its name, is unequal to
// everything: only != and !~ hold for it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "replay/model/task.h"
#include "replay/report/where_field.h"
#include "replay/result.h"

namespace ari::replay {

class Where {
 public:
  struct Node;
  explicit Where(std::shared_ptr<const Node> root) : root_(std::move(root)) {}

  bool holds(const Task& task, const WhereContext& context) const;
  // Whether any comparison is of this field.
  bool asks_for(std::string_view field) const;
  // Of the values that `warning` is compared with those that are names of lints.
  std::vector<std::string_view> lints() const;

 private:
  std::shared_ptr<const Node> root_;
};

// The error names the column, says what was expected, and shows both below the text:
//
//   column 7: expected =, !=, <, <=, >, >=, ~ or !~, found 'and'
//     polls and busy > 1ms
//           ^
Result<Where> parse_where(std::string_view text);

// The fields and what they hold, for the help.
std::string where_help();

}  // namespace ari::replay

// Choosing one of many things by what a user typed; where that is not clear, the error lists the
// candidates, or what there is to choose from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "replay/report/table.h"
#include "replay/result.h"

namespace ari::replay {

// A whole number and nothing else.
std::optional<std::uint64_t> parse_id(std::string_view text);

// That one was expected behind the `=` of what was typed.
Error number_expected(std::string_view typed);

struct Choosing {
  std::string_view what;                // "task"; "tasks" are several
  std::string_view typed;               // not safe to print
  std::vector<std::string_view> names;  // of all there are, by index, to guess what was meant
  // A row for each of these, with all that can be typed to mean it.
  std::function<Table(const std::vector<std::size_t>& indices)> table;
};

// The only one of `found`, indices of things.
Result<std::size_t> choose(const Choosing& choosing, const std::vector<std::size_t>& found);

}  // namespace ari::replay

// Breaking sentences into lines that fit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ari::replay {

// `text` in lines of at most `columns`, broken at blanks; a word wider than that is broken
// where it must be. At least one line.
std::vector<std::string> wrap(std::string_view text, std::size_t columns);

}  // namespace ari::replay

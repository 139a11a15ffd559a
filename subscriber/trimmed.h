// Text without the blanks around it, which mean nothing in ARI and ARI_FILTER. A part of `text` even if
// nothing is left.
#pragma once

#include <string_view>

namespace ari::subscriber {

inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return text.substr(text.size());
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace ari::subscriber

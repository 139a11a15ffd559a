#include "replay/report/wrap.h"

#include <algorithm>

#include "replay/report/display_width.h"

namespace ari::replay {

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  columns = std::max<std::size_t>(columns, 2);  // room for any one character
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t width = display_width(word);
    if (used > 0 && used + 1 + width > columns) {
      lines.emplace_back();
      used = 0;
    }
    if (used > 0) lines.back() += ' ', ++used;
    while (display_width(word) > columns - used) {  // wider than a whole line
      const std::size_t bytes = bytes_that_fit(word, columns - used);
      lines.back() += word.substr(0, bytes);
      lines.emplace_back();
      used = 0;
      word.remove_prefix(bytes);
    }
    lines.back() += word;
    used += display_width(word);
  }
  return lines;
}

}  // namespace ari::replay

#include "replay/input/sgr.h"

#include <cstddef>

namespace ari::replay {

namespace {

// The length of the `ESC[…m` at the front of `text`, 0 if there is none.
std::size_t sgr_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  std::size_t n = 2;
  while (n < text.size() && ((text[n] >= '0' && text[n] <= '9') || text[n] == ';')) ++n;
  return n < text.size() && text[n] == 'm' ? n + 1 : 0;
}

}  // namespace

bool is_coloured(std::string_view line) noexcept { return sgr_length(line) > 0; }

void strip_colour(std::string_view line, std::string& plain) {
  plain.clear();
  while (!line.empty()) {
    const std::size_t escape = line.find('\x1b');
    plain.append(line.substr(0, escape));
    if (escape == std::string_view::npos) return;
    line.remove_prefix(escape);
    const std::size_t length = sgr_length(line);
    if (length == 0) plain.push_back('\x1b');
    line.remove_prefix(length == 0 ? 1 : length);
  }
}

std::size_t coloured_offset(std::string_view line, std::size_t plain_offset) noexcept {
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t length = sgr_length(line.substr(at));
    if (length == 0 && plain_offset-- == 0) break;
    at += length == 0 ? 1 : length;
  }
  return at;
}

}  // namespace ari::replay

#include "replay/report/shorten.h"

#include "replay/report/display_width.h"
#include "subscriber/utf8.h"

namespace ari::replay {

namespace {

constexpr std::string_view kEllipsis = "…";

// The longest end of `text` that fits into `columns`.
std::string_view tail_that_fits(std::string_view text, std::size_t columns) {
  std::size_t width = display_width(text);
  while (width > columns) {
    const auto character = subscriber::first_character(text);
    width -= character.valid ? character_width(character.code) : 1;
    text.remove_prefix(character.bytes);
  }
  return text;
}

std::string shorten_start(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  return std::string(kEllipsis) + std::string(tail_that_fits(text, columns - 1));
}

// Where cargo unpacks crates is the same for all of them and says nothing.
std::string without_cargo_home(std::string_view location) {
  constexpr std::string_view kRegistry = ".cargo/registry/src/";
  constexpr std::string_view kGit = ".cargo/git/checkouts/";
  std::string_view rest = location;
  if (const auto at = location.find(kRegistry); at != std::string_view::npos) {
    rest = location.substr(at + kRegistry.size());
    const auto index_end = rest.find('/');  // the registry's own directory
    rest = index_end == std::string_view::npos ? location : rest.substr(index_end + 1);
  } else if (const auto checkout = location.find(kGit); checkout != std::string_view::npos) {
    rest = location.substr(checkout + kGit.size());
  }
  if (rest.size() == location.size()) return std::string(location);
  return "<cargo>/" + std::string(rest);
}

}  // namespace

std::string shorten_end(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  return std::string(text.substr(0, bytes_that_fit(text, columns - 1))) + std::string(kEllipsis);
}

std::string shorten_middle(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns < 4) return shorten_end(text, columns);
  const std::size_t back = (columns - 1) / 3;
  const std::size_t front = columns - 1 - back;
  return std::string(text.substr(0, bytes_that_fit(text, front))) + std::string(kEllipsis) +
         std::string(tail_that_fits(text, back));
}

std::string shorten_location(std::string_view location, std::size_t columns) {
  const std::string text = without_cargo_home(location);
  if (display_width(text) <= columns) return text;
  const auto slash = text.rfind('/');
  if (slash == std::string::npos || slash == 0) return shorten_start(text, columns);
  const std::string file = std::string(kEllipsis) + text.substr(slash);
  // Directories go from the right until it fits, so that the crate's name stays longest.
  for (auto end = text.rfind('/', slash - 1); end != std::string::npos && end > 0;
       end = text.rfind('/', end - 1)) {
    const std::string shorter = text.substr(0, end + 1) + file;
    if (display_width(shorter) <= columns) return shorter;
  }
  if (display_width(file) <= columns) return file;
  return shorten_start(text.substr(slash + 1), columns);
}

}  // namespace ari::replay

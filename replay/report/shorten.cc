#include "replay/report/shorten.h"

#include "replay/report/display_width.h"
#include "subscriber/utf8.h"

namespace ari::replay {

namespace {

constexpr std::string_view kEllipsis = "…";

// A short name, as a resource's type is one, tells more than all the digits of a long id.
constexpr std::size_t kShortName = 12, kLeastName = 4,
                      kLongId = std::string_view(" [12345678]").size();

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

// The length of " [17]" at the end of `text`; 0 if there is none, or if there are others.
std::size_t id_length(std::string_view text) {
  const std::size_t bracket = text.rfind(" [");
  if (bracket == std::string_view::npos || !text.ends_with(']')) return 0;
  if (text.find('[') < bracket) return 0;
  const std::string_view id = text.substr(bracket + 2, text.size() - bracket - 3);
  const bool is_id = !id.empty() && id.find_first_not_of("0123456789") == std::string_view::npos;
  return is_id ? text.size() - bracket : 0;
}

}  // namespace

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

std::string shorten_end(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  return std::string(text.substr(0, bytes_that_fit(text, columns - 1))) + std::string(kEllipsis);
}

std::string shorten_middle(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (const std::size_t id = id_length(text); id > 0) {
    const std::string_view tail = text.substr(text.size() - id);
    const std::string_view name = text.substr(0, text.size() - id);
    const std::size_t width = display_width(name);
    if (id > kLongId && width <= kShortName && columns < id + kLeastName && columns >= width + 5) {
      const std::size_t kept = columns - width - 4;  // of its digits and the bracket around them
      return std::string(name) + " […" + std::string(tail.substr(tail.size() - 1 - kept));
    }
    if (columns <= id) return shorten_start(tail.substr(1), columns);
    return shorten_end(text.substr(0, text.size() - id), columns - id) + std::string(tail);
  }
  if (columns < 4) return shorten_end(text, columns);
  const std::size_t back = (columns - 1) / 3;
  const std::size_t front = columns - 1 - back;
  return std::string(text.substr(0, bytes_that_fit(text, front))) + std::string(kEllipsis) +
         std::string(tail_that_fits(text, back));
}

std::string shorten_list(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  constexpr std::string_view kSeparator = ", ";
  for (std::size_t end = text.rfind(kSeparator); end != std::string_view::npos && end > 0;
       end = text.rfind(kSeparator, end - 1)) {
    const std::string_view front = text.substr(0, end + kSeparator.size());
    if (display_width(front) < columns) return std::string(front) + std::string(kEllipsis);
  }
  return shorten_middle(text.substr(0, text.find(kSeparator)), columns);
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

#include "replay/input/problems.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/input/utf8.h"

namespace ari::replay {

namespace {

// Bytes of the line that are shown before and after the place.
constexpr std::size_t kBefore = 48;
constexpr std::size_t kAfter = 32;

// Whether the byte continues a UTF-8 character, so that no cut may fall before it.
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Counts the problem; false if enough are kept already.
bool wanted(Coverage& coverage) {
  if (coverage.problems.size() < Coverage::kProblemsKept) return true;
  ++coverage.problems_dropped;
  return false;
}

}  // namespace

void note_problem(Coverage& coverage, Severity severity, const Line& line, std::size_t offset,
                  std::string message) {
  if (!wanted(coverage)) return;
  offset = std::min(offset, line.text.size());
  std::size_t first = offset - std::min(offset, kBefore);
  while (first < offset && continues(line.text[first])) ++first;
  std::size_t last = std::min(line.text.size(), offset + kAfter);
  while (last < line.text.size() && last > offset && continues(line.text[last])) --last;
  coverage.problems.push_back({severity, line.number, offset + 1, std::move(message),
                               std::string(line.text.substr(first, last - first)),
                               offset - first + 1});
}

void note_problem(Coverage& coverage, Severity severity, const Line& line, std::string message) {
  if (!wanted(coverage)) return;
  coverage.problems.push_back({severity, line.number, 0, std::move(message), "", 0});
}

void note_invalid_utf8(Coverage& coverage, const Line& line) {
  const std::size_t invalid = first_invalid_utf8(line.text);
  if (invalid == kValidUtf8) return;
  note_problem(
      coverage, Severity::kInfo, line, invalid,
      fmt::format("expected UTF-8, found {}: kept as it is", found_at(line.text, invalid)));
}

std::string found_at(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return "the end of the line";
  const char c = text[offset];
  if (c == '"') return "a string";
  if (c == '{') return "an object";
  if (c == '[') return "a list";
  if (c == '-' || (c >= '0' && c <= '9')) return "a number";
  const std::string_view rest = text.substr(offset);
  for (std::string_view word : {"true", "false", "null"}) {
    if (rest.starts_with(word)) return std::string(word);
  }
  if (c == '\'') return "an apostrophe";
  if (c == ' ') return "a blank";
  if (c > ' ' && c <= '~') return fmt::format("'{}'", c);
  return fmt::format("byte 0x{:02x}", static_cast<unsigned char>(c));
}

}  // namespace ari::replay

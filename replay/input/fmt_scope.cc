#include "replay/input/fmt_scope.h"

#include <algorithm>

#include "replay/input/digits.h"
#include "replay/input/rust_text.h"
#include "replay/input/span_text.h"

namespace ari::replay {

namespace {

// Whether a scope may go on, or end, with `rest` behind a span: another span's name, or
// the blank in front of what follows the scope.
bool may_follow(std::string_view rest) {
  if (rest.empty() || rest[0] == ' ') return true;
  const char c = rest[0];
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// How many braces with a colon a task's name is thought to hold at most. Without a bound a line of
// many spans whose fields lack a column is searched to its end for each of them.
constexpr int kMostEnds = 16;

// Where the field list that `text` starts with ends: the offset of the brace in front of
// a colon, or npos.
std::size_t fields_end(std::string_view name, std::string_view text) {
  std::size_t first = std::string_view::npos;
  bool value_begins = false;
  int ends = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"' && value_begins) {
      // Braces inside a quoted value are not the list's.
      const std::size_t length = quoted_length(text.substr(at));
      const char behind = at + length < text.size() ? text[at + length] : '\0';
      if (length > 0 && (behind == ' ' || behind == '}')) {
        at += length - 1;
        value_begins = false;
        continue;
      }
    }
    value_begins = c == '=';
    if (c != '}' || at + 1 >= text.size() || text[at + 1] != ':') continue;
    if (!may_follow(text.substr(at + 2))) continue;
    // A task's name may hold anything, a brace and a colon too.
    if (name != "runtime.spawn" || ends_with_column(text.substr(0, at))) return at;
    first = std::min(first, at);
    if (++ends == kMostEnds) break;
  }
  return first;
}

// Whether `text` starts with a path of several names and a colon, as targets mostly are.
bool starts_with_path(std::string_view text) {
  const std::string_view front = text.substr(0, text.find(": "));
  return front.size() < text.size() && is_path(front) && front.find("::") != std::string_view::npos;
}

}  // namespace

bool is_path(std::string_view text) {
  return !text.empty() && text.find_first_of(" {}\"=()[]") == std::string_view::npos;
}

std::size_t fmt_span_length(std::string_view text) {
  const std::size_t stop = text.find_first_of("{:");
  if (stop == std::string_view::npos || stop == 0) return 0;
  if (text[stop] == ':') {
    // `tokio::task` is a target.
    return text.substr(stop + 1).starts_with(':') ? 0 : stop + 1;
  }
  const std::size_t end = fields_end(text.substr(0, stop), text.substr(stop + 1));
  return end == std::string_view::npos ? 0 : stop + 1 + end + 2;
}

std::size_t fmt_scope_length(std::string_view text, std::size_t& last) {
  std::size_t length = 0;
  for (;;) {
    const std::size_t span = fmt_span_length(text.substr(length));
    if (span == 0) return length;
    last = length;
    length += span;
    if (length < text.size() && text[length] != ' ') continue;
    // A single name may be a span's, or the target of an event in none.
    const bool bare = last == 0 && text[length - 2] != '}';
    return bare && !starts_with_path(text.substr(std::min(length + 1, text.size()))) ? 0 : length;
  }
}

std::size_t fmt_place_length(std::string_view text) {
  const std::size_t end = text.find(": ");
  if (end == std::string_view::npos) return 0;
  const std::string_view place = text.substr(0, end);
  std::size_t digits = place.size();
  while (digits > 0 && is_digit(place[digits - 1])) --digits;
  const bool has_line = digits < place.size() && (digits == 0 || place[digits - 1] == ':');
  const std::string_view file = has_line ? place.substr(0, digits > 0 ? digits - 1 : 0) : place;
  if (!(has_line && file.empty()) && !file.ends_with(".rs")) return 0;
  return end + 2;
}

}  // namespace ari::replay

#include "replay/input/span_text.h"

#include <algorithm>
#include <charconv>

#include "replay/input/digits.h"
#include "replay/input/rust_text.h"

namespace ari::replay {

namespace {

// Whether `c` may be in a span's name or an event's target when we have to guess.
bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '.' ||
         c == ':' || c == '-' || c == '/';
}

// Whether a line may go on with `rest` behind a span: the end of the line about the span,
// another span, or an event's target.
bool may_follow(std::string_view rest) {
  if (rest == "new" || rest == "enter" || rest == "exit" || rest == "close") return true;
  std::size_t n = 0;
  while (n < rest.size() && is_word_character(rest[n])) ++n;
  if (n == 0 || n == rest.size()) return n > 1 && rest[n - 1] == ':';
  if (rest[n] == ' ') return n > 1 && rest[n - 1] == ':';
  if (rest[n] != '[') return false;
  std::size_t digits = n + 1;
  while (digits < rest.size() && is_digit(rest[digits])) ++digits;
  return digits > n + 1 && rest.substr(digits).starts_with("]");
}

// The end of the field list at the front of `text`, behind the opening brace: the offset
// of its closing brace, or npos.
std::size_t fields_end(std::string_view name, std::string_view text) {
  std::size_t first = std::string_view::npos;
  std::size_t at = 0;
  bool value_begins = false;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"' && value_begins) {
      // Braces inside a quoted value are not the list's. Something bare may begin with a
      // quote too; then it is not followed as a quoted value is.
      const std::size_t length = quoted_length(text.substr(at));
      const std::string_view behind = text.substr(at + length);
      if (length > 0 && (behind.starts_with(", ") || behind.starts_with("}"))) {
        at += length;
        value_begins = false;
        continue;
      }
    }
    value_begins = c == '=';
    if (c == '}' && at + 1 < text.size() && text[at + 1] == ' ' &&
        may_follow(text.substr(at + 2))) {
      // A task's name may hold anything, a brace and a word behind it too. Where the list
      // ends like a task's, that is the better sign.
      if (name != "runtime.spawn" || ends_with_column(text.substr(0, at))) return at;
      first = std::min(first, at);
    }
    ++at;
  }
  return first;
}

}  // namespace

bool ends_with_column(std::string_view fields) {
  std::size_t n = fields.size();
  while (n > 0 && is_digit(fields[n - 1])) --n;
  return n < fields.size() && fields.substr(0, n).ends_with("loc.col=");
}

std::optional<SpanText> SpanTexts::read(std::string_view text, std::string_view& fault) const {
  const std::size_t bracket = text.find('[');
  if (bracket == std::string_view::npos || bracket == 0) return std::nullopt;
  SpanText span;
  span.name = text.substr(0, bracket);
  if (span.name.find(": ") != std::string_view::npos) return std::nullopt;  // an event's text

  const char* const digits = text.data() + bracket + 1;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(digits, end, span.id);
  if (stop == digits || stop == end || *stop != ']') return std::nullopt;
  if (error != std::errc()) {
    fault = "expected a span id of at most 64 bits";
    return std::nullopt;
  }
  if (span.id == trace::kNoSpan) return std::nullopt;
  const auto behind_id = static_cast<std::size_t>(stop + 1 - text.data());
  const std::string_view rest = text.substr(behind_id);
  const auto known = known_.find(span.id);
  const bool same_name = known != known_.end() && known->second.name == span.name;

  if (rest.starts_with(' ')) {
    span.has_fields = false;
    span.known = same_name;
    span.length = behind_id;
    return span;
  }
  if (!rest.starts_with('{')) return std::nullopt;
  const std::string_view list = rest.substr(1);
  std::size_t list_end = std::string_view::npos;
  if (same_name && list.starts_with(known->second.fields) &&
      list.substr(known->second.fields.size()).starts_with("} ")) {
    span.known = true;
    list_end = known->second.fields.size();
  } else {
    list_end = fields_end(span.name, list);
  }
  if (list_end == std::string_view::npos) {
    fault = "expected the fields of this span to end in a brace";
    return std::nullopt;
  }
  span.fields = list.substr(0, list_end);
  span.length = behind_id + 1 + list_end + 1;
  return span;
}

void SpanTexts::remember(const SpanText& span) {
  Known& known = known_[span.id];
  known.name = span.name;
  known.fields = span.fields;
}

}  // namespace ari::replay

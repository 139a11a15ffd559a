#include "replay/input/json_cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "replay/input/json_string.h"
#include "replay/input/problems.h"
#include "replay/input/utf8.h"

namespace ari::replay {

namespace {

bool is_digit(const char* p, const char* end) { return p < end && *p >= '0' && *p <= '9'; }

const char* skip_digits(const char* p, const char* end) {
  while (is_digit(p, end)) ++p;
  return p;
}

// The extent of a number by JSON's grammar.
struct NumberText {
  const char* end;  // null: this is no number
  bool integer;
};

NumberText number_text(const char* p, const char* end) {
  if (p < end && *p == '-') ++p;
  if (!is_digit(p, end)) return {nullptr, false};
  const char* const first = p;
  p = skip_digits(p, end);
  if (*first == '0' && p - first > 1) return {nullptr, false};
  bool integer = true;
  if (p < end && *p == '.') {
    if (!is_digit(p + 1, end)) return {nullptr, false};
    p = skip_digits(p + 1, end);
    integer = false;
  }
  if (p < end && (*p == 'e' || *p == 'E')) {
    const char* digits = p + 1;
    if (digits < end && (*digits == '+' || *digits == '-')) ++digits;
    if (!is_digit(digits, end)) return {nullptr, false};
    p = skip_digits(digits, end);
    integer = false;
  }
  return {p, integer};
}

// Reads all of [p, end) as a T; false if it does not fit.
template <typename T>
bool convert(const char* p, const char* end, T& value) {
  const auto [stop, error] = std::from_chars(p, end, value);
  return error == std::errc() && stop == end;
}

}  // namespace

bool JsonCursor::string(std::string_view key, std::string_view& value) {
  skip_blanks();
  if (p_ == end_ || *p_ != '"') return expected("a string", key);
  const char* const opening = p_++;
  const PlainRun run = plain_run(p_, end_);
  ascii_ &= run.ascii;
  if (run.end < end_ && *run.end == '"') {
    value = {p_, static_cast<std::size_t>(run.end - p_)};
    p_ = run.end + 1;
    return true;
  }
  return string_with_escapes(opening, value);
}

bool JsonCursor::string_with_escapes(const char* opening, std::string_view& value) {
  std::string& text = room_.room();
  for (;;) {
    const PlainRun run = plain_run(p_, end_);
    ascii_ &= run.ascii;
    text.append(p_, run.end);
    p_ = run.end;
    if (p_ == end_) {
      return fail(
          static_cast<std::size_t>(p_ - begin_),
          fmt::format("the string that starts at column {} has no end", opening - begin_ + 1));
    }
    if (*p_ == '"') break;
    if (*p_ != '\\') {
      return fail(static_cast<std::size_t>(p_ - begin_),
                  fmt::format("expected control character 0x{:02x} of a string to be escaped",
                              static_cast<unsigned char>(*p_)));
    }
    if (!escape(text)) return false;
  }
  ++p_;
  value = room_.piece();
  return true;
}

bool JsonCursor::escape(std::string& to) {
  const char* const backslash = p_++;
  const char c = p_ < end_ ? *p_++ : '\0';
  switch (c) {
    case '"':
    case '\\':
    case '/':
      to.push_back(c);
      return true;
    case 'b':
      to.push_back('\b');
      return true;
    case 'f':
      to.push_back('\f');
      return true;
    case 'n':
      to.push_back('\n');
      return true;
    case 'r':
      to.push_back('\r');
      return true;
    case 't':
      to.push_back('\t');
      return true;
    default:
      break;
  }
  const auto at = static_cast<std::size_t>(backslash - begin_);
  char32_t unit = 0;
  if (c != 'u' || !hex4(unit)) return fail(at, "expected an escape sequence of JSON after '\\'");
  if (unit >= 0xd800 && unit < 0xe000) {
    char32_t low = 0;
    const bool pair = unit < 0xdc00 && end_ - p_ >= 2 && p_[0] == '\\' && p_[1] == 'u';
    if (pair) p_ += 2;
    if (!pair || !hex4(low) || low < 0xdc00 || low > 0xdfff) {
      return fail(at, "expected a surrogate to be half of a pair");
    }
    unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
  }
  append_utf8(to, unit);
  return true;
}

bool JsonCursor::hex4(char32_t& unit) {
  if (end_ - p_ < 4) return false;
  unsigned value = 0;
  const auto [stop, error] = std::from_chars(p_, p_ + 4, value, 16);
  if (error != std::errc() || stop != p_ + 4) return false;
  unit = value;
  p_ += 4;
  return true;
}

bool JsonCursor::u64(std::string_view key, std::uint64_t& value) {
  skip_blanks();
  const NumberText text = number_text(p_, end_);
  if (text.end == nullptr) return expected("a number", key);
  if (!text.integer || *p_ == '-') return wrong_number("a whole number from 0", key, text.end);
  if (!convert(p_, text.end, value)) {
    return wrong_number("a number of at most 64 bits", key, text.end);
  }
  p_ = text.end;
  return true;
}

bool JsonCursor::number(std::string_view key, trace::Value& value) {
  const NumberText text = number_text(p_, end_);
  if (text.end == nullptr) return expected("a number as JSON writes it", key);
  bool fits = false;
  if (!text.integer) {
    double f64 = 0;
    fits = convert(p_, text.end, f64);
    value = trace::Value(f64);
  } else if (*p_ == '-') {
    std::int64_t i64 = 0;
    fits = convert(p_, text.end, i64);
    value = trace::Value(i64);
  } else {
    std::uint64_t u64 = 0;
    fits = convert(p_, text.end, u64);
    value = trace::Value(u64);
  }
  if (!fits) return wrong_number("a number of at most 64 bits", key, text.end);
  p_ = text.end;
  return true;
}

bool JsonCursor::boolean(std::string_view key, bool& value) {
  skip_blanks();
  if (word("true")) return value = true, true;
  if (word("false")) return value = false, true;
  return expected("true or false", key);
}

bool JsonCursor::scalar(std::string_view key, trace::Value& value) {
  switch (peek()) {
    case '"': {
      std::string_view text;
      if (!string(key, text)) return false;
      value = trace::Value(text);
      return true;
    }
    case 't':
    case 'f': {
      bool truth = false;
      if (!boolean(key, truth)) return false;
      value = trace::Value(truth);
      return true;
    }
    default:
      break;
  }
  const bool is_number = p_ < end_ && (*p_ == '-' || is_digit(p_, end_));
  return is_number ? number(key, value) : expected("a string, a number or a boolean", key);
}

bool JsonCursor::skip(int levels) {
  if (levels == 0) {
    return fail(offset(), fmt::format("expected at most {} levels of nesting", kDeepest));
  }
  switch (peek()) {
    case '{':
      return object("", [&](std::string_view) { return skip(levels - 1); });
    case '[':
      return list("", [&] { return skip(levels - 1); });
    case 'n':
      return word("null") || expected("a value");
    default:
      break;
  }
  const char c = peek();
  if (c == '-' || (c >= '0' && c <= '9')) {
    // A value that nobody asked for may be larger than we could hold.
    const NumberText text = number_text(p_, end_);
    if (text.end == nullptr) return expected("a number as JSON writes it");
    p_ = text.end;
    return true;
  }
  trace::Value ignored;
  return scalar("", ignored);
}

bool JsonCursor::raw(std::string_view& text) {
  skip_blanks();
  const char* const first = p_;
  if (!skip()) return false;
  text = {first, static_cast<std::size_t>(p_ - first)};
  return true;
}

bool JsonCursor::end() {
  skip_blanks();
  return p_ == end_ || expected("the end of the line");
}

char JsonCursor::peek() {
  skip_blanks();
  return p_ < end_ ? *p_ : '\0';
}

std::size_t JsonCursor::offset() {
  skip_blanks();
  return static_cast<std::size_t>(p_ - begin_);
}

bool JsonCursor::member_key(std::string_view& key) {
  skip_blanks();
  if (p_ == end_ || *p_ != '"') return expected("a key in quotes");
  if (!string("", key)) return false;
  return take(':') || expected("':'");
}

bool JsonCursor::word(std::string_view word) {
  if (!std::string_view(p_, static_cast<std::size_t>(end_ - p_)).starts_with(word)) return false;
  p_ += word.size();
  return true;
}

bool JsonCursor::wrong_number(std::string_view what, std::string_view key, const char* end) {
  constexpr std::size_t kShown = 40;  // digits of a number that somebody made very long
  const auto length = static_cast<std::size_t>(end - p_);
  std::string message = fmt::format("expected {}", what);
  if (!key.empty()) message += fmt::format(" for \"{}\"", key);
  message += fmt::format(", found {}{}", std::string_view(p_, std::min(length, kShown)),
                         length > kShown ? "…" : "");
  return fail(offset(), std::move(message));
}

bool JsonCursor::expected(std::string_view what, std::string_view key) {
  const std::size_t at = offset();
  std::string message = fmt::format("expected {}", what);
  if (!key.empty()) message += fmt::format(" for \"{}\"", key);
  message += ", found " + found_at({begin_, static_cast<std::size_t>(end_ - begin_)}, at);
  return fail(at, std::move(message));
}

bool JsonCursor::fail(std::size_t offset, std::string message) {
  fault_ = {offset, std::move(message)};
  return false;
}

}  // namespace ari::replay

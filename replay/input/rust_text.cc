// How a bare value's end is found.
//
//   kind=task, task.name=a, b=c, task.id=7, loc.file="src/main.rs"
//
// A quoted value ends at its closing quote if a comma, or the end, follows. Any other
// ends in front of the next `, NAME=`, where NAME holds no blank. That cuts the name
// above in two (`a` and a field `b`), so a task's name, the one field that people fill
// freely, is known to end at the last `, task.id=`.
#include "replay/input/rust_text.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "replay/input/utf8.h"
#include "subscriber/text_writer.h"

namespace ari::replay {

using subscriber::Field;
using trace::Value;

namespace {

constexpr bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == ':' || c == '-' || c == '#';
}

// The length of a field name at the front of `text` if its value follows, else 0.
std::size_t name_length(std::string_view text, const ListStyle& style) {
  const char stop = style.assign[0];
  std::size_t n = 0;
  while (n < text.size() && text[n] != stop && is_name_character(text[n])) ++n;
  return n > 0 && text.substr(n).starts_with(style.assign) ? n : 0;
}

// Where the next field begins in `text`, its separator included; or its size.
std::size_t next_field(std::string_view text, const ListStyle& style) {
  std::size_t at = text.find(style.separator);
  while (at != std::string_view::npos && !starts_with_field(text.substr(at), style)) {
    at = text.find(style.separator, at + style.separator.size());
  }
  return std::min(at, text.size());
}

// All of `text` as a T, if it is one.
template <typename T>
Value number(std::string_view text) {
  T value{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && stop == text.data() + text.size() ? Value(value) : Value();
}

// Whether the text writer prints the value as `text`.
bool is_printed_as(const Value& value, std::string_view text) {
  if (value.type() == trace::ValueType::kNone) return false;
  std::string printed;
  subscriber::append_value(printed, value);
  return printed == text;
}

// A number or boolean that is printed as `text`; kNone if there is none.
Value number_or_boolean(std::string_view text) {
  if (text == "true") return Value(true);
  if (text == "false") return Value(false);
  const char first = text.empty() ? '\0' : text[0];
  if (first != '-' && (first < '0' || first > '9')) return Value();
  for (const Value value :
       {number<std::uint64_t>(text), number<std::int64_t>(text), number<double>(text)}) {
    if (is_printed_as(value, text)) return value;
  }
  return Value();
}

// The length of the value at the front of a span's remaining field list. `before`: how
// many fields came before; a task's name has always been among the first.
std::size_t span_value_length(std::string_view name, std::string_view text, std::size_t before,
                              const ListStyle& style) {
  if (name == "task.name" && before < 4) {
    constexpr std::string_view kNext = "task.id";
    for (std::size_t end = text.rfind(kNext); end != std::string_view::npos && end > 0;
         end = text.rfind(kNext, end - 1)) {
      if (text.substr(0, end).ends_with(style.separator) &&
          text.substr(end + kNext.size()).starts_with(style.assign)) {
        return end - style.separator.size();
      }
    }
  }
  const std::size_t quoted = quoted_length(text);
  if (quoted > 0 && (quoted == text.size() || starts_with_field(text.substr(quoted), style))) {
    return quoted;
  }
  return next_field(text, style);
}

// The length of the value at the front of what is left of an event's line.
std::size_t event_value_length(std::string_view text) {
  const auto may_end_at = [&text](std::size_t n) {
    return n == text.size() || text[n] == ' ' || starts_with_field(text.substr(n), kAriList);
  };
  const std::size_t quoted = quoted_length(text);
  if (quoted > 0 && may_end_at(quoted)) return quoted;
  const std::size_t word = std::min(text.find_first_of(", "), text.size());
  if (may_end_at(word) &&
      number_or_boolean(text.substr(0, word)).type() != trace::ValueType::kNone) {
    return word;
  }
  // A bare text may hold blanks itself: it goes on up to the next field if there is one.
  const std::size_t next = next_field(text, kAriList);
  return next < text.size() ? next : std::min(text.find(' '), text.size());
}

// Tokio prints these with Display, whatever they hold: a task may be called 7 or "x".
bool is_always_display(std::string_view name) { return name == "task.name" || name == "fn"; }

// Appends what the escape sequence at the front of `text` stands for and returns its
// length, 0 if it is none of Rust's.
std::size_t unescape_one(std::string_view text, std::string& to) {
  static constexpr std::string_view kLetters = "nrt0\"\\'";
  static constexpr std::string_view kMeanings("\n\r\t\0\"\\'", 7);
  if (text.size() < 2) return 0;
  if (const std::size_t i = kLetters.find(text[1]); i != std::string_view::npos) {
    to.push_back(kMeanings[i]);
    return 2;
  }
  const std::size_t close = text.find('}');
  if (!text.starts_with("\\u{") || close == std::string_view::npos) return 0;
  const char* const end = text.data() + close;
  std::uint32_t code = 0;
  const auto [stop, error] = std::from_chars(text.data() + 3, end, code, 16);
  const bool character = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  if (error != std::errc() || stop != end || !character) return 0;
  append_utf8(to, code);
  return close + 1;
}

// Appends what the text between quotes stands for; false if it holds what is no escape.
bool unescape(std::string_view body, std::string& to) {
  while (!body.empty()) {
    const std::size_t plain = std::min(body.find('\\'), body.size());
    to.append(body.substr(0, plain));
    body.remove_prefix(plain);
    if (body.empty()) break;
    const std::size_t length = unescape_one(body, to);
    if (length == 0) return false;
    body.remove_prefix(length);
  }
  return true;
}

void add_field(std::string_view name, std::string_view text, LineText& room, Fields& fields) {
  fields.push_back(
      {name, is_always_display(name) ? Value::display(text) : value_from_text(text, room)});
}

}  // namespace

bool begins_with_field(std::string_view text, const ListStyle& style) {
  return name_length(text, style) > 0;
}

bool starts_with_field(std::string_view text, const ListStyle& style) {
  return text.starts_with(style.separator) &&
         begins_with_field(text.substr(style.separator.size()), style);
}

std::size_t quoted_length(std::string_view text) noexcept {
  if (text.empty() || text[0] != '"') return 0;
  std::size_t at = text.find_first_of("\"\\", 1);
  while (at < text.size()) {
    if (text[at] == '"') return at + 1;
    at = text.find_first_of("\"\\", at + 2);  // whatever is escaped, a quote above all
  }
  return 0;
}

Value value_from_text(std::string_view text, LineText& room) {
  if (!text.empty() && quoted_length(text) == text.size()) {
    const std::string_view body = text.substr(1, text.size() - 2);
    const bool escaped = body.find('\\') != std::string_view::npos;
    const bool readable = !escaped || unescape(body, room.room());
    const Value value(escaped ? room.piece() : body);
    return readable && is_printed_as(value, text) ? value : Value::display(text);
  }
  const Value value = number_or_boolean(text);
  return value.type() != trace::ValueType::kNone ? value : Value::display(text);
}

void read_span_fields(std::string_view text, const ListStyle& style, LineText& room,
                      Fields& fields) {
  std::size_t name = name_length(text, style);
  if (name == 0 && !text.empty()) {
    fields.push_back({"", Value::display(text)});
    return;
  }
  const std::size_t first = fields.size();
  while (name > 0) {
    const std::string_view rest = text.substr(name + style.assign.size());
    const std::size_t length =
        span_value_length(text.substr(0, name), rest, fields.size() - first, style);
    add_field(text.substr(0, name), rest.substr(0, length), room, fields);
    text = rest.substr(length);
    if (!starts_with_field(text, style)) break;
    text.remove_prefix(style.separator.size());
    name = name_length(text, style);
  }
}

void read_event_fields(std::string_view text, LineText& room, Fields& fields) {
  std::size_t name = name_length(text, kAriList);
  if (name > 0) {
    for (;;) {
      const std::string_view rest = text.substr(name + kAriList.assign.size());
      const std::size_t length = event_value_length(rest);
      add_field(text.substr(0, name), rest.substr(0, length), room, fields);
      text = rest.substr(length);
      if (!starts_with_field(text, kAriList)) break;
      text.remove_prefix(kAriList.separator.size());
      name = name_length(text, kAriList);
    }
    if (text.empty()) return;  // no message
    text.remove_prefix(1);     // the blank in front of it
  } else if (text.empty()) {
    return;
  }
  fields.push_back({"message", Value::display(text)});
}

void read_fmt_event_fields(std::string_view text, const ListStyle& style, LineText& room,
                           Fields& fields) {
  std::size_t message = 0;
  if (name_length(text, style) == 0) {
    message = next_field(text, style);
    if (message == text.size()) {
      if (!text.empty()) fields.push_back({"message", Value::display(text)});
      return;
    }
  }
  const std::size_t first = message == 0 ? 0 : message + style.separator.size();
  read_span_fields(text.substr(first), style, room, fields);
  // Last, where ari text prints it.
  if (message > 0) fields.push_back({"message", Value::display(text.substr(0, message))});
}

}  // namespace ari::replay

// Field lists as Rust's formatters print them: `NAME=VALUE, NAME=VALUE` in ari text,
// `NAME=VALUE NAME=VALUE` in fmt's Full and Compact, `NAME: VALUE, NAME: VALUE` in Pretty.
//
// Strings are quoted and escaped as Rust's Debug does; values that were given with `%`
// are printed bare and may hold anything, commas, blanks and `=` included. So the list
// cannot be taken apart with certainty. The promise kept here is that printing the
// fields again gives the same bytes: where a value's type is in doubt, it stays text
// (kDisplay).
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "replay/input/line_text.h"
#include "subscriber/record.h"

namespace ari::replay {

using Fields = std::vector<subscriber::Field>;

// What stands between two fields, and between a field's name and its value.
struct ListStyle {
  std::string_view separator;
  std::string_view assign;
};
inline constexpr ListStyle kAriList{", ", "="};
inline constexpr ListStyle kFmtList{" ", "="};
inline constexpr ListStyle kPrettyList{", ", ": "};

// The length of the quoted string at the front of `text`, quotes included; 0 if `text`
// does not start with a complete one.
std::size_t quoted_length(std::string_view text) noexcept;

// The value that `text` prints: a number, boolean or string if printing that gives `text`
// again, else the text itself as kDisplay. Unescaped text goes to `room`.
trace::Value value_from_text(std::string_view text, LineText& room);

// Whether `text` begins with a field: a name and what assigns to it.
bool begins_with_field(std::string_view text, const ListStyle& style);

// Whether `text` goes on with another field: a separator, a name and what assigns to it.
bool starts_with_field(std::string_view text, const ListStyle& style);

// Takes a span's field list apart. Text that does not start with a field is one field
// without a name, which is printed bare.
void read_span_fields(std::string_view text, const ListStyle& style, LineText& room,
                      Fields& fields);

// Takes apart what follows an event's target in ari text: fields, then a blank and a
// message, either of which may be missing. The message becomes the field "message",
// kDisplay.
void read_event_fields(std::string_view text, LineText& room, Fields& fields);

// The same in fmt's texts, where the message comes first.
void read_fmt_event_fields(std::string_view text, const ListStyle& style, LineText& room,
                           Fields& fields);

}  // namespace ari::replay

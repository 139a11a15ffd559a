// Field lists as Rust's formatters print them in ari text: `NAME=VALUE, NAME=VALUE`.
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

// The length of the quoted string at the front of `text`, quotes included; 0 if `text`
// does not start with a complete one.
std::size_t quoted_length(std::string_view text) noexcept;

// The value that `text` prints: a number, boolean or string if printing that gives `text`
// again, else the text itself as kDisplay. Unescaped text goes to `room`.
trace::Value value_from_text(std::string_view text, LineText& room);

// Takes a span's field list apart. Text that does not start with `NAME=` is one field
// without a name, which is printed bare.
void read_span_fields(std::string_view text, LineText& room, Fields& fields);

// Takes apart what follows an event's target: fields, then a blank and a message, either
// of which may be missing. The message becomes the field "message", kDisplay.
void read_event_fields(std::string_view text, LineText& room, Fields& fields);

}  // namespace ari::replay

// Text from outside made safe to print: on a terminal, in quotes, in JSON.
//
// A task's name must not be able to move the cursor, recolour the screen or fake a second
// line. Whatever goes to a terminal and was not written by us goes through here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ari::subscriber {

// Appends `text` with everything that a terminal would obey spelled out: \n, \r, \t, other
// control characters as \x1b or \u{9b}, bidirectional overrides and line separators as
// \u{202e}, bytes that are no UTF-8 as \xff. Backslashes stay as they are, so escaping
// twice is escaping once.
void append_escaped(std::string& out, std::string_view text);

// Appends `text` in double quotes as Rust's Debug prints a str: \" \\ \n \r \t \0, and
// \u{7f} for what cannot be seen. Bytes that are no UTF-8 become \xff.
void append_quoted(std::string& out, std::string_view text);
std::string in_quotes(std::string_view text);

// Appends `text` as a JSON string, quotes included. What is valid UTF-8 comes back the
// same from any JSON parser; a byte that is not becomes the four characters \xff.
void append_json_string(std::string& out, std::string_view text);

// Whether append_json_string() would only put quotes around it: printable ASCII without
// quotes and backslashes.
bool is_plain_in_json(std::string_view text) noexcept;

// Appends \xNN.
void append_byte_escape(std::string& out, std::uint8_t byte);

}  // namespace ari::subscriber

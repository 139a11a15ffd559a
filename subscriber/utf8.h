// Reading UTF-8 one character at a time, trusting nothing.
//
// Field values come from the program under observation or out of a log file, so any byte
// may turn up in them. Everything that prints such text decodes it with this first.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ari::subscriber {

// The character at the beginning of a text.
struct Utf8Character {
  char32_t code = 0;      // the code point; for an invalid byte, that byte
  std::size_t bytes = 1;  // how much of the text it takes; an invalid byte is taken alone
  bool valid = false;     // false: overlong, surrogate, beyond U+10FFFF, cut or stray
};

// Requires: `text` is not empty.
Utf8Character first_character(std::string_view text) noexcept;

bool is_valid_utf8(std::string_view text) noexcept;

// Appends `text` with each invalid byte spelled out as \xNN, so that the result is valid
// UTF-8 and still shows what was there.
void append_valid_utf8(std::string& out, std::string_view text);

// How many bytes at the front of `text` are ASCII.
std::size_t ascii_prefix(std::string_view text) noexcept;

}  // namespace ari::subscriber

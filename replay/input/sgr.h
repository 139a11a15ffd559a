// Taking terminal colours out of a line.
//
// Text logs are read the same with and without colour: what the colours say, the words say
// too. A line is coloured if it begins with a colour, because its timestamp comes first;
// in a plain line an escape sequence belongs to the data and is left alone. (fmt's texts
// have lines that are coloured in part: see fmt_text_line.h.)
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ari::replay {

// Whether `line` begins with `ESC[…m`.
bool is_coloured(std::string_view line) noexcept;

// Copies `line` to `plain` without its `ESC[…m` sequences.
void strip_colour(std::string_view line, std::string& plain);

// Where in `line` the byte stands that is at `plain_offset` without colour.
std::size_t coloured_offset(std::string_view line, std::size_t plain_offset) noexcept;

}  // namespace ari::replay

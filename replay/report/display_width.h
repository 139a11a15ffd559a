// Display width: how many columns of a terminal a text takes.
//
// Tables align by it, since neither bytes nor characters will do: "µ" is two bytes and one
// column, "任" three bytes and two columns, a combining accent no column at all. Text with
// colour sequences in it must be measured before they are added. Control characters count
// as nothing: text is escaped before it is laid out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ari::replay {

// Columns of one character: 0 for combining marks and joiners, 2 for East Asian wide
// characters and emoji, else 1.
std::size_t character_width(char32_t character) noexcept;

// Columns of a whole text; a byte that is not UTF-8 counts as one.
std::size_t display_width(std::string_view text) noexcept;

// How many bytes of `text` fit into `columns`, never cutting a character in two.
std::size_t bytes_that_fit(std::string_view text, std::size_t columns) noexcept;

}  // namespace ari::replay

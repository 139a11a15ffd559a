// UTF-8: where a text stops being it, and writing one character of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ari::replay {

inline constexpr std::size_t kValidUtf8 = static_cast<std::size_t>(-1);

// Offset of the first byte that no UTF-8 character can begin or go on with; kValidUtf8 if
// there is none.
std::size_t first_invalid_utf8(std::string_view text) noexcept;

// Appends the character `code_point`. Requires: at most 0x10ffff.
void append_utf8(std::string& to, char32_t code_point);

}  // namespace ari::replay

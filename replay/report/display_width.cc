#include "replay/report/display_width.h"

#include <algorithm>
#include <iterator>

#include "subscriber/utf8.h"

namespace ari::replay {

namespace {

struct Range {
  char32_t first, last;
};

// The blocks that scripts in use need; a character from a rarer block may be a column off,
// which costs alignment and nothing else. Both tables ascend.
constexpr Range kNoColumns[] = {
    {0x0000, 0x001f}, {0x007f, 0x009f},                      // control characters
    {0x0300, 0x036f}, {0x0483, 0x0489},   {0x0591, 0x05bd},  // combining marks
    {0x0610, 0x061a}, {0x064b, 0x065f},   {0x06d6, 0x06dc}, {0x0e31, 0x0e31},
    {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e},   {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
    {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x2064},  // joiners and directions
    {0x20d0, 0x20ff}, {0xfe00, 0xfe0f},   {0xfe20, 0xfe2f},  // marks for symbols, variants
    {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};
constexpr Range kTwoColumns[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x2614, 0x2615},
    {0x26a1, 0x26a1},   {0x2705, 0x2705},   {0x274c, 0x274c},   {0x2753, 0x2757},
    {0x2b50, 0x2b50},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
    {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe4f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

template <std::size_t N>
bool contains(const Range (&ranges)[N], char32_t character) noexcept {
  const auto* range = std::lower_bound(std::begin(ranges), std::end(ranges), character,
                                       [](const Range& r, char32_t c) { return r.last < c; });
  return range != std::end(ranges) && range->first <= character;
}

}  // namespace

std::size_t character_width(char32_t character) noexcept {
  if (character >= 0x20 && character < 0x7f) return 1;
  if (contains(kNoColumns, character)) return 0;
  return contains(kTwoColumns, character) ? 2 : 1;
}

std::size_t display_width(std::string_view text) noexcept {
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto character = subscriber::first_character(text);
    columns += character.valid ? character_width(character.code) : 1;
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::size_t bytes_that_fit(std::string_view text, std::size_t columns) noexcept {
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const auto character = subscriber::first_character(text.substr(bytes));
    const std::size_t width = character.valid ? character_width(character.code) : 1;
    if (width > columns) break;
    columns -= width;
    bytes += character.bytes;
  }
  return bytes;
}

}  // namespace ari::replay

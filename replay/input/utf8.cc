#include "replay/input/utf8.h"

#include "subscriber/utf8.h"

namespace ari::replay {

std::size_t first_invalid_utf8(std::string_view text) noexcept {
  std::size_t at = 0;
  for (;;) {
    at += subscriber::ascii_prefix(text.substr(at));
    if (at == text.size()) return kValidUtf8;
    const subscriber::Utf8Character character = subscriber::first_character(text.substr(at));
    if (!character.valid) return at;
    at += character.bytes;
  }
}

void append_utf8(std::string& to, char32_t c) {
  const auto byte = [&to](char32_t b) { to.push_back(static_cast<char>(b)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xc0 | c >> 6);
    byte(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    byte(0xe0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3f));
    byte(0x80 | (c & 0x3f));
  } else {
    byte(0xf0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3f));
    byte(0x80 | (c >> 6 & 0x3f));
    byte(0x80 | (c & 0x3f));
  }
}

}  // namespace ari::replay

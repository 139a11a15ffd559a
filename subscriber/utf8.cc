#include "subscriber/utf8.h"

#include <cstdint>
#include <cstring>

#include "subscriber/escape.h"

namespace ari::subscriber {

namespace {

std::uint8_t byte_at(std::string_view text, std::size_t i) noexcept {
  return static_cast<std::uint8_t>(text[i]);
}

// How many bytes a character has that begins with `lead`; 0 if none begins so.
std::size_t length_from_lead(std::uint8_t lead) noexcept {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;  // a continuation byte, or an overlong two-byte form
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

bool is_scalar(char32_t code, std::size_t bytes) noexcept {
  if (bytes == 3) return code >= 0x800 && (code < 0xd800 || code > 0xdfff);
  if (bytes == 4) return code >= 0x10000 && code <= 0x10ffff;
  return true;
}

}  // namespace

Utf8Character first_character(std::string_view text) noexcept {
  const std::uint8_t lead = byte_at(text, 0);
  const std::size_t bytes = length_from_lead(lead);
  const Utf8Character invalid{lead, 1, false};
  if (bytes == 0 || bytes > text.size()) return invalid;
  if (bytes == 1) return {lead, 1, true};
  char32_t code = lead & (0x7fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const std::uint8_t next = byte_at(text, i);
    if ((next & 0xc0) != 0x80) return invalid;
    code = code << 6 | (next & 0x3f);
  }
  return is_scalar(code, bytes) ? Utf8Character{code, bytes, true} : invalid;
}

std::size_t ascii_prefix(std::string_view text) noexcept {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, text.data() + i, 8);
    if ((eight & kHighBits) != 0) break;
  }
  while (i < text.size() && byte_at(text, i) < 0x80) ++i;
  return i;
}

bool is_valid_utf8(std::string_view text) noexcept {
  for (;;) {
    text.remove_prefix(ascii_prefix(text));
    if (text.empty()) return true;
    const Utf8Character c = first_character(text);
    if (!c.valid) return false;
    text.remove_prefix(c.bytes);
  }
}

void append_valid_utf8(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const Utf8Character c = first_character(text);
    if (c.valid) {
      out.append(text.substr(0, c.bytes));
    } else {
      append_byte_escape(out, static_cast<std::uint8_t>(c.code));
    }
    text.remove_prefix(c.bytes);
  }
}

}  // namespace ari::subscriber

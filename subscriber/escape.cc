#include "subscriber/escape.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "subscriber/utf8.h"

namespace ari::subscriber {

namespace {

struct Range {
  char32_t first, last;
};

// Invisible characters that change how the rest of a line is shown: the C1 controls, line
// and paragraph separators, bidirectional embeddings, overrides and isolates.
constexpr Range kObeyed[] = {
    {0x7f, 0x9f},
    {0x2028, 0x202e},
    {0x2066, 0x2069},
    {0xe0000, 0xe007f},
};

// What Rust's Debug spells out beyond that: spaces other than " ", format characters,
// combining marks of the common blocks, private use. Rust goes by Unicode's complete
// tables; of the marks only those outside the Latin, symbol and emoji blocks are missing.
constexpr Range kUnseen[] = {
    {0xa0, 0xa0},     {0xad, 0xad},     {0x300, 0x36f},   {0x483, 0x489},     {0x1680, 0x1680},
    {0x180b, 0x180f}, {0x1ab0, 0x1ace}, {0x1dc0, 0x1dff}, {0x2000, 0x200f},   {0x202f, 0x202f},
    {0x205f, 0x206f}, {0x20d0, 0x20f0}, {0x3000, 0x3000}, {0xe000, 0xf8ff},   {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0100, 0xe01ef}, {0xf0000, 0x10ffff},
};

template <std::size_t N>
bool is_in(const Range (&ranges)[N], char32_t code) noexcept {
  return std::any_of(std::begin(ranges), std::end(ranges), [code](const Range& range) {
    return code >= range.first && code <= range.last;
  });
}

// \u{9b}
void append_code_escape(std::string& out, char32_t code) {
  char digits[8];
  const auto end = std::to_chars(digits, std::end(digits), static_cast<std::uint32_t>(code), 16);
  out.append("\\u{").append(digits, end.ptr).push_back('}');
}

// Appends \n, \r or \t if `code` is one of them.
bool append_short_escape(std::string& out, char32_t code) {
  if (code != '\n' && code != '\r' && code != '\t') return false;
  out.append(code == '\n' ? "\\n" : code == '\r' ? "\\r" : "\\t");
  return true;
}

// Feeds `text` to `out`: runs for which `is_plain` holds byte by byte at once, everything
// else character by character through `append_one`.
template <typename IsPlain, typename AppendOne>
void append_by_runs(std::string& out, std::string_view text, IsPlain is_plain,
                    AppendOne append_one) {
  while (!text.empty()) {
    const auto stop = std::find_if_not(text.begin(), text.end(), is_plain);
    const auto run = static_cast<std::size_t>(stop - text.begin());
    out.append(text.data(), run);
    text.remove_prefix(run);
    if (text.empty()) return;
    const Utf8Character c = first_character(text);
    append_one(c, text.substr(0, c.bytes));
    text.remove_prefix(c.bytes);
  }
}

bool is_printable_ascii(char c) noexcept { return c >= 0x20 && c < 0x7f; }

bool is_plain_json_character(char c) noexcept {
  return is_printable_ascii(c) && c != '"' && c != '\\';
}

// Eight characters at once. A byte of `a - 0x01…` borrows its highest bit only if it was 0 or
// above 0x80, or because of a lower byte that was: so the sum tells whether there is any.
constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
constexpr std::uint64_t kHighs = 0x8080'8080'8080'8080;

constexpr std::uint64_t has_zero(std::uint64_t bytes) noexcept {
  return (bytes - kOnes) & ~bytes & kHighs;
}
constexpr bool all_plain_json(std::uint64_t bytes) noexcept {
  const std::uint64_t above_ascii = bytes & kHighs;
  const std::uint64_t below_space = (bytes - 0x20 * kOnes) & ~bytes & kHighs;
  return (above_ascii | below_space | has_zero(bytes ^ '"' * kOnes) |
          has_zero(bytes ^ '\\' * kOnes) | has_zero(bytes ^ 0x7f * kOnes)) == 0;
}

std::uint64_t eight_at(const char* at) noexcept {
  std::uint64_t bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

}  // namespace

bool is_plain_in_json(std::string_view text) noexcept {
  constexpr std::size_t kStep = sizeof(std::uint64_t);
  if (text.size() < kStep) return std::all_of(text.begin(), text.end(), is_plain_json_character);
  const char* const last = text.data() + text.size() - kStep;
  for (const char* at = text.data(); at < last; at += kStep) {
    if (!all_plain_json(eight_at(at))) return false;
  }
  return all_plain_json(eight_at(last));
}

void append_byte_escape(std::string& out, std::uint8_t byte) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out.append("\\x").push_back(kHex[byte >> 4]);
  out.push_back(kHex[byte & 15]);
}

void append_escaped(std::string& out, std::string_view text) {
  append_by_runs(out, text, is_printable_ascii,
                 [&out](const Utf8Character& c, std::string_view bytes) {
                   if (append_short_escape(out, c.code)) return;
                   if (!c.valid || c.code < 0x80) {
                     append_byte_escape(out, static_cast<std::uint8_t>(c.code));
                   } else if (is_in(kObeyed, c.code)) {
                     append_code_escape(out, c.code);
                   } else {
                     out.append(bytes);
                   }
                 });
}

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  append_by_runs(out, text, is_plain_json_character,
                 [&out](const Utf8Character& c, std::string_view bytes) {
                   if (append_short_escape(out, c.code)) return;
                   if (c.code == '"' || c.code == '\\') {
                     out.append(c.code == '"' ? "\\\"" : "\\\\");
                   } else if (c.code == 0) {
                     out.append("\\0");
                   } else if (!c.valid) {
                     append_byte_escape(out, static_cast<std::uint8_t>(c.code));
                   } else if (c.code < 0x20 || is_in(kObeyed, c.code) || is_in(kUnseen, c.code)) {
                     append_code_escape(out, c.code);
                   } else {
                     out.append(bytes);
                   }
                 });
  out.push_back('"');
}

std::string in_quotes(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  append_by_runs(out, text, is_plain_json_character,
                 [&out](const Utf8Character& c, std::string_view bytes) {
                   if (append_short_escape(out, c.code)) return;
                   if (c.code == '"' || c.code == '\\') {
                     out.append(c.code == '"' ? "\\\"" : "\\\\");
                   } else if (!c.valid) {
                     out.push_back('\\');  // the backslash of \xff, escaped in its turn
                     append_byte_escape(out, static_cast<std::uint8_t>(c.code));
                   } else if (c.code < 0x20) {
                     append_byte_escape(out, static_cast<std::uint8_t>(c.code));
                     out.replace(out.size() - 3, 1, "u00");  // \x1b -> \u001b
                   } else {
                     out.append(bytes);
                   }
                 });
  out.push_back('"');
}

}  // namespace ari::subscriber

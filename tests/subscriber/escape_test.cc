#include "subscriber/escape.h"

#include <gtest/gtest.h>

#include <random>

#include "subscriber/utf8.h"

namespace ari::subscriber {
namespace {

using namespace std::string_view_literals;

std::string as_bare(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}
std::string as_quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}
std::string as_json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

struct Escaped {
  std::string_view text;
  std::string_view escaped;
  std::string_view quoted;
  std::string_view json;
};
constexpr Escaped kEscaped[] = {
    {"", "", R"("")", R"("")"},
    {"plain", "plain", R"("plain")", R"("plain")"},
    {"a\"b", "a\"b", R"("a\"b")", R"("a\"b")"},
    {"C:\\n", "C:\\n", R"("C:\\n")", R"("C:\\n")"},  // bare text keeps its backslashes
    {"1\n2\r3\t", R"(1\n2\r3\t)", R"("1\n2\r3\t")", R"("1\n2\r3\t")"},
    {"\0"sv, R"(\x00)", R"("\0")", R"("\u0000")"},
    {"\x1b[31m", R"(\x1b[31m)", R"("\u{1b}[31m")", R"("\u001b[31m")"},
    {"\x07\x08", R"(\x07\x08)", R"("\u{7}\u{8}")", R"("\u0007\u0008")"},
    {"\x7f", R"(\x7f)", R"("\u{7f}")", "\"\x7f\""},  // DEL
    {"\xc2\x9b"
     "31m",
     R"(\u{9b}31m)", R"("\u{9b}31m")",
     "\"\xc2\x9b"
     "31m\""},  // C1: CSI
    {"na\xc3\xafve", "na\xc3\xafve", "\"na\xc3\xafve\"", "\"na\xc3\xafve\""},
    {"\xf0\x9f\xa6\x80", "\xf0\x9f\xa6\x80", "\"\xf0\x9f\xa6\x80\"", "\"\xf0\x9f\xa6\x80\""},
    {"\xe2\x80\xae"
     "x",
     R"(\u{202e}x)", R"("\u{202e}x")",
     "\"\xe2\x80\xae"
     "x\""},                                                                // right to left
    {"\xe2\x80\x8d", "\xe2\x80\x8d", R"("\u{200d}")", "\"\xe2\x80\x8d\""},  // joins emoji: harmless
    {"\xc2\xa0", "\xc2\xa0", R"("\u{a0}")", "\"\xc2\xa0\""},                // no-break space
    {"\xff", R"(\xff)", R"("\xff")", R"("\\xff")"},
    {"\xc3(", R"(\xc3()", R"("\xc3(")", R"("\\xc3(")"},               // cut character
    {"\xc0\xaf", R"(\xc0\xaf)", R"("\xc0\xaf")", R"("\\xc0\\xaf")"},  // overlong "/"
    {"\xed\xa0\x80", R"(\xed\xa0\x80)", R"("\xed\xa0\x80")", R"("\\xed\\xa0\\x80")"},  // surrogate
    {"\xf4\x90\x80\x80", R"(\xf4\x90\x80\x80)", R"("\xf4\x90\x80\x80")",
     R"("\\xf4\\x90\\x80\\x80")"},  // beyond U+10FFFF
};

TEST(Escape, ShowsEveryCharacterThatATerminalWouldObey) {
  for (const Escaped& c : kEscaped) {
    SCOPED_TRACE(c.escaped);
    EXPECT_EQ(as_bare(c.text), c.escaped);
    EXPECT_EQ(as_quoted(c.text), c.quoted);
    EXPECT_EQ(as_json(c.text), c.json);
  }
}

// Text of any bytes, those that are special somewhere more often than the rest.
std::string random_text(std::mt19937& random) {
  constexpr std::string_view kSpecial = "\"\\\n\x1b\x7f\xc2\x9b\xe2\x80\xae\xff\xf0\x9f";
  std::string text;
  for (auto length = random() % 40; length > 0; --length) {
    const bool special = random() % 2 == 0;
    text.push_back(special ? kSpecial[random() % kSpecial.size()]
                           : static_cast<char>(random() % 256));
  }
  return text;
}

bool has_control_character(std::string_view text) {
  while (!text.empty()) {
    const Utf8Character c = first_character(text);
    if (!c.valid || c.code < 0x20 || (c.code >= 0x7f && c.code < 0xa0)) return true;
    text.remove_prefix(c.bytes);
  }
  return false;
}

TEST(Escape, LetsNoControlCharacterAndNoBrokenUtf8Through) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random_text(random);
    SCOPED_TRACE(as_quoted(text));
    ASSERT_FALSE(has_control_character(as_bare(text)));
    ASSERT_FALSE(has_control_character(as_quoted(text)));
    ASSERT_TRUE(is_valid_utf8(as_json(text)));
    ASSERT_EQ(as_bare(as_bare(text)), as_bare(text));
  }
}

TEST(Utf8, ValidTextIsKeptAndInvalidBytesAreSpelledOut) {
  const auto valid = [](std::string_view text) {
    std::string out;
    append_valid_utf8(out, text);
    return out;
  };
  EXPECT_EQ(valid("twelve bytes \xc3\xa9\x1b"), "twelve bytes \xc3\xa9\x1b");
  EXPECT_EQ(valid("a\xff\xc3\xa9\xc3"), "a\\xff\xc3\xa9\\xc3");
}

}  // namespace
}  // namespace ari::subscriber

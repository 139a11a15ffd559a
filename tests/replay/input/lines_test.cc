#include "replay/input/lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/replay/input/reading.h"

namespace ari::replay {
namespace {

struct Seen {
  std::uint64_t number;
  std::string text;
  std::uint64_t bytes;
  bool ended;
  bool operator==(const Seen&) const = default;
};

void PrintTo(const Seen& seen, std::ostream* out) {
  *out << seen.number << " '" << seen.text << "' " << seen.bytes << (seen.ended ? "" : " open");
}

std::vector<Seen> cut(Source& source) {
  LineCutter cutter(source);
  std::vector<Seen> lines;
  for (LineCutter::Cut line; cutter.next(line);) {
    lines.push_back({line.line.number, std::string(line.line.text), line.bytes, line.line.ended});
  }
  return lines;
}

std::vector<Seen> cut(const std::string& text, std::vector<std::size_t> pieces = {1 << 20}) {
  test::TextSource source(text, std::move(pieces));
  return cut(source);
}

TEST(Lines, EndInLfOrCrLfOrWithTheInput) {
  using namespace std::string_literals;
  const struct {
    std::string text;
    std::vector<Seen> want;
  } kCases[] = {
      {"", {}},
      {"\n", {{1, "", 1, true}}},
      {"a\nb\n", {{1, "a", 2, true}, {2, "b", 2, true}}},
      {"a\r\nb\r\n", {{1, "a", 3, true}, {2, "b", 3, true}}},
      {"a\n\nb", {{1, "a", 2, true}, {2, "", 1, true}, {3, "b", 1, false}}},
      {"\r\n", {{1, "", 2, true}}},
      {"a\rb\n", {{1, "a\rb", 4, true}}},  // a CR alone ends nothing
      {"a\r", {{1, "a\r", 2, false}}},     // nor does one whose LF is missing
      {"a\0b\n\0"s, {{1, "a\0b"s, 4, true}, {2, "\0"s, 1, false}}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(cut(c.text), c.want);
  }
}

TEST(Lines, AreTheSameInWhateverPiecesTheInputComes) {
  std::string text;
  for (int i = 0; i < 300; ++i)
    text += std::string(i * 7 % 1000, 'a' + i % 26) + (i % 3 ? "\n" : "\r\n");
  text += "the end";
  const std::vector<Seen> whole = cut(text);
  for (const auto& pieces :
       std::vector<std::vector<std::size_t>>{{1}, {2, 3}, {1, 999}, {4096, 1}}) {
    EXPECT_EQ(cut(text, pieces), whole);
  }
}

TEST(Lines, MayBeMuchLongerThanAChunk) {
  const std::string longest(10'000'000, 'x');
  const std::vector<Seen> lines = cut("short\n" + longest + "\nshort again\n", {100'000});
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[1].text == longest);
  EXPECT_EQ(lines[2], (Seen{3, "short again", 12, true}));
}

// So many bytes of 'x' without a line end, then "\nafter\n".
class EndlessLine : public Source {
 public:
  explicit EndlessLine(std::size_t bytes) : left_(bytes) {}
  std::size_t read(char* to, std::size_t size) override {
    if (left_ > 0) {
      const std::size_t n = std::min(size, left_);
      std::fill_n(to, n, 'x');
      left_ -= n;
      return n;
    }
    if (done_) return 0;
    done_ = true;
    return std::string("\nafter\n").copy(to, size);
  }

 private:
  std::size_t left_;
  bool done_ = false;
};

TEST(Lines, BeyondTheLongestArePassedOverButCounted) {
  const std::size_t kBytes = LineCutter::kLongestLine + 3'000'000;
  EndlessLine source(kBytes);
  LineCutter cutter(source);
  LineCutter::Cut line;
  ASSERT_TRUE(cutter.next(line));
  EXPECT_TRUE(line.too_long);
  EXPECT_EQ(line.bytes, kBytes + 1);
  EXPECT_EQ(line.line.text.substr(0, 5), "xxxxx");
  ASSERT_TRUE(cutter.next(line));
  EXPECT_FALSE(line.too_long);
  EXPECT_EQ(line.line.text, "after");
  EXPECT_EQ(line.line.number, 2U);
  EXPECT_FALSE(cutter.next(line));
}

TEST(Lines, PeekingTakesNothingAway) {
  test::TextSource source("one\ntwo\n", {3});
  LineCutter cutter(source);
  EXPECT_EQ(cutter.peek(2), "one");
  EXPECT_EQ(cutter.peek(3), "one");
  EXPECT_EQ(cutter.peek(5), "one\ntw");
  EXPECT_EQ(cutter.peek(100), "one\ntwo\n");
  LineCutter::Cut line;
  ASSERT_TRUE(cutter.next(line));
  EXPECT_EQ(line.line.text, "one");
}

}  // namespace
}  // namespace ari::replay

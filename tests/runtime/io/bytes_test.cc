// Bytes and Buffer: what converts to them, and how much of it they take.
#include "runtime/io/bytes.h"

#include <gtest/gtest.h>

#include <array>
#include <span>
#include <string>
#include <vector>

namespace ari::io {
namespace {

std::string text_of(Bytes bytes) {
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

TEST(Bytes, TakeALiteralWithoutTheNulAtItsEnd) {
  EXPECT_EQ(text_of("PING\n"), "PING\n");
  EXPECT_EQ(text_of(""), "");
  EXPECT_EQ(text_of("a\0b"), std::string("a\0b", 3));  // former bug: ended at the first NUL
}

TEST(Bytes, TakeAnArrayOfConstCharToItsEnd) {
  static constexpr char kMagic[4] = {'A', 'R', 'I', '1'};  // former bug: looked for a NUL behind
  EXPECT_EQ(text_of(kMagic), "ARI1");
  static constexpr char kZeros[3] = {};
  EXPECT_EQ(Bytes(kZeros).size(), 2u);
}

TEST(Bytes, TakeWhateverAPointerPointsToUpToItsNul) {
  const char* text = "PING\0PONG";
  std::string own = "PONG";
  char* const writable = own.data();
  EXPECT_EQ(text_of(text), "PING");
  EXPECT_EQ(text_of(writable), "PONG");
  EXPECT_EQ(text_of(own.c_str()), "PONG");
}

TEST(Bytes, TakeAllOfEveryOtherRange) {
  char chunk[4] = {'a', 'b', 'c', '\0'};
  const std::array<unsigned char, 2> array{1, 0};
  const std::vector<std::byte> vector(3);
  const std::string string("a\0b\0", 4);
  EXPECT_EQ(Bytes(chunk).size(), 4u);
  EXPECT_EQ(Bytes(array).size(), 2u);
  EXPECT_EQ(Bytes(vector).size(), 3u);
  EXPECT_EQ(Bytes(string).size(), 4u);
  EXPECT_EQ(Bytes(std::span<const char>(chunk, 3)).size(), 3u);
  EXPECT_EQ(text_of({chunk, 2}), "ab");
  EXPECT_EQ(Buffer(chunk).size(), 4u);
}

}  // namespace
}  // namespace ari::io

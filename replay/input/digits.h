// Decimal digits, and eight of them at once.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace ari::replay {

constexpr bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }

// The number that eight digits stand for; false if they are none. All eight at once, in the bytes
// of a word: neighbours are put together to pairs, pairs to fours, fours to the whole.
inline bool eight_digits(const char* p, std::uint64_t& number) noexcept {
  if constexpr (std::endian::native != std::endian::little) return false;
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  const std::uint64_t digits = word - 0x3030'3030'3030'3030;  // '0'
  // A byte below '0' borrows, and one above '9' carries, into the top bit of its own byte or a
  // neighbour's.
  if (((digits | (digits + 0x7676'7676'7676'7676)) & 0x8080'8080'8080'8080) != 0) return false;
  const std::uint64_t pairs = (digits * 10) + (digits >> 8);
  constexpr std::uint64_t kPair = 0x0000'00ff'0000'00ff;
  number = ((pairs & kPair) * (100 + (std::uint64_t{1'000'000} << 32)) +
            ((pairs >> 16) & kPair) * (1 + (std::uint64_t{10'000} << 32))) >>
           32;
  return true;
}

}  // namespace ari::replay

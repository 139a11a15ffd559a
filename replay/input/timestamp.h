// Instants as logs write them: RFC 3339, to and from nanoseconds since 1970 UTC.
//
// Neighbouring lines of a log nearly always share the second, so the reader remembers
// the last one it worked out and then reads only the fraction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "replay/input/digits.h"

namespace ari::replay {

class TimestampReader {
 public:
  // Reads the instant at the front of `text`: `2026-11-23T12:34:01`, a point and up to
  // nine digits or neither, then `Z` or an offset such as `+01:00`. Returns its length,
  // or 0 if there is none or it lies outside the years 1678 to 2261.
  std::size_t read(std::string_view text, std::int64_t& unix_ns) noexcept {
    return read_as_usual(text, unix_ns) ? kUsualLength : read_any(text, unix_ns);
  }

 private:
  static constexpr std::size_t kSecondLength = 19;                 // 2026-11-23T12:34:01
  static constexpr std::size_t kUsualLength = kSecondLength + 11;  // .123456789Z

  // As our own logs and most others write it, in the same second as the instant before.
  bool read_as_usual(std::string_view text, std::int64_t& unix_ns) const noexcept {
    if (text.size() < kUsualLength) return false;
    const char* const p = text.data();
    const char* const fraction = p + kSecondLength + 1;
    std::uint64_t first_eight = 0;
    if (std::memcmp(p, second_.data(), kSecondLength) != 0 || fraction[-1] != '.' ||
        !eight_digits(fraction, first_eight) || !is_digit(fraction[8]) || fraction[9] != 'Z') {
      return false;
    }
    unix_ns = second_unix_ns_ + static_cast<std::int64_t>(first_eight * 10) + (fraction[8] - '0');
    return true;
  }
  std::size_t read_any(std::string_view text, std::int64_t& unix_ns) noexcept;
  bool read_second(const char* text) noexcept;

  // The text of the last second read, and what it stands for.
  std::array<char, kSecondLength + 1> second_{"1970-01-01T00:00:00"};
  std::int64_t second_unix_ns_ = 0;
};

// `2026-11-23T12:34:01.123456789Z`: always nine digits, always UTC.
std::string to_rfc3339(std::int64_t unix_ns);

}  // namespace ari::replay

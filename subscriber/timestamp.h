// Instants as log lines show them: 2026-11-23T12:34:01.926359123Z.
//
// Consecutive lines nearly always share their second, so its date and time of day are
// worked out once and kept; what is left to do per line is the digits of the fraction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ari::subscriber {

// Starts at 1970-01-01T00:00:00. Not thread-safe: each writer has its own.
class Timestamp {
 public:
  // Moves to an instant, in nanoseconds since 1970 UTC. True if date() or time_of_day()
  // changed. The last half-second that std::int64_t has of 1677 is shown as the next.
  bool move_to(std::int64_t unix_ns) noexcept {
    const auto past = static_cast<std::uint64_t>(unix_ns) - static_cast<std::uint64_t>(second_ns_);
    if (past < kSecond) {
      fraction_ns_ = static_cast<std::uint32_t>(past);
      return false;
    }
    move_to_other_second(unix_ns);
    return true;
  }

  std::string_view date() const noexcept { return {text_.data(), 10}; }             // 2026-11-23
  std::string_view time_of_day() const noexcept { return {text_.data() + 11, 8}; }  // 12:34:01
  std::string_view date_and_time() const noexcept { return {text_.data(), 19}; }    // with the T
  std::uint32_t fraction_ns() const noexcept { return fraction_ns_; }  // 0 to 999,999,999

 private:
  static constexpr std::uint64_t kSecond = 1'000'000'000;
  void move_to_other_second(std::int64_t unix_ns) noexcept;

  std::array<char, 20> text_{"1970-01-01T00:00:00"};
  std::int64_t second_ns_ = 0;  // when the second began
  std::uint32_t fraction_ns_ = 0;
};

// Writes `value` in exactly `width` digits, zeros in front, and returns the end.
// Requires: the value has no more digits than that, and `out` has room for them.
char* write_padded(char* out, std::uint32_t value, std::size_t width) noexcept;
// The same in nine digits, as every line has them.
char* write_nanoseconds(char* out, std::uint32_t value) noexcept;

}  // namespace ari::subscriber

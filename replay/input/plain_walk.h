// PlainWalk: takes a line apart that is written as nearly all of its kind are, byte for byte.
//
// What it does not match is left to the format's JsonCursor, which also says what is wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "replay/input/json_string.h"
#include "subscriber/record.h"

namespace ari::replay {

// Each method moves on and returns true if the line goes on as it says; where it does
// not, the walk is over and where it stands no longer matters, unless noted.
class PlainWalk {
 public:
  explicit PlainWalk(std::string_view line) noexcept
      : p_(line.data()), end_(line.data() + line.size()) {}

  // Exactly `text`. Stays where it is if that is not there.
  template <std::size_t N>
  bool skip(const char (&text)[N]) noexcept {
    constexpr std::size_t kLength = N - 1;
    if (static_cast<std::size_t>(end_ - p_) < kLength) return false;
    if (std::memcmp(p_, text, kLength) != 0) return false;
    p_ += kLength;
    return true;
  }

  bool at_end() const noexcept { return p_ == end_; }
  const char* at() const noexcept { return p_; }
  char peek() const noexcept { return p_ < end_ ? *p_ : '\0'; }

  // A number without leading zeros, of at most 19 digits: longer ones may not fit.
  bool number(std::uint64_t& value) noexcept {
    const char* const first = p_;
    const char* p = first;
    std::uint64_t n = 0;
    for (; p < end_; ++p) {
      const unsigned digit = static_cast<unsigned char>(*p) - unsigned{'0'};
      if (digit > 9) break;
      n = n * 10 + digit;
    }
    p_ = p;
    value = n;
    const auto digits = p - first;
    return digits > 0 && digits < 20 && (*first != '0' || digits == 1);
  }

  // A span's id.
  bool id(std::uint64_t& value) noexcept { return number(value) && value != trace::kNoSpan; }

  // The rest of a string, behind its opening quote: ASCII without escapes.
  bool string(std::string_view& value) noexcept {
    const PlainRun run = plain_run(p_, end_);
    if (run.end == end_ || *run.end != '"' || !run.ascii) return false;
    value = {p_, static_cast<std::size_t>(run.end - p_)};
    p_ = run.end + 1;
    return true;
  }

 protected:
  const char* p_;
  const char* end_;
};

}  // namespace ari::replay

// LineBuffer: one line of a log while it is put together.
//
// A line has some ten pieces, most of them short. Appended one by one to a std::string each costs
// a call; here they are copied into a buffer on the stack, and the line is appended at once.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "subscriber/escape.h"
#include "subscriber/timestamp.h"

namespace ari::subscriber {

class LineBuffer {
 public:
  // Appends to `out` what is added, by finish() at the latest. `out` is not touched in between.
  explicit LineBuffer(std::string& out) noexcept : out_(out) {}
  LineBuffer(const LineBuffer&) = delete;
  LineBuffer& operator=(const LineBuffer&) = delete;

  // A literal: its length is known, so the copy is a store or two.
  template <std::size_t N>
  [[gnu::always_inline]] void add(const char (&literal)[N]) {
    if (room() < N - 1) [[unlikely]]
      spill();
    std::memcpy(end_, literal, N - 1);
    end_ += N - 1;
  }
  void add(std::string_view piece) {
    if (piece.size() > room()) [[unlikely]]
      return add_long(piece);
    end_ = copy_short(end_, piece);
  }

  void add_number(std::uint64_t value) {
    if (room() < kLongestNumber) [[unlikely]]
      spill();
    end_ = std::to_chars(end_, buffer_.data() + buffer_.size(), value).ptr;
  }
  void add_nanoseconds(std::uint32_t value) {
    if (room() < kLongestNumber) [[unlikely]]
      spill();
    end_ = write_nanoseconds(end_, value);
  }

  // As append_json_string().
  void add_json_string(std::string_view text) {
    if (!is_plain_in_json(text)) return append_json_string(rest(), text);
    add("\"");
    add(text);
    add("\"");
  }

  // The line is complete. (Not left to a destructor: out of memory, that must not throw.)
  void finish() { spill(); }

  // For what is seldom: the string itself, with all that was added before.
  std::string& rest() {
    spill();
    return out_;
  }

 private:
  static constexpr std::size_t kLongestNumber = 20;

  // memcpy() for a length that is not known and mostly below 32: without its call.
  [[gnu::always_inline]] static char* copy_short(char* to, std::string_view piece) {
    const char* const from = piece.data();
    const std::size_t size = piece.size();
    if (size >= 8) {
      for (std::size_t i = 0; i + 8 < size; i += 8) std::memcpy(to + i, from + i, 8);
      std::memcpy(to + size - 8, from + size - 8, 8);
    } else if (size >= 4) {
      std::memcpy(to, from, 4);
      std::memcpy(to + size - 4, from + size - 4, 4);
    } else {
      for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
    }
    return to + size;
  }

  std::size_t room() const noexcept {
    return static_cast<std::size_t>(buffer_.data() + buffer_.size() - end_);
  }
  void spill() {
    out_.append(buffer_.data(), end_);
    end_ = buffer_.data();
  }
  void add_long(std::string_view piece) {
    spill();
    if (piece.size() > room()) {
      out_.append(piece);
    } else {
      add(piece);
    }
  }

  std::string& out_;
  std::array<char, 512> buffer_;
  char* end_ = buffer_.data();
};

}  // namespace ari::subscriber

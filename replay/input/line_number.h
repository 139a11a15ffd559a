// Line numbers of several logs that are read as one.
//
// Where something stands in a log is one number all through replay. Of a single log it is
// the line, from 1. Of several, the file's number, from 0 in the order in which they are
// read (Coverage::files), stands in the upper bits: so that a later place in a log is always
// the larger number, also across the files that a log was cut into.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ari::replay {

inline constexpr int kLineBits = 48;

constexpr std::uint64_t lines_of_file(std::size_t file) noexcept {
  return std::uint64_t{file} << kLineBits;
}
constexpr std::size_t file_of_line(std::uint64_t line) noexcept {
  return static_cast<std::size_t>(line >> kLineBits);
}
// From 1; 0: the file as a whole, or nowhere.
constexpr std::uint64_t line_in_file(std::uint64_t line) noexcept {
  return line & ((std::uint64_t{1} << kLineBits) - 1);
}

}  // namespace ari::replay

// CompressedInput: the compressed bytes that a decompressor takes, a buffer of them at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "replay/input/source.h"

namespace ari::replay {

class CompressedInput {
 public:
  CompressedInput(std::unique_ptr<Source> of, std::size_t buffer_bytes)
      : of_(std::move(of)), buffer_(buffer_bytes) {}

  // What is there and was not taken yet. Valid until refill().
  std::string_view left() const noexcept { return {buffer_.data() + begin_, end_ - begin_}; }
  void take(std::size_t bytes) noexcept { begin_ += bytes; }

  // Gets more. False at the end, be it for now or for good. Requires: nothing is left.
  bool refill();
  // Adds to what is left until there are so many bytes, or the input ends. What was left moves.
  // Requires: they fit the buffer.
  void gather(std::size_t bytes);
  bool may_grow() const { return of_->may_grow(); }

  // How many bytes were taken so far.
  std::uint64_t taken() const noexcept { return read_ - (end_ - begin_); }
  // Why the input ended: its own fault, or if it ended inside of a `unit` of what the compression
  // is called that; else empty.
  std::string why_ended(bool inside, std::string_view compression, std::string_view unit) const;

 private:
  std::unique_ptr<Source> of_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t read_ = 0;
};

}  // namespace ari::replay

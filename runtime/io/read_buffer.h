// ReadBuffer: bytes that were read and not used yet, and the room for more. For BufReader.
//
//   [ used | view() ………… | room() …… ]      grows up to its limit, in which it holds one line
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "runtime/io/bytes.h"

namespace ari::io {

class ReadBuffer {
 public:
  // Holds `max_bytes` at most. Throws std::invalid_argument if that is 0.
  explicit ReadBuffer(std::size_t max_bytes);

  // What is there to be used, until room() is called.
  std::string_view view() const noexcept { return {bytes_.get() + begin_, end_ - begin_}; }
  bool is_full() const noexcept { return end_ - begin_ == max_bytes_; }

  // Requires: count <= view().size().
  void use(std::size_t count) noexcept { begin_ += count; }

  // Where more is to be put: some room, unless it is full. What was put there has to be told.
  Buffer room();
  void filled(std::size_t count) noexcept { end_ += count; }

 private:
  const std::size_t max_bytes_;
  std::unique_ptr<char[]> bytes_;  // null until needed
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace ari::io

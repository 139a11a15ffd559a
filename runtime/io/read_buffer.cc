#include "runtime/io/read_buffer.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace ari::io {

namespace {
constexpr std::size_t kFirstBytes = 8192;
}  // namespace

ReadBuffer::ReadBuffer(std::size_t max_bytes) : max_bytes_(max_bytes) {
  if (max_bytes == 0) throw std::invalid_argument("ari: a BufReader has to hold at least a byte");
}

Buffer ReadBuffer::room() {
  const std::size_t size = end_ - begin_;
  if (end_ == capacity_ && begin_ > 0) {
    std::memmove(bytes_.get(), bytes_.get() + begin_, size);
    begin_ = 0;
    end_ = size;
  } else if (end_ == capacity_ && capacity_ < max_bytes_) {
    const std::size_t wanted = std::max(kFirstBytes, 2 * capacity_);
    const std::size_t capacity = std::min(wanted, max_bytes_);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size > 0) std::memcpy(larger.get(), bytes_.get(), size);
    bytes_ = std::move(larger);
    capacity_ = capacity;
  }
  if (size == 0) begin_ = end_ = 0;
  return Buffer(bytes_.get() + end_, capacity_ - end_);
}

}  // namespace ari::io

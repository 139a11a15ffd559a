#include "subscriber/ring.h"

#include <sys/mman.h>

#include <algorithm>

namespace ari::subscriber {

Ring::Ring(std::size_t capacity) noexcept : capacity_(capacity) {
  void* const mapped =
      mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped != MAP_FAILED) data_ = static_cast<std::byte*>(mapped);
}

Ring::~Ring() {
  if (data_ != nullptr) munmap(data_, capacity_);
}

std::size_t Ring::free_bytes() noexcept {
  // acquire: pairs with the release in pop(), so that the drain is done reading what is
  // about to be overwritten.
  known_tail_ = tail_.load(std::memory_order_acquire);
  return capacity_ - (next_ - known_tail_);
}

std::byte* Ring::reserve_slowly(std::size_t bytes) noexcept {
  const std::size_t to_end = capacity_ - (next_ & (capacity_ - 1));
  const std::size_t skipped = bytes > to_end ? to_end : 0;
  if (free_bytes() < skipped + bytes) return nullptr;
  if (skipped != 0) {
    const std::uint32_t skip = static_cast<std::uint32_t>(skipped) | kSkip;
    std::memcpy(at(next_), &skip, sizeof skip);
    next_ += skipped;  // becomes visible with the chunk behind it
  }
  const std::uint64_t end_of_ring = next_ + (capacity_ - (next_ & (capacity_ - 1)));
  limit_ = std::min({known_tail_ + capacity_, end_of_ring, next_ + capacity_ / 4});
  return at(next_);
}

const std::byte* Ring::front() noexcept {
  if (read_ == end_) return nullptr;
  const std::uint32_t length = length_at(read_);
  if ((length & kSkip) != 0) read_ += length & ~kSkip;
  return at(read_);
}

void Ring::pop() noexcept {
  read_ += length_at(read_);
  // release: pairs with the acquire in free_bytes().
  tail_.store(read_, std::memory_order_release);
}

}  // namespace ari::subscriber

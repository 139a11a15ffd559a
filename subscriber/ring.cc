#include "subscriber/ring.h"

#include <algorithm>
#include <utility>

namespace ari::subscriber {

Ring::Ring(RingMemory&& memory, std::size_t kept_bytes) noexcept
    : memory_(std::move(memory)), capacity_(memory_.capacity()), kept_bytes_(kept_bytes) {
  if (!memory_) return;
  data_ = memory_.data();
  head_ = &memory_.head();
  next_ = limit_ = head_->written.load(std::memory_order_relaxed);
  read_ = end_ = known_freed_ = head_->freed.load(std::memory_order_relaxed);
}

std::size_t Ring::free_bytes() noexcept {
  // acquire: pairs with the one in release(), so that the drain is done reading what is
  // about to be overwritten.
  known_freed_ = head_->freed.load(std::memory_order_acquire);
  return capacity_ - (next_ - known_freed_);
}

std::byte* Ring::find_room(std::size_t bytes, std::size_t kept_bytes) noexcept {
  const std::size_t to_end = capacity_ - (next_ & (capacity_ - 1));
  const std::size_t skipped = bytes > to_end ? to_end : 0;
  if (free_bytes() < skipped + bytes + kept_bytes) return nullptr;
  if (skipped != 0) {
    const std::uint32_t skip = static_cast<std::uint32_t>(skipped) | kSkip;
    std::memcpy(at(next_), &skip, sizeof skip);
    next_ += skipped;  // becomes visible with the chunk behind it
  }
  const std::uint64_t end_of_ring = next_ + (capacity_ - (next_ & (capacity_ - 1)));
  limit_ = std::min({known_freed_ + (capacity_ - kept_bytes_), end_of_ring, next_ + capacity_ / 4});
  return at(next_);
}

}  // namespace ari::subscriber

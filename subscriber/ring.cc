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

// Where the next chunk begins is known again.
void Ring::skip_damage() noexcept {
  read_ = end_;
  is_damaged_ = true;
}

std::size_t Ring::free_bytes() noexcept {
  // acquire: pairs with the one in release(), so that the drain is done reading what is
  // about to be overwritten.
  known_freed_ = head_->freed.load(std::memory_order_acquire);
  return capacity_ - (next_ - known_freed_);
}

std::byte* Ring::find_room(std::size_t bytes, std::size_t kept_bytes) noexcept {
  const std::size_t offset = next_ & (capacity_ - 1);
  const std::size_t free = free_bytes();
  const bool skips = bytes > capacity_ - offset || restarts_early(free, bytes);
  const std::size_t skipped = skips ? capacity_ - offset : 0;
  if (free < skipped + bytes + kept_bytes) return nullptr;
  if (skips) {
    const std::uint32_t skip = static_cast<std::uint32_t>(skipped) | kSkip;
    std::memcpy(at(next_), &skip, sizeof skip);
    next_ += skipped;  // becomes visible with the chunk behind it
  }
  const std::uint64_t end_of_ring = next_ + (capacity_ - (next_ & (capacity_ - 1)));
  limit_ =
      std::min({known_freed_ + (capacity_ - kept_bytes_), end_of_ring, next_ + capacity_ / kLooks});
  return at(next_);
}

// Whether to skip although there is room before the ring's end. Until the consumer has come past
// the skip only what lies before it can be written: that has to be much, and not much unread.
bool Ring::restarts_early(std::size_t free, std::size_t bytes) const noexcept {
  const std::size_t offset = next_ & (capacity_ - 1);
  const std::size_t unread = capacity_ - free;
  return unread <= capacity_ / 128 && offset >= unread + bytes + kept_bytes_ + largest_chunk();
}

}  // namespace ari::subscriber

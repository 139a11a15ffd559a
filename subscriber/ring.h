// Ring: the bytes between a thread that records and the drain that reads.
//
// One producer, one consumer, no locks. Chunks lie contiguous; one that does not fit
// before the ring's end starts again at its beginning, behind a skip:
//
//   offset 0                        tail          head       capacity
//   [ chunk │ chunk │     free      │ chunk │ chunk │ free … skip ]
//
// Positions count bytes since the ring was made and never wrap; the offset is the position
// modulo the capacity. Every chunk is a multiple of 8 bytes long and begins with a 32-bit
// word that holds its length, which is how the consumer walks.
//
// While the consumer keeps up the producer skips early, behind an eighth of the ring: so a large
// one, which is there for when the consumer is held up, takes the memory of a small one.
//
// Some of the room can be kept back for what must not be missing when all else has to be: the
// last `kept_bytes` that are free are given out by reserve_kept() only.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "subscriber/ring_memory.h"

namespace ari::subscriber {

class Ring {
 public:
  // How often at least the producer looks how far the consumer is, while it fills the ring once.
  static constexpr std::size_t kLooks = 16;

  // Requires: the memory's capacity is a power of two, at least one page, and `kept_bytes`
  // less. Check is_mapped(). What the memory holds already is there to be read.
  explicit Ring(RingMemory&& memory, std::size_t kept_bytes = 0) noexcept;
  // In memory of its own.
  explicit Ring(std::size_t capacity, std::size_t kept_bytes = 0) noexcept
      : Ring(RingMemory::anonymous(capacity), kept_bytes) {}
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // False if the system had no memory for it: then the ring must not be used.
  bool is_mapped() const noexcept { return data_ != nullptr; }
  // Requires: is_mapped().
  RingHead& head() const noexcept { return *head_; }
  std::size_t capacity() const noexcept { return capacity_; }
  // There is room for a chunk of so many bytes whenever the consumer has read all others.
  std::size_t largest_chunk() const noexcept { return capacity_ / 8; }

  // Producer: room for a chunk of `bytes`, or null if it is full. `bytes` must be a
  // multiple of 8. The room is the producer's until commit(), which takes the same
  // `bytes` and requires that the chunk begins with them as a std::uint32_t.
  std::byte* reserve(std::size_t bytes) noexcept {
    std::byte* const room = try_reserve(bytes);
    return room != nullptr ? room : reserve_slowly(bytes);
  }
  void commit(std::size_t bytes) noexcept {
    next_ += bytes;
    // release: pairs with the acquire in refresh(), so that the drain sees the chunk.
    head_->written.store(next_, std::memory_order_release);
  }

  // Producer: the two steps of reserve(). The first looks only at what it knows already. It
  // fails at the latest when a kLooks-th of the ring has been written since the second, and
  // after close_fast_path() until the second has succeeded.
  std::byte* try_reserve(std::size_t bytes) noexcept {
    if (next_ + bytes > limit_) [[unlikely]]  // `limit_` may lie behind
      return nullptr;
    return data_ + (next_ & (capacity_ - 1));
  }
  std::byte* reserve_slowly(std::size_t bytes) noexcept { return find_room(bytes, kept_bytes_); }
  // Producer: as reserve_slowly(), from the room that is kept back too.
  std::byte* reserve_kept(std::size_t bytes) noexcept { return find_room(bytes, 0); }
  void close_fast_path() noexcept { limit_ = next_; }

  // Producer: how many bytes are free now, those kept back included.
  std::size_t free_bytes() noexcept;

  // Consumer: looks how far the producer has come. True if there is something to read.
  bool refresh() noexcept {
    end_ = head_->written.load(std::memory_order_acquire);  // pairs with commit()
    if (end_ < read_) [[unlikely]]
      skip_damage();
    return front() != nullptr;
  }
  // Consumer: the next chunk, or null behind the last that refresh() saw. Valid until pop().
  const std::byte* front() noexcept {
    if (read_ == end_) return nullptr;
    const std::uint32_t length = length_at(read_);
    if ((length & kSkip) != 0) [[unlikely]] {
      step(length & ~kSkip);
      if (read_ == end_) return nullptr;
    }
    return at(read_);
  }
  // Consumer: goes on behind front(), whose room may be written anew from now on.
  void pop() noexcept {
    advance();
    release();
  }
  // Consumer: the two steps of pop(). What was advanced over stays as it is until release().
  void advance() noexcept { step(length_at(read_)); }
  void release() noexcept {
    // release: pairs with the acquire in free_bytes().
    head_->freed.store(read_, std::memory_order_release);
  }
  // Consumer: where front() is, in bytes since the ring was made.
  std::uint64_t position() const noexcept { return read_; }
  // Consumer: bytes between front() and what refresh() saw.
  std::size_t unread_bytes() const noexcept { return end_ - read_; }
  // Consumer: whether the ring made no sense since the last call, as somebody else had written to
  // its pages. What had been committed until then is passed over.
  bool take_damage() noexcept { return std::exchange(is_damaged_, false); }

 private:
  std::byte* find_room(std::size_t bytes, std::size_t kept_bytes) noexcept;
  bool restarts_early(std::size_t free, std::size_t bytes) const noexcept;
  // Consumer: no length is 0, or leads behind what was committed. For ever at one place, or
  // anywhere, would be worse than a gap.
  void step(std::uint32_t length) noexcept {
    if (length == 0 || length > end_ - read_) [[unlikely]]
      return skip_damage();
    read_ += length;
  }
  void skip_damage() noexcept;

  static constexpr std::uint32_t kSkip = 1u << 31;  // in a length: a skip, not a chunk

  std::byte* at(std::uint64_t position) const noexcept {
    return data_ + (position & (capacity_ - 1));
  }
  std::uint32_t length_at(std::uint64_t position) const noexcept {
    std::uint32_t length;
    std::memcpy(&length, at(position), sizeof length);
    return length;
  }

  RingMemory memory_;
  std::byte* data_ = nullptr;
  std::size_t capacity_;
  std::size_t kept_bytes_;
  RingHead* head_ = nullptr;

  // Each side's own words lie in a cache line of their own, so that neither slows the other.
  alignas(64) std::uint64_t next_ = 0;  // producer: where the next chunk goes
  std::uint64_t limit_ = 0;             // producer: how far it may write without looking;
                                        // behind next_ where that went into what is kept
  std::uint64_t known_freed_ = 0;       // producer: `freed` when it last looked

  alignas(64) std::uint64_t read_ = 0;  // consumer: the next chunk to read
  std::uint64_t end_ = 0;               // consumer: `written` when it last looked
  bool is_damaged_ = false;             // consumer: and take_damage() has not told it
};

}  // namespace ari::subscriber

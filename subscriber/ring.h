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
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ari::subscriber {

class Ring {
 public:
  static constexpr std::size_t kAlignment = 8;

  // Requires: `capacity` is a power of two, at least one page. Check is_mapped().
  explicit Ring(std::size_t capacity) noexcept;
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // False if the system had no memory for it: then the ring must not be used.
  bool is_mapped() const noexcept { return data_ != nullptr; }
  std::size_t capacity() const noexcept { return capacity_; }

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
    head_.store(next_, std::memory_order_release);
  }

  // Producer: the two steps of reserve(). The first looks only at what it knows already. It
  // fails at the latest when a quarter of the ring has been written since the second, and
  // after close_fast_path() until the second has succeeded.
  std::byte* try_reserve(std::size_t bytes) noexcept {
    if (bytes > limit_ - next_) [[unlikely]]
      return nullptr;
    return data_ + (next_ & (capacity_ - 1));
  }
  std::byte* reserve_slowly(std::size_t bytes) noexcept;
  void close_fast_path() noexcept { limit_ = next_; }

  // Producer: how many bytes are free now.
  std::size_t free_bytes() noexcept;

  // Consumer: looks how far the producer has come. True if there is something to read.
  bool refresh() noexcept {
    end_ = head_.load(std::memory_order_acquire);  // pairs with commit()
    return read_ != end_;
  }
  // Consumer: the next chunk, or null behind the last that refresh() saw. Valid until pop().
  const std::byte* front() noexcept;
  // Consumer: goes on behind front(), whose room may be written anew from now on.
  void pop() noexcept;
  // Consumer: bytes between front() and what refresh() saw.
  std::size_t unread_bytes() const noexcept { return end_ - read_; }

 private:
  static constexpr std::uint32_t kSkip = 1u << 31;  // in a length: a skip, not a chunk

  std::byte* at(std::uint64_t position) const noexcept {
    return data_ + (position & (capacity_ - 1));
  }
  std::uint32_t length_at(std::uint64_t position) const noexcept {
    std::uint32_t length;
    std::memcpy(&length, at(position), sizeof length);
    return length;
  }

  std::byte* data_ = nullptr;
  std::size_t capacity_;

  // Each side's own words lie in a cache line of their own, so that neither slows the other.
  alignas(64) std::uint64_t next_ = 0;  // producer: where the next chunk goes
  std::uint64_t limit_ = 0;             // producer: how far it may write without looking
  std::uint64_t known_tail_ = 0;        // producer: tail_ when it last looked
  std::atomic<std::uint64_t> head_{0};  // written by the producer

  alignas(64) std::uint64_t read_ = 0;  // consumer: the next chunk to read
  std::uint64_t end_ = 0;               // consumer: head_ when it last looked
  std::atomic<std::uint64_t> tail_{0};  // written by the consumer
};

}  // namespace ari::subscriber

// RingMemory: the pages that a ring lies in, its own or those of a file.
//
// One page with the words that the two sides of a ring share, then the ring's bytes. In a
// file that others can map (ring_file.h) they survive the program, whatever kills it; the
// layout is that file's.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace ari::subscriber {

// The first page. Each side's words lie in a cache line of their own. These offsets are
// written into ring files: they never change.
struct RingHead {
  std::atomic<std::uint64_t> written{0};  // by the producer: bytes since the ring was made
  std::atomic<std::uint64_t> lost{0};     // by the producer: events that found it full

  alignas(64) std::atomic<std::uint64_t> freed{0};  // by the consumer: bytes given back

  // In files only; written by the drain's thread. Two of each, one of which holds at any
  // time: the checkpoint in force says which (ring_file.h).
  alignas(64) std::uint64_t read[2] = {0, 0};  // up to where the log has it
  std::uint64_t told[2] = {0, 0};              // of `lost`, what the log tells
  std::uint32_t thread = 0;                    // whose ring it is; 0: nobody's
  std::uint32_t number = 0;                    // of the file's rings, from 0
  char thread_name[16] = {};
};
inline constexpr std::size_t kRingHeadBytes = 4096;
static_assert(sizeof(RingHead) <= kRingHeadBytes);

// Keeps what is mapped of a file out of forked children: there it would be the same pages, and the
// file in use, and locked, for as long as a child lives.
void keep_from_children(void* mapped, std::size_t bytes) noexcept;

// Move-only owner of a mapping.
class RingMemory {
 public:
  RingMemory() noexcept = default;
  // Empty if the system has no memory. `capacity`: bytes of the ring, a multiple of a page.
  static RingMemory anonymous(std::size_t capacity) noexcept;
  // Of an open file's kRingHeadBytes + `capacity` bytes from `offset` on; `is_shared`: what
  // is written is seen by all who map it, and a forked child does not have it. Empty if they cannot
  // be mapped. The head is taken as it is.
  static RingMemory of_file(int fd, std::uint64_t offset, std::size_t capacity,
                            bool is_shared) noexcept;

  RingMemory(RingMemory&& other) noexcept;
  RingMemory& operator=(RingMemory&& other) noexcept;
  ~RingMemory();

  explicit operator bool() const noexcept { return mapped_ != nullptr; }
  std::size_t capacity() const noexcept { return capacity_; }
  // Requires: not empty.
  RingHead& head() const noexcept { return *reinterpret_cast<RingHead*>(mapped_); }
  std::byte* data() const noexcept { return mapped_ + kRingHeadBytes; }

 private:
  std::byte* mapped_ = nullptr;
  std::size_t capacity_ = 0;
};

}  // namespace ari::subscriber

#include "subscriber/ring_memory.h"

#include <sys/mman.h>

#include <new>
#include <utility>

namespace ari::subscriber {

namespace {

std::byte* map(std::size_t capacity, int flags, int fd, std::uint64_t offset) noexcept {
  void* const mapped = mmap(nullptr, kRingHeadBytes + capacity, PROT_READ | PROT_WRITE, flags, fd,
                            static_cast<off_t>(offset));
  if (mapped == MAP_FAILED) return nullptr;
  if (flags == MAP_SHARED) keep_from_children(mapped, kRingHeadBytes + capacity);
  return static_cast<std::byte*>(mapped);
}

}  // namespace

void keep_from_children(void* mapped, std::size_t bytes) noexcept {
  madvise(mapped, bytes, MADV_DONTFORK);
}

RingMemory RingMemory::anonymous(std::size_t capacity) noexcept {
  RingMemory memory;
  memory.capacity_ = capacity;
  memory.mapped_ = map(capacity, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory) new (memory.mapped_) RingHead;
  return memory;
}

RingMemory RingMemory::of_file(int fd, std::uint64_t offset, std::size_t capacity,
                               bool is_shared) noexcept {
  RingMemory memory;
  memory.capacity_ = capacity;
  memory.mapped_ = map(capacity, is_shared ? MAP_SHARED : MAP_PRIVATE, fd, offset);
  return memory;
}

RingMemory::RingMemory(RingMemory&& other) noexcept
    : mapped_(std::exchange(other.mapped_, nullptr)), capacity_(other.capacity_) {}

RingMemory& RingMemory::operator=(RingMemory&& other) noexcept {
  std::swap(mapped_, other.mapped_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

RingMemory::~RingMemory() {
  if (mapped_ != nullptr) munmap(mapped_, kRingHeadBytes + capacity_);
}

}  // namespace ari::subscriber

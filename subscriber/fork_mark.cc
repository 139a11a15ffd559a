#include "subscriber/fork_mark.h"

#include <sys/mman.h>

#include <cstddef>
#include <new>

namespace ari::subscriber {

namespace {

constexpr std::size_t kPageBytes = 4096;

// A page that is empty in each child; null if there is none to be had.
void* emptied_page() noexcept {
  void* const page =
      mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  if (madvise(page, kPageBytes, MADV_WIPEONFORK) == 0) return page;
  munmap(page, kPageBytes);
  return nullptr;
}

}  // namespace

ForkMark::ForkMark(std::uint64_t number) noexcept : own_(number), number_(&own_) {
  if (void* const page = emptied_page()) number_ = new (page) std::uint64_t(number);
}

ForkMark::~ForkMark() {
  if (number_ != &own_) munmap(const_cast<std::uint64_t*>(number_), kPageBytes);
}

bool ForkMark::is_possible() noexcept {
  void* const page = emptied_page();
  if (page != nullptr) munmap(page, kPageBytes);
  return page != nullptr;
}

}  // namespace ari::subscriber

#include "subscriber/loaded_object.h"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <atomic>

namespace ari::subscriber {

namespace {

AddressRange range_of(const dl_phdr_info& object) noexcept {
  std::uintptr_t begin = UINTPTR_MAX, end = 0;
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const auto& segment = object.dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    begin = std::min(begin, object.dlpi_addr + segment.p_vaddr);
    end = std::max(end, object.dlpi_addr + segment.p_vaddr + segment.p_memsz);
  }
  return begin < end ? AddressRange{begin, end - begin} : AddressRange{};
}

// The objects that are known to stay. A callsite in one of these needs no lock of the dynamic
// linker, which a child of fork() may find taken for ever. When the table is full, the linker is
// asked each time that a thread meets a callsite.
struct Kept {
  static constexpr std::size_t kMost = 256;
  std::array<AddressRange, kMost> ranges;
  std::atomic<std::size_t> count{0};
  std::atomic_flag is_adding;  // by one that adds; others do not wait and add it later

  bool contains(std::uintptr_t address) const noexcept {
    // acquire: pairs with the release in add(), so that the ranges are there.
    const std::size_t known = count.load(std::memory_order_acquire);
    return std::any_of(ranges.begin(), ranges.begin() + known,
                       [=](const AddressRange& range) { return range.contains(address); });
  }
  void add(const AddressRange& range) noexcept {
    // acquire, release: what the one before added is seen.
    if (is_adding.test_and_set(std::memory_order_acquire)) return;
    const std::size_t at = count.load(std::memory_order_relaxed);
    if (at < kMost) {
      ranges[at] = range;
      count.store(at + 1, std::memory_order_release);
    }
    is_adding.clear(std::memory_order_release);
  }
};
constinit Kept g_kept;

}  // namespace

AddressRange main_program() noexcept {
  AddressRange range;
  const auto see = [](dl_phdr_info* object, std::size_t, void* to) {
    *static_cast<AddressRange*>(to) = range_of(*object);
    return 1;  // no more: the program itself comes first
  };
  dl_iterate_phdr(see, &range);
  return range;
}

void keep_loaded(std::uintptr_t address) noexcept {
  if (g_kept.contains(address)) return;
  struct Search {
    std::uintptr_t address;
    AddressRange range;
    const char* name;
  } search{address, {}, ""};
  const auto see = [](dl_phdr_info* object, std::size_t, void* to) {
    auto& sought = *static_cast<Search*>(to);
    sought.range = range_of(*object);
    sought.name = object->dlpi_name;
    return sought.range.contains(sought.address) ? 1 : 0;
  };
  if (dl_iterate_phdr(see, &search) == 0) return;
  // The program has no name. The handle is never closed, and RTLD_NODELETE outlasts a program
  // that closes its own too often.
  if (*search.name != '\0') dlopen(search.name, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
  g_kept.add(search.range);
}

}  // namespace ari::subscriber

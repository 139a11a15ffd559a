// Unloads: how often a library with callsites has been unloaded.
//
// A callsite is known by its address. Once dlclose() has unloaded its library, another library may
// have one of its own there: what was learnt of addresses before is not to be believed any more.
#pragma once

#include <atomic>
#include <cstdint>

namespace ari::trace {

namespace detail {
inline constinit std::atomic<std::uint32_t> unloads{0};

// In every library that was compiled with this: behind all its other destructors, hence behind the
// last that it records.
[[gnu::destructor(101)]] static void count_unload() noexcept {
  unloads.fetch_add(1, std::memory_order_relaxed);
}
}  // namespace detail

// Any thread. While it stays the same, addresses mean what they meant; the program's own always do.
inline std::uint32_t unloads() noexcept {
  // relaxed: a thread that runs what was loaded since the unload knows that by more than this.
  return detail::unloads.load(std::memory_order_relaxed);
}

}  // namespace ari::trace

// Verdicts: what the filter says of each callsite, worked out once.
//
// A callsite is its Metadata's address, and in a library worked out anew once some library has been
// unloaded. The table has open addressing and is only ever added to, so that a look costs a few
// instructions and no lock. When half of it is taken, callsites that are not in it are worked out
// each time.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/trace/unloads.h"
#include "subscriber/filter.h"

namespace ari::subscriber {

// Thread-safe.
class Verdicts {
 public:
  // `filter` outlives it.
  explicit Verdicts(const Filter& filter) noexcept : filter_(filter) {}

  // If it is known and in its first place, as nearly all are: a look and no call. Else false.
  bool at_hand(const trace::Metadata& metadata, Verdict& verdict) const noexcept {
    const Slot& slot = slots_[home(&metadata)];
    // acquire: pairs with the release in work_out(), so that what is known is there.
    if (slot.key.load(std::memory_order_acquire) != &metadata) return false;
    const Known known = slot.known.load(std::memory_order_relaxed);
    verdict = known.verdict;
    return holds(known);
  }
  Verdict of(const trace::Metadata& metadata) noexcept {
    for (std::size_t at = home(&metadata);; at = (at + 1) & (kSlots - 1)) {
      const Slot& slot = slots_[at];
      // acquire: pairs with the release in work_out(), so that what is known is there.
      const trace::Metadata* const key = slot.key.load(std::memory_order_acquire);
      if (key == nullptr) return work_out(metadata);
      if (key != &metadata) continue;
      const Known known = slot.known.load(std::memory_order_relaxed);
      return holds(known) ? known.verdict : work_out(metadata);
    }
  }

 private:
  static constexpr std::size_t kSlots = 1u << 14;
  static constexpr std::uint32_t kForGood = 0;
  struct Known {
    Verdict verdict;
    std::uint32_t since = kForGood;  // of a callsite in a library: after_unloads() then
  };
  struct Slot {
    std::atomic<const trace::Metadata*> key{nullptr};
    std::atomic<Known> known{Known()};  // written before the key
  };
  static_assert(std::atomic<Known>::is_always_lock_free);

  static std::uint32_t after_unloads() noexcept { return trace::unloads() | 1u << 31; }
  static bool holds(const Known& known) noexcept {
    if (known.since == kForGood) [[likely]]
      return true;
    return known.since == after_unloads();
  }
  static std::size_t home(const trace::Metadata* key) noexcept {
    // Fibonacci hashing: addresses differ in their middle bits above all.
    return static_cast<std::size_t>(
        (reinterpret_cast<std::uintptr_t>(key) * 0x9e37'79b9'7f4a'7c15ULL) >> 50);
  }
  Verdict work_out(const trace::Metadata& metadata) noexcept;

  const Filter& filter_;
  std::array<Slot, kSlots> slots_;
  std::atomic_flag is_adding_;  // held for a moment, by one that adds; others do not wait
  std::size_t taken_ = 0;       // guarded by is_adding_
};

}  // namespace ari::subscriber

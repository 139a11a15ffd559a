// IdTable: one flat hash table from span ids to entries, because every line of a log asks for one.
//
// Open addressing with linear probing. Erasing moves later entries back into the gap, so
// that there are no tombstones and a look-up ends at the first free slot.
//
// Constant time whatever the ids are, since no entry is further than a fixed distance from its
// home, the slot that its id is hashed to. Ids that nobody chose stay well within it, as no more
// than half of the slots are taken. Ids that were chosen to have one home do not: then all are
// hashed anew, with a multiplier that no log can foresee. Multiply-shift hashing: Dietzfelbinger et
// al., A Reliable Randomized Algorithm for the Closest-Pair Problem, 1997, section 2.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "replay/model/task.h"

namespace ari::replay {

// For multiply-shift hashing, another each time.
std::uint64_t random_odd_number();

// Entry: a copyable struct with a member `id`, 0 while the slot is free.
//
// Not thread-safe. An Entry* is valid until the next add() or erase().
template <typename Entry>
class IdTable {
 public:
  IdTable() : slots_(kFirstSlots) {}

  // Null if there is none. Requires: id is not 0.
  Entry* find(SpanId id) noexcept {
    std::size_t at = home(id);
    for (std::size_t steps = 0; steps <= furthest_; ++steps) {
      if (slots_[at].id == id) return &slots_[at];
      if (slots_[at].id == 0) return nullptr;
      at = (at + 1) & mask_;
    }
    return nullptr;
  }

  bool contains(SpanId id) noexcept { return find(id) != nullptr; }

  // A fresh Entry with this id, in place of any other. Requires: id is not 0.
  Entry& add(SpanId id) {
    if (Entry* known = find(id)) return *known = fresh(id);
    if (2 * (taken_ + 1) > slots_.size()) rebuild(2 * slots_.size());
    ++taken_;
    while (true) {
      const std::size_t at = free_slot(id);
      if (is_near(at, id)) return slots_[at] = fresh(id);
      reseed();
      rebuild(slots_.size());
    }
  }

  void erase(SpanId id) noexcept {
    Entry* gone = find(id);
    if (gone == nullptr) return;
    --taken_;
    auto gap = static_cast<std::size_t>(gone - slots_.data());
    for (std::size_t at = (gap + 1) & mask_;
         slots_[at].id != 0 && ((at - gap) & mask_) <= furthest_; at = (at + 1) & mask_) {
      // An entry may move back to the gap unless its home lies behind the gap.
      const std::size_t from_home = (at - home(slots_[at].id)) & mask_;
      if (from_home >= ((at - gap) & mask_)) {
        slots_[gap] = slots_[at];
        gap = at;
      }
    }
    slots_[gap] = Entry{};
  }

  void clear() noexcept {
    std::fill(slots_.begin(), slots_.end(), Entry{});
    taken_ = 0;
  }

 private:
  static constexpr std::size_t kFirstSlots = 64;
  // 2^64 over the golden ratio, Fibonacci hashing: ids are dense runs, one per thread that made
  // spans, which it spreads evenly.
  static constexpr std::uint64_t kFirstMultiplier = 0x9e37'79b9'7f4a'7c15ULL;

  static Entry fresh(SpanId id) {
    Entry entry{};
    entry.id = id;
    return entry;
  }

  std::size_t home(SpanId id) const noexcept {
    return static_cast<std::size_t>((id * multiplier_) >> shift_);
  }

  bool is_near(std::size_t at, SpanId id) const noexcept {
    return ((at - home(id)) & mask_) <= furthest_;
  }

  std::size_t free_slot(SpanId id) const noexcept {
    std::size_t at = home(id);
    while (slots_[at].id != 0) at = (at + 1) & mask_;
    return at;
  }

  // Each time but the first it allows for twice the distance, so that there are few of them.
  void reseed() {
    if (multiplier_ != kFirstMultiplier) furthest_ *= 2;
    multiplier_ = random_odd_number();
  }

  void rebuild(std::size_t slot_count) {
    std::vector<Entry> old = std::exchange(slots_, std::vector<Entry>(slot_count));
    mask_ = slot_count - 1;
    shift_ = 64 - std::countr_zero(slot_count);
    while (!are_placed(old)) {
      reseed();
      std::fill(slots_.begin(), slots_.end(), Entry{});
    }
  }

  // False if one would be too far from its home.
  bool are_placed(const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
      if (entry.id == 0) continue;
      const std::size_t at = free_slot(entry.id);
      if (!is_near(at, entry.id)) return false;
      slots_[at] = entry;
    }
    return true;
  }

  std::vector<Entry> slots_;  // a power of two, at most half of them taken
  std::size_t taken_ = 0;
  std::size_t mask_ = kFirstSlots - 1;
  std::uint64_t multiplier_ = kFirstMultiplier;
  std::size_t furthest_ = 128;  // that an entry may be from its home
  int shift_ = 64 - std::countr_zero(kFirstSlots);
};

}  // namespace ari::replay

// IdTable: one flat hash table from span ids to entries, because every line of a log asks for one.
//
// Open addressing with linear probing. Erasing moves later entries back into the gap, so
// that there are no tombstones and a look-up ends at the first free slot. Constant time.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <vector>

#include "replay/model/task.h"

namespace ari::replay {

// Entry: a copyable struct with a member `id`, 0 while the slot is free.
//
// Not thread-safe. An Entry* is valid until the next add() or erase().
template <typename Entry>
class IdTable {
 public:
  IdTable() : slots_(kFirstSlots) {}

  // Null if there is none. Requires: id is not 0.
  Entry* find(SpanId id) noexcept {
    for (std::size_t at = home(id);; at = (at + 1) & mask_) {
      if (slots_[at].id == id) return &slots_[at];
      if (slots_[at].id == 0) return nullptr;
    }
  }

  bool contains(SpanId id) noexcept { return find(id) != nullptr; }

  // A fresh Entry with this id, in place of any other. Requires: id is not 0.
  Entry& add(SpanId id) {
    if (Entry* known = find(id)) return *known = fresh(id);
    if (2 * (taken_ + 1) > slots_.size()) grow();
    ++taken_;
    return slots_[free_slot(id)] = fresh(id);
  }

  void erase(SpanId id) noexcept {
    Entry* gone = find(id);
    if (gone == nullptr) return;
    --taken_;
    auto gap = static_cast<std::size_t>(gone - slots_.data());
    for (std::size_t at = (gap + 1) & mask_; slots_[at].id != 0; at = (at + 1) & mask_) {
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

  static Entry fresh(SpanId id) {
    Entry entry{};
    entry.id = id;
    return entry;
  }

  std::size_t home(SpanId id) const noexcept {
    // Fibonacci hashing. Ids are dense runs, one per thread that made spans; multiplying
    // by 2^64 over the golden ratio spreads such runs evenly.
    return static_cast<std::size_t>((id * 0x9e37'79b9'7f4a'7c15ULL) >> shift_);
  }

  std::size_t free_slot(SpanId id) const noexcept {
    std::size_t at = home(id);
    while (slots_[at].id != 0) at = (at + 1) & mask_;
    return at;
  }

  void grow() {
    std::vector<Entry> old(2 * slots_.size());
    old.swap(slots_);
    mask_ = slots_.size() - 1;
    --shift_;
    for (const Entry& entry : old) {
      if (entry.id != 0) slots_[free_slot(entry.id)] = entry;
    }
  }

  std::vector<Entry> slots_;  // a power of two, at most half of them taken
  std::size_t taken_ = 0;
  std::size_t mask_ = kFirstSlots - 1;
  int shift_ = 64 - std::countr_zero(kFirstSlots);
};

}  // namespace ari::replay

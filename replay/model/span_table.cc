// Open addressing with linear probing. Erasing moves later entries back into the gap, so
// that there are no tombstones and a lookup ends at the first free slot. Constant time.
#include "replay/model/span_table.h"

#include <algorithm>
#include <bit>

namespace ari::replay {

namespace {

constexpr std::size_t kFirstSlots = 64;

}  // namespace

SpanTable::SpanTable() : slots_(kFirstSlots) {
  mask_ = kFirstSlots - 1;
  shift_ = 64 - std::countr_zero(kFirstSlots);
}

Span& SpanTable::add(SpanId id) {
  if (Span* known = find(id)) return *known = Span{.id = id};
  if (2 * (taken_ + 1) > slots_.size()) grow();
  ++taken_;
  std::size_t at = home(id);
  while (slots_[at].id != 0) at = (at + 1) & mask_;
  return slots_[at] = Span{.id = id};
}

void SpanTable::erase(SpanId id) noexcept {
  Span* gone = find(id);
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
  slots_[gap] = Span{};
}

void SpanTable::clear() noexcept {
  std::fill(slots_.begin(), slots_.end(), Span{});
  taken_ = 0;
}

void SpanTable::grow() {
  std::vector<Span> old(2 * slots_.size());
  old.swap(slots_);
  mask_ = slots_.size() - 1;
  --shift_;
  for (const Span& span : old) {
    if (span.id == 0) continue;
    std::size_t at = home(span.id);
    while (slots_[at].id != 0) at = (at + 1) & mask_;
    slots_[at] = span;
  }
}

}  // namespace ari::replay

#include "subscriber/span_marks.h"

#include <new>

namespace ari::subscriber {

namespace {

constexpr trace::SpanId kTaken = UINT64_MAX;

}  // namespace

SpanMarks::SpanMarks() : buckets_(new Bucket[kBuckets]) {}

void SpanMarks::set(trace::SpanId id, SpanMark mark) noexcept {
  for (Slot& slot : bucket(id).slots) {
    // acquire: pairs with the release below, so that the mark that is seen is that span's or a
    // later one's. Ids are never used twice, so a slot that still has the id that was seen, with
    // the mark of a span that has closed, is still that span's. Taking it publishes nothing.
    trace::SpanId before = slot.id.load(std::memory_order_acquire);
    if (before == kTaken) continue;
    if (before != trace::kNoSpan && (slot.mark.load(std::memory_order_relaxed) & kClosed) == 0) {
      continue;
    }
    if (!slot.id.compare_exchange_strong(before, kTaken, std::memory_order_relaxed)) continue;
    slot.mark.store(pack(mark), std::memory_order_relaxed);
    // release: pairs with the acquire in find_slot(), so that the mark is there.
    slot.id.store(id, std::memory_order_release);
    return;
  }
  try {
    const std::lock_guard lock(mutex_);
    others_.emplace(id, mark);
    others_count_.store(others_.size(), std::memory_order_relaxed);
  } catch (const std::bad_alloc&) {
    // Not marked: the rest of this span is recorded.
  }
}

SpanMark SpanMarks::find_other(trace::SpanId id) const noexcept {
  const std::lock_guard lock(mutex_);
  const auto it = others_.find(id);
  return it != others_.end() ? it->second : SpanMark();
}

void SpanMarks::close(trace::SpanId id) noexcept {
  if (Slot* const slot = find_slot(id)) {
    slot->mark.fetch_or(kClosed, std::memory_order_relaxed);
    return;
  }
  if (others_count_.load(std::memory_order_relaxed) == 0) return;
  const std::lock_guard lock(mutex_);
  others_.erase(id);
  others_count_.store(others_.size(), std::memory_order_relaxed);
}

}  // namespace ari::subscriber

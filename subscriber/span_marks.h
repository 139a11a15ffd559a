// SpanMarks: what a filter must remember of open spans.
//
// Enters, exits and wakes name a span by its id only; these tell whether it is on record,
// and whose child its children are then said to be. Ids count up, so an id's low bits are
// its bucket, four marks in one cache line:
//
//   bucket 5: │ id 5 │ id 16389 (closed) │ - │ - │      id 32773 → the free third
//
// A closed span's mark stays until another needs the room, for the late wakes of a task that
// is gone. What finds four open spans in its bucket goes into a map behind a lock.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "runtime/trace/subscriber.h"
#include "subscriber/filter.h"

namespace ari::subscriber {

// One span's; the default is that of a span that is recorded and in no scope.
struct SpanMark {
  bool is_left_out = false;
  Scopes scopes = 0;                           // that it is in, its own included
  trace::SpanId recorded_in = trace::kNoSpan;  // if left out: the nearest span around that is not
};

// Thread-safe. A mark is set before its span's id is known to other threads.
class SpanMarks {
 public:
  SpanMarks();

  void set(trace::SpanId id, SpanMark mark) noexcept;
  SpanMark find(trace::SpanId id) const noexcept {
    if (const Slot* const slot = find_slot(id)) {
      return unpack(slot->mark.load(std::memory_order_relaxed));
    }
    // relaxed: whoever knows the id learnt it after its mark was set.
    if (others_count_.load(std::memory_order_relaxed) == 0) [[likely]]
      return {};
    return find_other(id);
  }
  // The span is gone: its mark may be forgotten.
  void close(trace::SpanId id) noexcept;

 private:
  static constexpr std::size_t kBuckets = 1u << 14;
  static constexpr std::size_t kSlots = 4;
  struct Slot {
    std::atomic<trace::SpanId> id{trace::kNoSpan};  // kTaken while it is being written
    std::atomic<std::uint64_t> mark{0};
  };
  struct alignas(64) Bucket {
    std::array<Slot, kSlots> slots;
  };

  Bucket& bucket(trace::SpanId id) const noexcept { return buckets_[id & (kBuckets - 1)]; }
  Slot* find_slot(trace::SpanId id) const noexcept {
    for (Slot& slot : bucket(id).slots) {
      // acquire: pairs with the release in set(), so that the mark is there.
      if (slot.id.load(std::memory_order_acquire) == id) return &slot;
    }
    return nullptr;
  }
  SpanMark find_other(trace::SpanId id) const noexcept;

  // A mark in one word: closed, left out, 12 scopes, 50 bits of an id.
  static constexpr std::uint64_t kClosed = std::uint64_t{1} << 63;
  static constexpr std::uint64_t kLeftOut = std::uint64_t{1} << 62;
  static constexpr unsigned kScopesShift = 50;
  static constexpr std::uint64_t kIdMask = (std::uint64_t{1} << kScopesShift) - 1;
  static_assert(kScopesShift + kMostScopes == 62);

  static std::uint64_t pack(const SpanMark& mark) noexcept {
    return (mark.is_left_out ? kLeftOut : 0) | std::uint64_t{mark.scopes} << kScopesShift |
           (mark.recorded_in & kIdMask);
  }
  static SpanMark unpack(std::uint64_t word) noexcept {
    constexpr std::uint64_t kScopesMask = (1u << kMostScopes) - 1;
    return {(word & kLeftOut) != 0, static_cast<Scopes>(word >> kScopesShift & kScopesMask),
            word & kIdMask};
  }

  std::unique_ptr<Bucket[]> buckets_;
  std::atomic<std::size_t> others_count_{0};
  mutable std::mutex mutex_;
  std::unordered_map<trace::SpanId, SpanMark> others_;  // guarded by mutex_
};

}  // namespace ari::subscriber

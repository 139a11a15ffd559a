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
  SpanMark find(trace::SpanId id) const noexcept;
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
  Slot* find_slot(trace::SpanId id) const noexcept;

  std::unique_ptr<Bucket[]> buckets_;
  std::atomic<std::size_t> others_count_{0};
  mutable std::mutex mutex_;
  std::unordered_map<trace::SpanId, SpanMark> others_;  // guarded by mutex_
};

}  // namespace ari::subscriber

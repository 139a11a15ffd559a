// Lane: what one thread records into.
//
// A ring of its own and what belongs to it: the thread's number and name, and the count of
// events that found the ring full. Each call copies one event into the ring, and that is
// all it does: no lock, no allocation, no system call, no formatting.
//
// When the ring is full, events are counted instead, until the drain has emptied half of
// it; then a "lost" chunk says how many are missing at this place. One long gap is easier
// to reason about than many short ones, in which every other poll has lost its end. With
// ARI's when-full=block the thread waits instead, and nothing is lost.
//
// A part of the ring is for `close` alone, which is recorded in the gap too, behind a
// "lost" chunk of its own: else the writers would keep for ever what they know of a span.
//
//   enter 7 │ exit 7 │ lost 312 │ close 7 │ lost 90 │ close 5 │ lost 4711 │ enter 9 │ …
//                     `──────────────── the gap ─────────────────´
//
// When that is full too, closes are counted apart (open_spans.h says what for).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <source_location>
#include <span>
#include <string>

#include "runtime/trace/subscriber.h"
#include "subscriber/chunk.h"
#include "subscriber/doorbell.h"
#include "subscriber/lost_spans.h"
#include "subscriber/name_copies.h"
#include "subscriber/ring.h"
#include "subscriber/ring_file.h"

namespace ari::subscriber {

using trace::EnterReason;
using trace::Metadata;
using trace::Outcome;
using trace::SpanId;
using trace::Value;
using trace::WakerOp;

// Text longer than this is cut, at a whole character, and ends in "…". So are shorter ones of
// an event that would take more than an eighth of its ring; one whose fields do so without text,
// hundreds in the smallest ring, is lost.
inline constexpr std::size_t kMaxTextBytes = 4096;

class Lane {
 public:
  // Requires: as Ring of `memory`; `doorbell`, `lost_spans` and `copies` outlive the lane's thread,
  // `copies` also what it records; `file`, if the memory is its, the lane. Without `copies` all
  // callsites lie in the program.
  Lane(std::uint32_t thread, std::string thread_name, RingMemory memory, Doorbell& doorbell,
       LostSpans& lost_spans, RingFile* file = nullptr, NameCopies* copies = nullptr) noexcept;
  // Gives the file its ring back.
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // Of a thread of a dead program, whose log tells `told` of the ring's lost events.
  static std::shared_ptr<Lane> of_the_dead(RingMemory memory, std::uint64_t told,
                                           Doorbell& doorbell, LostSpans& lost_spans);

  // Whether the ring lies in a RingFile: then its bytes are released at checkpoints only.
  bool is_in_file() const noexcept { return file_ != nullptr; }
  // Lost events that were told before this drain looked.
  std::uint64_t told_before() const noexcept { return told_before_; }

  bool is_mapped() const noexcept { return ring_.is_mapped(); }
  std::uint32_t thread() const noexcept { return thread_; }
  const std::string& thread_name() const noexcept { return thread_name_; }

  // For the lane's thread only, at `ticks` of the TickClock. As in trace::Subscriber.
  void new_span(std::uint64_t ticks, SpanId id, SpanId parent, const Metadata& metadata,
                std::span<const Value> values) noexcept;
  void enter(std::uint64_t ticks, SpanId id, EnterReason reason) noexcept;
  void exit(std::uint64_t ticks, SpanId id, std::source_location parked_at) noexcept;
  void close(std::uint64_t ticks, SpanId id, Outcome outcome) noexcept;
  void event(std::uint64_t ticks, SpanId in, const Metadata& metadata,
             std::span<const Value> values) noexcept;
  void waker(std::uint64_t ticks, SpanId in, WakerOp op, SpanId task) noexcept;

  // For the lane's thread, as it ends: nothing more will come.
  void leave() noexcept { has_left_.store(true, std::memory_order_release); }

  // For the drain. True once leave() was called: everything that the thread recorded is
  // seen by a refresh() that follows.
  bool has_left() const noexcept { return has_left_.load(std::memory_order_acquire); }
  Ring& ring() noexcept { return ring_; }
  // All events lost so far; those that no "lost" chunk has told yet included. Any thread.
  std::uint64_t lost() const noexcept { return ring_.head().lost.load(std::memory_order_relaxed); }
  // Of these, ends of spans that the log may know.
  std::uint64_t lost_closes() const noexcept {
    return lost_closes_.load(std::memory_order_relaxed);
  }

 private:
  // Room for a chunk, or null, with the event counted, if there is none.
  std::byte* reserve(std::uint64_t ticks, std::size_t bytes) noexcept {
    std::byte* const room = ring_.try_reserve(bytes);
    return room != nullptr ? room : reserve_or_lose(ticks, bytes);
  }
  std::byte* reserve_or_lose(std::uint64_t ticks, std::size_t bytes) noexcept;
  // A chunk with values, whose texts are cut shorter if it is large for the ring. False if it
  // is lost.
  template <typename Body>
  bool record(std::uint64_t ticks, ChunkKind kind, const Body& body,
              std::span<const Value> values) noexcept;
  template <typename Body>
  bool record_cut(std::uint64_t ticks, ChunkKind kind, const Body& body,
                  std::span<const Value> values) noexcept;
  template <typename Body>
  bool put_chunk(std::uint64_t ticks, std::size_t bytes, ChunkKind kind, const Body& body,
                 std::span<const Value> values, std::size_t most_text) noexcept;
  std::byte* reserve_for_close(std::uint64_t ticks, SpanId id) noexcept;
  bool is_in_gap(std::uint64_t ticks) noexcept;
  void lose_one() noexcept;
  void lose_close() noexcept;
  // What is recorded for a callsite, or a place, so that it can be told when the drain comes to it,
  // and from a ring file also without the program. Null, or no place, if there is no memory for it.
  const Metadata* lasting(const Metadata& metadata) noexcept {
    if (stays_as_it_is_.contains(key_of(&metadata))) [[likely]]
      return &metadata;
    return noted(&metadata);
  }
  std::source_location lasting(std::source_location place) noexcept {
    const std::uint64_t key = key_of(place);
    // Not ||, which makes two branches: many exits have no place.
    if (stays_as_it_is_.contains(key) | (key == 0)) [[likely]]
      return place;
    return noted(place);
  }
  template <typename Name>
  Name noted(Name name) noexcept;
  bool tell_loss(std::uint64_t ticks) noexcept;

  std::uint32_t thread_;
  std::string thread_name_;
  Ring ring_;
  Doorbell& doorbell_;
  LostSpans& lost_spans_;
  NameCopies* const copies_;
  RingFile* const file_;               // that the ring lies in; null: memory of its own
  const AddressRange stays_as_it_is_;  // the program, if there is no file; else nothing
  KnownNames known_;                   // what else was met, as it is recorded
  std::uint32_t unloads_ = 0;          // when they were: of no use any more after the next
  std::uint64_t told_before_ = 0;
  std::uint64_t untold_ = 0;                   // lost since the last "lost" chunk
  std::uint64_t untold_closes_ = 0;            // of these
  std::atomic<std::uint64_t> lost_closes_{0};  // in all; a mere count, hence relaxed
  bool was_full_ = false;  // and half of it was not free again when last looked at
  std::atomic<bool> has_left_{false};
};

}  // namespace ari::subscriber

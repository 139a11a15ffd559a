#include "subscriber/recorder.h"

#include <pthread.h>

#include <atomic>
#include <iterator>
#include <memory>
#include <utility>

namespace ari::subscriber {

namespace {

// The calling thread's lane, and whose it is. Trivial, so that it can be read without a
// check at any time, also while the thread's other thread_locals are being destroyed.
struct Slot {
  std::uint64_t recorder = 0;     // Recorder::id_; 0: none
  Lane* lane = nullptr;           // null although there is a recorder: no memory for one
  std::uint64_t numbered_by = 0;  // the Recorder that gave `thread`
  std::uint32_t thread = 0;
  bool is_ending = false;  // the thread's Membership is gone
};
constinit thread_local Slot t_slot;

// Keeps the calling thread's lane alive and says when the thread ends.
struct Membership {
  std::shared_ptr<Lane> lane;

  void move_to(std::shared_ptr<Lane> next) noexcept {
    if (lane != nullptr) lane->leave();
    lane = std::move(next);
  }
  ~Membership() {
    t_slot.recorder = 0;
    t_slot.lane = nullptr;
    t_slot.is_ending = true;
    move_to(nullptr);
  }
};
thread_local Membership t_membership;

std::uint64_t next_recorder_id() noexcept {
  static constinit std::atomic<std::uint64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed);  // relaxed: only uniqueness matters
}

}  // namespace

Recorder::Recorder(TickClock clock, Lanes& lanes) noexcept
    : id_(next_recorder_id()), clock_(clock), lanes_(lanes) {}

template <typename Copy>
inline void Recorder::record(Copy copy) noexcept {
  // The stamp is taken first: it tells when the event was, not when it was copied.
  const std::uint64_t ticks = clock_.now();
  if (t_slot.recorder != id_) [[unlikely]]
    attach();
  if (t_slot.lane != nullptr) [[likely]] {
    copy(*t_slot.lane, ticks);
  } else {
    lanes_.lose_one();
  }
}

void Recorder::attach() noexcept {
  char name[16] = {};  // the kernel's limit
  pthread_getname_np(pthread_self(), name, std::size(name));
  std::shared_ptr<Lane> lane = lanes_.make(t_slot.numbered_by == id_ ? t_slot.thread : 0, name);
  t_slot.recorder = id_;
  t_slot.lane = lane.get();
  if (lane != nullptr) {
    t_slot.numbered_by = id_;
    t_slot.thread = lane->thread();
  }
  // A thread whose Membership is gone already records from some thread_local's destructor:
  // nobody will tell its end, and the drain keeps the lane for as long as itself.
  if (!t_slot.is_ending) t_membership.move_to(std::move(lane));
}

void Recorder::new_span(SpanId id, SpanId parent, const Metadata& metadata,
                        std::span<const Value> values) noexcept {
  record(
      [&](Lane& lane, std::uint64_t ticks) { lane.new_span(ticks, id, parent, metadata, values); });
}

void Recorder::enter(SpanId id, EnterReason reason) noexcept {
  record([=](Lane& lane, std::uint64_t ticks) { lane.enter(ticks, id, reason); });
}

void Recorder::exit(SpanId id, std::source_location parked_at) noexcept {
  record([=](Lane& lane, std::uint64_t ticks) { lane.exit(ticks, id, parked_at); });
}

void Recorder::close(SpanId id, Outcome outcome) noexcept {
  record([=](Lane& lane, std::uint64_t ticks) { lane.close(ticks, id, outcome); });
}

void Recorder::event(SpanId in, const Metadata& metadata, std::span<const Value> values) noexcept {
  record([&](Lane& lane, std::uint64_t ticks) { lane.event(ticks, in, metadata, values); });
}

void Recorder::waker(SpanId in, WakerOp op, SpanId task) noexcept {
  record([=](Lane& lane, std::uint64_t ticks) { lane.waker(ticks, in, op, task); });
}

}  // namespace ari::subscriber

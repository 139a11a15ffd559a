#include "subscriber/recorder.h"

#include <pthread.h>

#include <atomic>
#include <iterator>
#include <memory>
#include <utility>

#include "runtime/trace/late_local.h"

namespace ari::subscriber {

namespace {

// The calling thread's lane, and whose it is. Trivial, so that it can be read without a check.
struct Slot {
  std::uint64_t recorder = 0;     // Recorder::id_; 0: none
  Lane* lane = nullptr;           // null although there is a recorder: no memory for one
  std::uint64_t numbered_by = 0;  // the Recorder that gave `thread`
  std::uint32_t thread = 0;
};
constinit thread_local Slot t_slot;

// Keeps the calling thread's lane alive and says when the thread ends: behind the destructors of
// its thread_locals, which may still record.
struct Membership {
  std::shared_ptr<Lane> lane;

  void move_to(std::shared_ptr<Lane> next) noexcept {
    if (lane != nullptr) lane->leave();
    lane = std::move(next);
  }
  ~Membership() {
    t_slot.recorder = 0;
    t_slot.lane = nullptr;
    move_to(nullptr);
  }
};

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
  if (t_slot.recorder != id_.number()) [[unlikely]]
    attach();
  if (t_slot.lane != nullptr) [[likely]] {
    copy(*t_slot.lane, ticks);
  } else {
    lanes_.lose_one();
  }
}

void Recorder::attach() noexcept {
  const std::uint64_t id = id_.number();
  if (id == 0) {  // a forked child: the lanes are its parent's
    t_slot.recorder = 0;
    t_slot.lane = nullptr;
    return;
  }
  char name[16] = {};  // the kernel's limit
  pthread_getname_np(pthread_self(), name, std::size(name));
  std::shared_ptr<Lane> lane = lanes_.make(t_slot.numbered_by == id ? t_slot.thread : 0, name);
  t_slot.recorder = id;
  t_slot.lane = lane.get();
  if (lane != nullptr) {
    t_slot.numbered_by = id;
    t_slot.thread = lane->thread();
  }
  trace::LateLocal<Membership>::get().move_to(std::move(lane));
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

// Recorder: the Subscriber that copies every event into the calling thread's lane.
//
// The program's side of recording, called in the middle of polls and wakes: it reads the
// clock, finds the lane in a thread_local and lets it copy. A thread gets its lane with
// its first event.
#pragma once

#include <cstdint>

#include "runtime/trace/subscriber.h"
#include "subscriber/clock.h"
#include "subscriber/fork_mark.h"
#include "subscriber/lanes.h"

namespace ari::subscriber {

// Thread-safe, as every Subscriber. Requires: it and its lanes outlive every thread that
// calls it. A thread may go over from one Recorder to another, but not back and forth. In a forked
// child it records nothing and touches no lane; of one by vfork() it goes on as in its parent.
class Recorder final : public trace::Subscriber {
 public:
  Recorder(TickClock clock, Lanes& lanes) noexcept;

  void new_span(SpanId id, SpanId parent, const Metadata& metadata,
                std::span<const Value> values) noexcept override;
  void enter(SpanId id, EnterReason reason) noexcept override;
  void exit(SpanId id, std::source_location parked_at) noexcept override;
  void close(SpanId id, Outcome outcome) noexcept override;
  void event(SpanId in, const Metadata& metadata, std::span<const Value> values) noexcept override;
  void waker(SpanId in, WakerOp op, SpanId task) noexcept override;

 private:
  // Calls `copy(lane, ticks)` with the calling thread's lane and the present.
  template <typename Copy>
  void record(Copy copy) noexcept;
  // Gives the calling thread a lane, or none if there is no memory for it.
  void attach() noexcept;

  const ForkMark id_;  // tells Recorders apart, also one that is made where one was
  const TickClock clock_;
  Lanes& lanes_;
};

}  // namespace ari::subscriber

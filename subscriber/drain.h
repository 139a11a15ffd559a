// Drain: the lanes of all threads merged into one stream of Records, in time order.
//
// Each pass begins with an anchor, looks how far every lane has come, and hands on what is
// older than a small window before the anchor, by (time, thread, position). The order of
// these steps is what keeps causes before effects: whatever happened after a lane was
// looked at bears a stamp after the anchor, so nothing that depends on something not yet
// seen is handed on in the same pass. The window is for a thread that was interrupted
// between taking a stamp and copying the event; one that takes longer comes late, in its
// thread's order but behind younger events of others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "subscriber/decoder.h"
#include "subscriber/lanes.h"
#include "subscriber/time_line.h"

namespace ari::subscriber {

// Takes Records off the drain's hands.
class RecordConsumer {
 public:
  virtual ~RecordConsumer() = default;
  // The record and what it points to are valid during the call.
  virtual void consume(const Record& record) = 0;
  // Nothing more will come of this thread.
  virtual void end_thread(std::uint32_t /*thread*/) {}
};

// Not thread-safe: one thread runs it, while others record.
class Drain {
 public:
  // What is younger than this, before a pass's anchor, waits for the next pass.
  static constexpr std::int64_t kWindowNs = 100'000;

  // Consumes the header at once, with `more` behind what every header says. `start` is an
  // anchor from before the first event.
  Drain(Lanes& lanes, Anchor start, RecordConsumer& consumer, std::string_view program,
        std::string_view clock, std::span<const Field> more = {});

  // Of lanes that a dead program left: says what is in them and nothing of its own. For
  // one drain_all().
  Drain(Lanes& lanes, const TimeLine& time_line, RecordConsumer& consumer, const Symbols& symbols);

  // A task of this id is alive, which was told before.
  void knows_task(SpanId id) { decoder_.knows_task(id); }

  // Hands on what is due at `now`, and frees lanes whose threads have ended. Returns how
  // many bytes of the rings that were: little if the program is calm.
  std::size_t pass(Anchor now);

  // Hands on that the program lives, if it has recorded anything yet. A pass does so by itself
  // when nothing has come for a second, two, four and so on up to a minute: if the program is
  // killed while its tasks wait, the log tells how long they had.
  void tell_alive(Anchor now);

  // What has been handed on is in the log, whose file is `log_bytes` long: rings in `file`
  // give their bytes back. Until then what pass() read of such rings stays in them.
  void checkpoint(RingFile& file, std::uint64_t log_bytes);

  // Hands on everything that is left. Requires: nothing is recorded any more.
  void drain_all();

  // Hands on everything that is left, then the end. Requires: nothing is recorded any
  // more; what still is may be missing.
  void finish(Anchor now);

 private:
  // A lane with what the drain knows of it.
  struct Source {
    std::shared_ptr<Lane> lane;
    bool is_announced = false;      // its thread has its "thread" record
    bool has_left = false;          // as it was before this pass looked at the ring
    bool is_in_log = false;         // all that was read of it: a checkpoint says so
    bool has_ended = false;         // it had left, is empty, and all of its loss is told
    std::uint64_t told = 0;         // events lost that "lost" records have told
    std::uint64_t told_closes = 0;  // of these
    std::uint64_t ticks = 0;        // stamp of the chunk in front
  };
  // Orders the heap of sources: the one with the earliest chunk in front is on top.
  struct Later {
    bool operator()(const Source* a, const Source* b) const noexcept;
  };

  std::size_t merge(std::uint64_t horizon_ticks);
  std::size_t run(Source& source, std::uint64_t horizon_ticks, const Source* next);
  bool look(Source& source);
  void hand_on(Source& source, const std::byte* chunk);
  static void note_position(const Source& source, std::uint32_t checkpoint);
  void announce(Source& source, std::int64_t at_unix_ns);
  void find_ended(std::int64_t at_unix_ns);
  void remove_ended();
  void tell_rest_of_loss(Source& source, std::int64_t at_unix_ns);
  void tell_damage(Source& source);
  void consume_lost(std::uint32_t thread, std::uint64_t lost, std::uint64_t lost_closes,
                    std::int64_t at_unix_ns);

  Lanes& lanes_;
  TimeLine time_line_;
  RecordConsumer& consumer_;
  const Symbols own_symbols_;
  Decoder decoder_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<std::shared_ptr<Lane>> new_lanes_;
  std::vector<Source*> heap_;
  std::vector<bool> announced_;              // by thread number: its "thread" record was consumed
  std::int64_t latest_unix_ns_ = INT64_MIN;  // of all chunks handed on
  std::int64_t patience_ns_ = 0;             // from when to when to tell that it lives
  std::int64_t alive_unix_ns_ = 0;           // when that was told last, or a chunk handed on
  std::uint64_t lost_ = 0;                   // told in all
  std::uint64_t lost_without_ring_ = 0;      // told of threads that got no ring
};

}  // namespace ari::subscriber

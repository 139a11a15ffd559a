// TaskSlices: the row of one task, drawn as its times are counted.
//
//   spawn        enter   exit       wake       enter   exit   enter     exit
//     ├ scheduled ┤├ poll ┤├ idle ───┤├ scheduled ┤├ poll ┤├ idle ┤├ destroy ┤
//
// CorrectedTimes (corrected_times.h) says how long each poll took and each wait before it; so the
// slices add up to the task's figures in every other view. A pair of enter and exit is drawn, with
// the wait before it, when it is known whether it was a poll or the task's destruction: at its
// exit if the log tells; else when the next one begins, and the last when finish() is told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "replay/model/corrected_times.h"
#include "replay/model/destroy_pairs.h"
#include "replay/timeline/kept_fields.h"
#include "replay/timeline/trace_writer.h"

namespace ari::replay {

// Not thread-safe.
class TaskSlices {
 public:
  // A task seen first at `since_unix_ns`; `spawned`: because it was spawned then. `kind` is
  // Task::kind. Its first wait bears the fields. The track was added; the writer must outlive this.
  TaskSlices(TraceWriter& writer, TrackId track, std::string_view kind, std::int64_t since_unix_ns,
             bool spawned, std::span<const subscriber::Field> fields);

  void enter(std::int64_t at_unix_ns, std::uint32_t thread, std::optional<bool> destroy);
  void exit(std::int64_t at_unix_ns, const subscriber::Location& parked_at);
  // `arrow`: leads to the poll that answers it.
  void wake(std::int64_t at_unix_ns, ArrowId arrow);
  void close(std::int64_t at_unix_ns);
  // The last exit may have been lost: if another enter follows it was.
  void doubt_exit() noexcept { doubtful_ = true; }

  TrackId track() const noexcept { return track_; }
  // Since the last enter.
  bool woken() const noexcept { return woken_; }
  // Whether a wake can still change anything.
  bool over() const noexcept { return times_.over(); }
  std::string_view kind() const noexcept { return kind_; }
  // Its times if it is not known what the last pair was, else null.
  const CorrectedTimes* undecided() const { return times_.has_held() ? &times_ : nullptr; }

  // Draws what is left. `end_unix_ns`: the log's last instant; `events_lost`: in a gap of the log
  // may be wakes. Call once, at the end.
  void finish(DestroyPairs::Verdict verdict, std::int64_t end_unix_ns, bool events_lost);

 private:
  void settle(bool destroyed);
  void draw(const TaskPair& pair, bool destroyed);
  void draw_wait(std::int64_t until_unix_ns, std::optional<std::int64_t> scheduled_since_unix_ns);
  void draw_slice(std::string_view name, std::int64_t begin_unix_ns, std::int64_t end_unix_ns);

  TraceWriter& writer_;
  TrackId track_;
  std::string kind_;
  CorrectedTimes times_;
  std::int64_t since_unix_ns_;
  std::int64_t drawn_until_unix_ns_;
  std::optional<std::int64_t> closed_unix_ns_;
  std::uint32_t entered_ = 0;  // enters without an exit
  bool ignored_ = false;       // the pair came after the destruction
  bool doubtful_ = false;
  bool woken_ = false;
  ArrowId arrow_ = 0;        // to the next pair
  KeptFields waiting_with_;  // fields of the wait that is drawn next

  // Of the last pair.
  std::optional<bool> destroy_;  // what the log says of it
  std::uint32_t thread_ = 0;
  ArrowId answered_ = 0;
  KeptFields parked_;
};

}  // namespace ari::replay

// TaskSlices: the row of one task, drawn as its times are counted.
//
//   spawn        enter   exit       wake       enter   exit   enter     exit
//     ├ scheduled ┤├ poll ┤├ idle ───┤├ scheduled ┤├ poll ┤├ idle ┤├ destroy ┤
//
// CorrectedTimes (corrected_times.h) says how long each poll took and each wait before it; so the
// slices add up to the task's figures in every other view. A pair of enter and exit is drawn, with
// the wait before it, when TaskPairs (task_pairs.h) knows whether it was a poll or the task's
// destruction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "replay/model/task_pairs.h"
#include "replay/timeline/kept_fields.h"
#include "replay/timeline/trace_writer.h"

namespace ari::replay {

// Not thread-safe.
class TaskSlices {
 public:
  // A task seen first at `since_unix_ns`; `spawned`: because it was spawned then, or waits since
  // then for its first poll. `kind` is Task::kind. Its first wait bears the fields. The track was
  // added; the writer must outlive this.
  TaskSlices(TraceWriter& writer, TrackId track, std::string_view kind, std::int64_t since_unix_ns,
             bool spawned, std::span<const subscriber::Field> fields);

  // Lines are not asked for, here and below.
  void enter(const Moment& now, std::optional<bool> destroy);
  void exit(const Moment& now, const subscriber::Location& parked_at);
  // `arrow`: leads to the poll that answers it.
  void wake(std::int64_t at_unix_ns, ArrowId arrow);
  void close(const Moment& now);
  // The last exit may have been lost: if another enter follows it was.
  void doubt_exit() noexcept { pairs_.doubt_exit(); }
  // Lines are missing up to here: what woke it may have been answered.
  void miss_lines(const Moment& now);

  TrackId track() const noexcept { return track_; }
  // Since the last enter.
  bool woken() const noexcept { return woken_; }
  // Whether a wake can still change anything.
  bool over() const noexcept { return pairs_.times().over(); }
  std::string_view kind() const noexcept { return kind_; }
  // Its times if it is not known what the last pair was, else null.
  const CorrectedTimes* undecided() const { return pairs_.undecided(); }

  // Draws what is left. Call once, at the end.
  void finish(const LogEnd& end);

 private:
  void draw_if_settled();
  void draw(const TaskPair& pair);
  void draw_wait(std::int64_t until_unix_ns, std::optional<std::int64_t> scheduled_since_unix_ns);
  void draw_slice(std::string_view name, std::int64_t begin_unix_ns, std::int64_t end_unix_ns);

  TraceWriter& writer_;
  TrackId track_;
  std::string kind_;
  TaskPairs pairs_;
  std::int64_t since_unix_ns_;
  std::int64_t drawn_until_unix_ns_;
  std::optional<std::int64_t> closed_unix_ns_;
  bool woken_ = false;
  ArrowId arrow_ = 0;        // to the next pair
  KeptFields waiting_with_;  // fields of the wait that is drawn next

  // Of the last pair.
  std::uint32_t thread_ = 0;
  ArrowId answered_ = 0;
  KeptFields parked_;
};

}  // namespace ari::replay

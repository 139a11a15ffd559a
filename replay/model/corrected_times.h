// CorrectedTimes: one task's polls and times as they really were.
//
//   busy       from the start of each poll to its end
//   scheduled  from the wake that made the task runnable, but not before the end of the
//              poll it came in, to the start of the next poll; the first poll counts from
//              the spawn. Of several wakes the first counts: the others change nothing.
//              A poll that nothing on record asked for (block_on's own waker tells nobody)
//              was not scheduled: what came before it is idle
//   idle       the rest. A task's destruction and what follows it are idle, and so is the
//              time in which an aborted task lay unpolled
//
//   spawn     enter   exit    wake   wake  enter  exit    enter exit   close
//     |scheduled|  busy |  idle | scheduled |  busy | idle  (destroyed)  |
//
// The task's life ends with its span, which closes right behind the destruction, but for a span
// that another one inside of it keeps open: then with the destruction.
//
// busy + scheduled + idle = total, exactly, and none is negative: an edge that lies before the one
// before it is moved up to it, and counted. If it lies far before it the clock was set back, and
// all that follows is moved up by as much: of its intervals only that one is 0.
//
// The last pair of a task may be its destruction. So a pair is counted when the next one
// begins; the last is held back until finish() is told what it was.
#pragma once

#include <cstdint>
#include <optional>

#include "replay/model/saturating.h"
#include "replay/model/task.h"
#include "replay/model/task_pair.h"

namespace ari::replay {

class CorrectedTimes {
 public:
  // A task seen first at `since_unix_ns`; `spawned`: because it was spawned then.
  CorrectedTimes(std::int64_t since_unix_ns, bool spawned);

  // A pair begins. Returns the pair before it if that was held back: it was a poll.
  // Requires: no pair is open, and over() is false.
  std::optional<TaskPair> enter(std::int64_t at_unix_ns, LineNumber line);

  // The pair is over, and is held back.
  // Requires: a pair is open.
  void exit(std::int64_t at_unix_ns, LineNumber line);
  // The same, but when that was is not in the log: the pair counts, its time does not.
  // Requires: a pair is open.
  void exit_lost() noexcept;

  // The task was left although no enter is on record: it had been running. If it ran before that
  // too, or began in the log, lines are missing: it is not taken for scheduled since a wake, or
  // the spawn, that this poll may have answered.
  void exit_unseen(std::int64_t at_unix_ns) noexcept;

  void wake(std::int64_t at_unix_ns) noexcept;

  // The pair held back, which last_pair() returns, was a poll, or the task's destruction.
  // Requires: there is one.
  void settle_as_poll();
  void settle_as_destruction();

  bool running() const noexcept { return pair_is_ == PairIs::kOpen; }
  bool runnable() const noexcept { return runnable_since_unix_ns_.has_value(); }
  bool over() const noexcept { return pair_is_ == PairIs::kDestruction; }
  bool has_held() const noexcept { return pair_is_ == PairIs::kHeld; }
  // An instant of the log as it is moved up by now, where the clock was set back, and the other
  // way round.
  std::int64_t moved_up(std::int64_t logged_unix_ns) const noexcept {
    return saturating_add(logged_unix_ns, set_back_ns_);
  }
  std::int64_t as_logged(std::int64_t moved_up_unix_ns) const noexcept {
    return moved_up_unix_ns - set_back_ns_;
  }
  // The pair that is open, or else the last one, as it was moved up. Requires: enter() was called.
  const TaskPair& last_pair() const noexcept { return pair_; }
  // Polls that are counted, the one held back and the one going on left out.
  std::uint64_t polls() const noexcept { return polls_; }
  // Whether each of these was asked for by the spawn or a wake that is on record; of the
  // first, what asked for it may be older than the log.
  bool always_woken() const noexcept { return always_woken_; }
  std::uint64_t clock_steps() const noexcept { return clock_steps_; }

  // Fills in the task's state, counts and times, up to dropped_unix_ns if it is set and
  // else to `end_unix_ns`. Requires: nothing is held back.
  void finish(std::int64_t end_unix_ns, Task& task);

 private:
  void count_poll();
  void count_wait(std::int64_t waited_ns, LineNumber line);
  // The instant, or `earliest` if it stepped back behind that.
  std::int64_t not_before(std::int64_t earliest_unix_ns, std::int64_t at_unix_ns) noexcept;
  // The same of an enter or exit as the log tells it, which shows whether the clock was set back.
  std::int64_t edge(std::int64_t earliest_unix_ns, std::int64_t logged_unix_ns) noexcept;

  // What the last pair is: kOpen → kHeld → kPoll or kDestruction.
  enum class PairIs : std::uint8_t { kNone, kOpen, kHeld, kPoll, kDestruction };

  // A log has many tasks, and a poll in one of them is followed by polls in all the others: so what
  // a poll changes stands together, and is small.
  TaskPair pair_;
  std::optional<std::int64_t> runnable_since_unix_ns_;  // the first wake no pair has answered
  std::int64_t last_edge_unix_ns_;  // the latest enter or exit, or the beginning
  PairIs pair_is_ = PairIs::kNone;
  bool began_;                  // its spawn is in the log
  bool woken_in_poll_ = false;  // the wake above came during a pair
  bool always_woken_ = true;
  std::uint64_t polls_ = 0;
  std::int64_t busy_ns_ = 0;
  std::int64_t scheduled_ns_ = 0;
  std::int64_t longest_poll_ns_ = 0;
  std::int64_t longest_scheduled_ns_ = 0;
  std::int64_t last_poll_started_unix_ns_ = 0;  // if there were polls
  std::optional<std::int64_t> last_poll_ended_unix_ns_;

  LineNumber longest_poll_line_ = 0;
  LineNumber longest_scheduled_line_ = 0;
  std::int64_t since_unix_ns_;
  std::int64_t first_poll_unix_ns_ = 0;  // if there were polls
  std::uint64_t redundant_wakes_ = 0;
  std::uint64_t clock_steps_ = 0;
  std::int64_t set_back_ns_ = 0;  // in sum
};

}  // namespace ari::replay

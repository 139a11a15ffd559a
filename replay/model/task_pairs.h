// TaskPairs: which enters and exits of a task are a pair, and what each pair was.
//
// Enters within a pair belong to it, and after the destruction none begins. Where the log says what
// a pair was, a poll or the task's destruction, it is settled when it ends; else it is held back
// until the next one begins or the log ends. CorrectedTimes counts what is settled.
//
//   enter ─► open ──┬─ exit, close ──► held ──┬─ next enter, log's end ──► a poll
//                   │                         └─ log's end ──────────────► the destruction
//                   ├─ exit, close, and the log says what it was ────────► either
//                   └─ next enter, if the exit may have been lost ───────► either, of no duration
#pragma once

#include <cstdint>
#include <optional>

#include "replay/model/corrected_times.h"
#include "replay/model/destroy_pairs.h"
#include "replay/model/life_line.h"

namespace ari::replay {

// Where a log ends, and what is known of it by then.
struct LogEnd {
  Moment last;
  DestroyPairs::Verdict destroy_pairs{};
  bool events_lost = false;  // wakes may be among them
};

// Not thread-safe.
class TaskPairs {
 public:
  // A task seen first at `since_unix_ns`; `spawned`: because it was spawned then.
  TaskPairs(std::int64_t since_unix_ns, bool spawned) : times_(since_unix_ns, spawned) {}

  // The task is entered; `destroy`: whether it is its destruction, where the log says so. Returns
  // whether a pair begins. If this settles the one before, `settled` is called with it first.
  template <typename Settled>
  bool enter(const Moment& now, std::optional<bool> destroy, Settled settled) {
    if (entered_ > 0 && doubtful_ && abandon()) settled(times_.last_pair());
    doubtful_ = false;
    if (entered_++ > 0 || times_.over()) return false;
    if (const auto poll = times_.enter(now.at_unix_ns, now.line)) settled(*poll);
    destroy_ = destroy;
    return true;
  }

  // The task is left, or its span closes. Returns whether a pair ends, which is the last of
  // times(), and is settled unless it is held back.
  bool exit(const Moment& now) {
    doubtful_ = false;
    if (entered_ == 0) times_.exit_unseen(now.at_unix_ns);
    return entered_ > 0 && --entered_ == 0 && close(now);
  }
  bool close(const Moment& now) {
    if (!times_.running()) return false;
    times_.exit(now.at_unix_ns, now.line);
    if (destroy_) settle(*destroy_);
    return true;
  }
  // The last exit may have been lost: if another enter follows it was.
  void doubt_exit() noexcept { doubtful_ = true; }
  // Lines are missing up to here: a pair among them may have answered what woke it.
  void miss_lines(const Moment& now) noexcept {
    if (entered_ == 0) times_.exit_unseen(now.at_unix_ns);
  }
  void wake(std::int64_t at_unix_ns) noexcept { times_.wake(at_unix_ns); }

  // The log ends. Fills in the task's times, as CorrectedTimes. Returns whether this settles the
  // last pair. Requires: the task's kind and dropped_unix_ns are set as far as they are known.
  bool finish(const LogEnd& end, Task& task);

  const CorrectedTimes& times() const noexcept { return times_; }
  // For DestroyPairs: the times, if the last pair is held back, else null.
  const CorrectedTimes* undecided() const { return times_.has_held() ? &times_ : nullptr; }
  // Whether the log says what the last pair was.
  bool is_told() const noexcept { return destroy_.has_value(); }

 private:
  bool abandon();
  void settle(bool destroyed) {
    destroyed ? times_.settle_as_destruction() : times_.settle_as_poll();
  }
  bool was_destroyed(const LogEnd& end, const Task& task) const;

  std::uint32_t entered_ = 0;    // enters without exit
  std::optional<bool> destroy_;  // what the log says of the last pair
  bool doubtful_ = false;        // the last exit may have been lost
  CorrectedTimes times_;
};

}  // namespace ari::replay

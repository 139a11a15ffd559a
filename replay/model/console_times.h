// ConsoleTimes: one task's polls and times as tokio-console shows them.
//
// A copy of the state machine that console-subscriber runs inside the program, quirks
// included, so that a replay can be held against a live session number for number:
//
//   * the destruction of a finished task counts as one more poll;
//   * queueing before the first poll is no scheduled time, because a spawn is no wake;
//   * of several wakes before a poll the latest counts;
//   * a poll that no wake is on record for was scheduled since the poll before it.
//
// What really happened is worked out by CorrectedTimes.
#pragma once

#include <cstdint>
#include <optional>

#include "replay/model/distribution.h"
#include "replay/model/task.h"

namespace ari::replay {

class ConsoleTimes {
 public:
  // What an enter or exit came to.
  struct Step {
    bool is_poll = false;                   // it began or ended a poll; nested ones do not
    std::optional<std::int64_t> sample_ns;  // enter: was scheduled for; exit: was busy for
    bool clock_step = false;                // the interval was negative
  };

  Step enter(std::int64_t at_unix_ns);
  // Requires: an enter without exit.
  Step exit(std::int64_t at_unix_ns);
  void wake(std::int64_t at_unix_ns);

  // Fills in the task's state, counts and times. Requires: task.created_unix_ns and
  // dropped_unix_ns are set as far as they are known. `since_unix_ns` stands in for an
  // unknown creation; `end_unix_ns` is what an open task is measured up to.
  //
  // As on the console's screen, what is going on of an open task is counted up to `end_unix_ns`:
  // the poll as busy and, even if it runs meanwhile, the time since its last wake as scheduled.
  void finish(std::int64_t since_unix_ns, std::int64_t end_unix_ns, Task& task) const;

 private:
  State state(const Task& task) const noexcept;
  std::int64_t state_since(State state, std::int64_t since_unix_ns) const noexcept;

  std::uint64_t current_polls_ = 0;
  std::uint64_t polls_ = 0;
  std::optional<std::int64_t> first_poll_unix_ns_;
  std::optional<std::int64_t> last_wake_unix_ns_;
  std::optional<std::int64_t> last_poll_started_unix_ns_;
  std::optional<std::int64_t> last_poll_ended_unix_ns_;
  std::int64_t busy_ns_ = 0;
  std::int64_t scheduled_ns_ = 0;
};

}  // namespace ari::replay

// RestartWatch: sees where a log without headers goes on with another run of the program.
//
// A process never gives a task.id twice, so one that begins twice proves that the program was
// started anew and writes on in the same log, as a container's does. It may have told of some
// resources before its first task: the run began behind the longest pause among the last records.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "replay/model/id_set.h"

namespace ari::replay {

// Not thread-safe. Constant time; memory as IdSet.
class RestartWatch {
 public:
  // A task begins, by its task.id. True: it is of another run than those before.
  bool begins(std::uint64_t task_id) {
    if (ids_.contains(task_id)) return true;
    ids_.add(task_id);
    return false;
  }
  // Something happened, in the log's order.
  void happened(std::int64_t at_unix_ns) noexcept { recent_[seen_++ % kRecent] = at_unix_ns; }

  // When begins() is true: the last instant of the run before. Requires: something happened.
  std::int64_t last_instant() const noexcept;

  // The next run begins.
  void clear() noexcept;

 private:
  static constexpr std::size_t kRecent = 64;

  IdSet ids_;
  std::array<std::int64_t, kRecent> recent_{};
  std::size_t seen_ = 0;
};

}  // namespace ari::replay

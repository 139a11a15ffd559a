// ToldJoins: which tasks a task waits for the end of, as an event of ari's runtime tells it.
//
// Two do: runtime::join, in the poll that suspends in it, by `op`, `task` and so on; and
// runtime::dump for each task, by `join.op`, `join.task` and so on (subscriber/FORMAT.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "subscriber/record.h"

namespace ari::replay {

struct ToldJoins {
  std::string op;                    // "JoinHandle"
  std::vector<std::uint64_t> tasks;  // span ids of those that are named
  std::uint64_t count = 0;           // how many it waits for
  bool needs_all = false;            // whether all of them have to end, or one
  bool has_aborted = false;          // one of them had been aborted
};

// Whether it is a runtime::join.
bool is_join(const subscriber::Record& record) noexcept;

// Requires: is_join(record).
ToldJoins joins_in(const subscriber::Record& join);
// Nothing if the task that it tells of waits for no task's end.
std::optional<ToldJoins> joins_in_dump(const subscriber::Record& dump);

}  // namespace ari::replay

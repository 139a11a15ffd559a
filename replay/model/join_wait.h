// JoinWait: a task waits for the end of other tasks. Only ari's own logs tell of it: an event of
// the target runtime::join at the end of each poll that suspends in a join.
//
//   co_await handle           1 task           count 1
//   co_await set.join_next()  any of the set   the log names some of them
//   co_await local            all of the set
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "replay/model/link.h"

namespace ari::replay {

struct JoinWait {
  std::string_view op;             // "JoinHandle"; lives in the Model's texts
  std::vector<Link> tasks;         // those that the log names
  std::uint64_t count = 0;         // how many it waits for, and
  bool needs_all = false;          // whether all of them have to end, or one
  bool has_aborted = false;        // one of them had been aborted: it ends whatever it waits for
  std::int64_t since_unix_ns = 0;  // the end of the first of the polls in a row that told this
  LineNumber line = 0;             // where the last of them tells it
  bool is_stale = false;           // another poll has begun, and has not told of a join so far
};

}  // namespace ari::replay

// WaitSamples: how long tasks waited in a log, by what they waited for, to be held against another
// log's.
//
// Waits are of one kind here if they are in the same kind of async op (`Mutex::lock`), on a
// resource that was made at the same place: a timer's is that of its sleep. What the log does not
// tell of resources, such as sockets and joins, is in none of them.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "replay/model/model.h"

namespace ari::replay {

// Text as in the log: not safe to print.
struct WaitPlace {
  std::string source;         // "Mutex::lock"; empty: not told
  std::string concrete_type;  // "Mutex", "mpsc Semaphore"; likewise
  std::string file;           // where it was made; likewise
  std::uint32_t line = 0, column = 0;

  auto operator<=>(const WaitPlace&) const = default;
};

// Each in ascending order.
using WaitTable = std::map<WaitPlace, std::vector<std::int64_t>>;

// Of each wait that came to its end, from the op's first poll on: one that was given up says more
// of what was quicker. An op that is used again, as a timer that is reset, has several. Of ops
// inside of others only the outermost count. Requires: the log was folded with
// FoldOptions::resources and samples; without samples only the last wait of an op counts.
WaitTable ended_waits_of(const Model& model);

}  // namespace ari::replay

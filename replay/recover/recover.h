// Recovering what a program had recorded when it died: `ari-replay recover`.
//
// A ring file (subscriber/ring_file.h) says how far the log had come and holds what was
// recorded since. The log up to there and the rings from there give every event once.
// Nothing in the file is trusted: it is checked piece by piece before it is read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replay/input/reader.h"
#include "replay/result.h"

namespace ari::replay {

struct Recovered {
  std::string log_path;               // of the log that the ring file completes
  std::uint64_t events_of_log = 0;    // taken from it
  std::uint64_t events_of_rings = 0;  // and from the rings
  std::uint64_t rings_unread = 0;     // that the system would not map
  std::vector<std::string> remarks;   // what could not be had, a line each
};

// Hands the log's records and then the rings' to `sink`, as a reader of the whole log
// would. Fails if `path` is no ring file, cannot be read, or belongs to a program that is
// still running. Rings that there is no memory for are left out and counted.
Result<Recovered> recover(const std::string& path, RecordSink& sink);

// Where the log of the ring file at `path` is sought: where the program wrote it, then beside the
// ring file under the same name. What is there may be another run's, which recover() leaves alone.
Result<std::vector<std::string>> logs_of_ring_file(const std::string& path);

}  // namespace ari::replay

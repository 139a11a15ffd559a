// A log of tracing_subscriber::fmt held against truth.jsonl of the same run: which of its
// lines were put into the right span, and which wakers were joined to the right task.
#pragma once

#include <cstdint>
#include <string>

#include "replay/input/coverage.h"

namespace ari::test {

struct FmtScore {
  replay::Coverage coverage;
  std::uint64_t lines = 0;            // about spans, and events
  std::uint64_t misplaced = 0;        // in, about or inside of another span than in truth
  std::uint64_t tasks_misplaced = 0;  // of these: tasks' lines
  std::uint64_t wakers_wrong = 0;     // joined to another task than in truth
  std::uint64_t wakers_left_out = 0;
  // The first line of which anything else differs: what it is, a new span's name and
  // fields, an event's target and fields (of Tokio's own events). Empty if there is none.
  std::string first_difference;
};

// Requires: the log tells threads. Both paths may be of compressed files.
FmtScore score_fmt(const std::string& log_path, const std::string& truth_path);

}  // namespace ari::test

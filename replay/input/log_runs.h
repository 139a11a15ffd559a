// Which of several logs are of one run, and which are of programs of their own.
//
// A run that was cut into files has its span ids in all of them; two programs have the same
// ids for different things. So it must be known before anything is read:
//
//   * logs with a header are of one run if it names the same program and process;
//   * others if they have the same format and names that differ as names of rotated files
//     do (run.log and run.log.1, run.log and run.2.log, log.2026-11-26 and log.2026-11-27),
//     or with spans in use that did not begin in it, and if one begins when the other is over.
//
// Everything else is a run of its own.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "replay/input/log_beginning.h"
#include "replay/result.h"

namespace ari::replay {

// The files of a run, by their place in the list that they come from, earliest first.
using Run = std::vector<std::size_t>;

// In order of beginning. Fails if two are the same log, or begin as the same.
Result<std::vector<Run>> find_runs(const std::vector<LogBeginning>& logs);

// Whether `next` is of the run that `log` is of. Requires: it does not begin before that.
bool is_same_run(const LogBeginning& log, const LogBeginning& next);

// Whether these are names of files that a log was rotated into, or the first and one of those.
bool are_rotated_names(std::string_view a, std::string_view b);

}  // namespace ari::replay

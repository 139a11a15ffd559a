// Which of several logs are of one run, and which are of programs of their own.
//
// A run that was cut into files has its span ids in all of them; two programs have the same
// ids for different things. So it must be known before anything is read:
//
//   * logs with a header are of one run if it names the same program and process, and a later
//     part. In containers that is so of many runs, hence the part also has to begin in the
//     nanosecond in which the one before it ended, or to have a name as the recorder gives it;
//   * others if they have the same format, names that differ as names of rotated files do (run.log
//     and run.log.1, run.log and run.2.log, log.2026-11-26 and log.2026-11-27), and if one begins
//     when the other is over. Which is the earlier is told by the names instead where instants have
//     no day, and where the clock must have been set back: what begins first uses spans that began
//     before, and what is first by its name does not.
//
// Where no name fits, names without numbers in one folder say nothing (part-one.jsonl and
// part-two.jsonl): then a header is enough, or spans in use that did not begin in the log, if there
// is only one run that it can go on with.
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

// Each in order, and by the beginnings of the first. Fails if two are the same log, or begin as the
// same.
Result<std::vector<Run>> find_runs(const std::vector<LogBeginning>& logs);

// How well a log goes on with another, from the least.
enum class Fit {
  kNone,     // it is of another run
  kPerhaps,  // nothing speaks against it
  kByName,   // it has a name as files have that a log was cut into
  kBySeam,   // it is the next part and begins at the instant at which the other ended
};

// How well `next` fits behind `log`. Requires: it does not begin before that.
Fit fit_of(const LogBeginning& log, const LogBeginning& next);

// Whether these are names of files that a log was rotated into, or the first and one of those.
bool are_rotated_names(std::string_view a, std::string_view b);

}  // namespace ari::replay

// Predecessor: what this process was before exec(), with a log of its own.
//
// A launcher that is recorded and becomes another program by exec() keeps its process id, and ARI:
// both would write to the same file, even with %p in its name.
#pragma once

#include <string>

#include "subscriber/environment.h"
#include "subscriber/sink.h"

namespace ari::subscriber {

inline constexpr int kMostPredecessors = 9;  // whose logs are kept; the next writes over the last

// Gives the log another name if the file at its path is such a predecessor's, and says so in one
// line: run.exec-1.jsonl, the first to exec-9 that is not one's too. A log of an earlier run
// is none. Known is a file that was written since the process began and has its id: in the name, or
// else in the first line of a JSONL that is not compressed.
void keep_predecessor(LogRequest& request, const std::string& directory, const Complain& complain);

}  // namespace ari::subscriber

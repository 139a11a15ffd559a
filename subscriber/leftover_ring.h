// LeftoverRing: the ring file of a program that died, in the way of a new one.
//
// It and its log are what `ari-replay recover` needs, and a service that is started again at
// once would write over both. So they are moved aside: run.ring and run.jsonl become
// run.crash-1.ring and run.crash-1.jsonl.
#pragma once

#include <string>

#include "subscriber/sink.h"

namespace ari::subscriber {

inline constexpr int kMostLeftovers = 9;  // of one name; what dies later is not kept

// What may be made anew.
enum class Way {
  kForBoth,  // the ring file and its log
  kForLog,   // not the ring file: somebody has one open there, or it is another file
  kForNone,  // nor the log, which that ring file completes
};

// Looks at what there is at `ring_path`, before `log_path`, the log of the new ring file, is
// opened. Whatever it does or cannot do it complains of, a line each.
// Relative paths begin at `directory`; complaints leave them as they are.
Way make_way_for_ring(const std::string& ring_path, const std::string& log_path,
                      const std::string& directory, const Complain& complain);

}  // namespace ari::subscriber

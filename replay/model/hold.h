// Hold: a lock, or permits of a semaphore, that were taken and not given back (lock_fold.h).
#pragma once

#include <cstdint>

#include "replay/model/link.h"

namespace ari::replay {

struct Hold {
  Link task;                  // in whose poll they were taken; none: not told, or of several
  std::uint64_t permits = 1;  // of a semaphore; how many readers, of tasks that are over
  bool exclusive = true;      // a reader's is not, nor are permits
  bool doubtful = false;      // they may be another task's by now, or given back
  bool told = false;          // by the lock itself, too
  bool taker_over = false;    // the task has closed, or all have: who has them now is not known
  std::int64_t since_unix_ns = 0;
  LineNumber line = 0;  // where that stands
};

}  // namespace ari::replay

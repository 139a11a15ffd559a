// Durations summed up as minimum, maximum and percentiles.
#pragma once

#include <cstdint>
#include <vector>

#include "replay/model/task.h"

namespace ari::replay {

// A set of durations, kept whole: percentiles are exact. Eight bytes a sample.
class Samples {
 public:
  void add(std::int64_t duration_ns) { durations_ns_.push_back(duration_ns); }

  // kCorrected: the samples themselves. kConsole: the cells that the console's histogram
  // puts them in. All zero without samples. Reorders the samples; linear time.
  Distribution summary(Semantics semantics);

 private:
  std::vector<std::int64_t> durations_ns_;
};

}  // namespace ari::replay

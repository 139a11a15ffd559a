// Durations summed up as minimum, maximum and percentiles.
#pragma once

#include <cstdint>
#include <vector>

#include "replay/model/task.h"

namespace ari::replay {

// A set of durations, kept whole: percentiles are exact. Four bytes a sample, of those that last
// more than four seconds eight.
class Samples {
 public:
  // Requires: duration_ns >= 0.
  void add(std::int64_t duration_ns) {
    if (duration_ns <= UINT32_MAX) {
      short_ns_.push_back(static_cast<std::uint32_t>(duration_ns));
    } else {
      long_ns_.push_back(duration_ns);
    }
  }

  std::size_t size() const noexcept { return short_ns_.size() + long_ns_.size(); }

  // kCorrected: the samples themselves. kConsole: the cells that the console's histogram
  // puts them in. All zero without samples. May reorder the samples; linear time.
  Distribution summary(Semantics semantics);

 private:
  std::vector<std::uint32_t> short_ns_;  // all shorter than
  std::vector<std::int64_t> long_ns_;    // these
};

}  // namespace ari::replay

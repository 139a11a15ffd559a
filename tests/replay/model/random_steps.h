// Random logs, such as a runtime could have written.
#pragma once

#include <cstdint>

#include "tests/replay/model/step.h"

namespace ari::test {

struct RandomLog {
  std::uint32_t seed = 0;
  // Whether tasks are entered once more to be destroyed, as `tracing` does since 0.1.38.
  bool destroy_pairs = true;
  // Whether stamps may step back a little from one step to the next.
  bool clock_steps = false;
  // Whether the log may end in the middle of a destruction, or before the close after it.
  bool cut = false;
};

// A few tasks of all kinds on a few threads, interleaved step by step: polled once woken
// (block_on: at any time), entered twice, woken by each other and by themselves, finished,
// aborted, or left in any state when the log ends; wakers are used even after the close.
// Each kEnter says whether it destroys the task. Tokio's rules hold, so that all of it can
// be found out without being told.
Steps random_steps(const RandomLog& log);

}  // namespace ari::test

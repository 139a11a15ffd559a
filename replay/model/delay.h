// Delay: why a task that was ready to run was not polled at once.
//
// The time between its wake and its poll is cut up by what the thread that then polled it did
// meanwhile: each instant belongs to the innermost poll that was going on there. A poll that is
// still going on when the task's own begins is the one that runs it (block_on, a worker), and is
// blamed for nothing. What is left over is not told: the scheduler's own work, another process,
// or waiting for a thread to wake up. The parts sum up to the delay exactly.
#pragma once

#include <cstdint>
#include <vector>

#include "replay/model/thread_activity.h"

namespace ari::replay {

struct DelayPart {
  SpanId task = 0;  // in whose polls; 0: the worker was parked
  std::int64_t ns = 0;
  std::uint64_t polls = 0;  // how many of them, or of its parks
  LineNumber line = 0;      // in which the first begins
};

// How a thread spent a stretch of time: parts + not_told_ns = the stretch.
struct ThreadTime {
  std::uint32_t thread = 0;
  std::vector<DelayPart> parts;  // in order of their beginnings
  std::int64_t not_told_ns = 0;
};

// Requires: from <= until. Slices of `itself` count for nothing.
ThreadTime spent_on_thread(const std::vector<Slice>& slices, std::uint32_t thread, SpanId itself,
                           std::int64_t from_unix_ns, std::int64_t until_unix_ns);

// The same of every other thread on which there is a slice at that time.
std::vector<ThreadTime> spent_elsewhere(const std::vector<Slice>& slices, std::uint32_t thread,
                                        SpanId itself, std::int64_t from_unix_ns,
                                        std::int64_t until_unix_ns);

}  // namespace ari::replay

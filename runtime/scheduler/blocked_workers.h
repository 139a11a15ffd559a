// BlockedWorkers: finds workers that are in one poll for too long, and tells what they do.
//
//   samples      .     .     .     .     .     .     .
//   polls        7     8     8     8     8     8     9
//   worker   ──────┤ poll 8                      ├──────
//                      ^ since             ^ `blocked`     ^ `unblocked`
//
// Only what the worker counts anyway is looked at (worker_counters.h), so that polls cost
// nothing for it. The poll has begun between two samples: the time told is counted from the
// second, so that it is never too long, and at most a sample too short. The exact time is
// that of the task's enter and exit on record.
//
// The stack is taken on the worker's thread, by a signal (stack_probe.h), and told only if
// the handler finds the poll still going on. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/scheduler/worker_counters.h"
#include "runtime/scheduler/worker_thread.h"

namespace ari::scheduler {

class BlockedWorkers {
 public:
  using Clock = std::chrono::steady_clock;

  explicit BlockedWorkers(std::chrono::nanoseconds threshold) noexcept : threshold_(threshold) {}

  // Of worker 0 first. Both outlive this.
  void watch(const WorkerCounters& counters, WorkerThread& thread) {
    workers_.push_back({counters, thread, {}, {}, {}, false});
  }

  // How often to sample().
  std::chrono::nanoseconds period() const noexcept { return threshold_ / 4; }

  // Tells which workers have come to be blocked, and which are no longer: two kinds of event
  // of the target "runtime::worker". Does nothing while nobody listens.
  void sample() noexcept;

 private:
  // One poll of one worker: the count tells it from all others.
  struct Poll {
    std::uint64_t number = 0;
    std::uint64_t task = 0;
    bool operator==(const Poll&) const = default;
  };
  struct Watched {
    const WorkerCounters& counters;
    WorkerThread& thread;
    Poll poll;
    Clock::time_point since;      // first seen in it
    Clock::time_point last_seen;  // in it
    bool told;                    // that it is blocked
  };
  static Poll poll_of(const WorkerCounters& counters) noexcept;
  void sample(std::size_t worker, Watched& watched) noexcept;
  // False: it is in that poll no longer.
  static bool tell_blocked(std::size_t worker, Watched& watched) noexcept;

  const std::chrono::nanoseconds threshold_;
  std::vector<Watched> workers_;
};

}  // namespace ari::scheduler

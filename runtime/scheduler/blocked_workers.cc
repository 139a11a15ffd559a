#include "runtime/scheduler/blocked_workers.h"

#include <string>
#include <utility>

#include "runtime/scheduler/stack_probe.h"
#include "runtime/scheduler/worker_events.h"
#include "runtime/trace/dispatch.h"

namespace ari::scheduler {

BlockedWorkers::Poll BlockedWorkers::poll_of(const WorkerCounters& counters) noexcept {
  // relaxed: the two may be of different polls for a moment, but not sample after sample.
  return {counters.polls.get(), counters.polling.load(std::memory_order_relaxed)};
}

void BlockedWorkers::sample() noexcept {
  if (trace::subscriber() == nullptr) return;
  for (std::size_t i = 0; i < workers_.size(); ++i) sample(i, workers_[i]);
}

void BlockedWorkers::sample(std::size_t worker, Watched& watched) noexcept {
  const Poll poll = poll_of(watched.counters);
  const Clock::time_point now = Clock::now();
  if (poll != watched.poll) {
    if (std::exchange(watched.told, false)) {
      record::unblocked(worker, watched.poll.task, watched.last_seen - watched.since);
    }
    watched.poll = poll;
    watched.since = now;
  }
  watched.last_seen = now;
  if (poll.task == 0 || watched.told || now - watched.since < threshold_) return;
  watched.told = tell_blocked(worker, watched);
}

bool BlockedWorkers::tell_blocked(std::size_t worker, Watched& watched) noexcept {
  struct Look {
    const WorkerCounters& counters;
    Poll poll;
  } look{watched.counters, watched.poll};
  const auto read = [](void* of) noexcept {
    auto* const seen = static_cast<Look*>(of);
    seen->poll = poll_of(seen->counters);
  };
  std::vector<void*> calls;
  bool is_probed = false;
  const bool is_held = watched.thread.visit(
      [&](pthread_t thread) { is_probed = probe_stack(thread, read, &look, calls); });
  if (!is_held || look.poll != watched.poll || poll_of(watched.counters) != watched.poll) {
    return false;
  }
  watched.last_seen = Clock::now();
  record::blocked(worker, watched.poll.task, watched.last_seen - watched.since,
                  is_probed ? stack_text(calls) : std::string());
  return true;
}

}  // namespace ari::scheduler

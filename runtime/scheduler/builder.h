// Runtime::Builder: says what a runtime is like before it is made.
//
//   auto runtime = ari::Runtime::Builder::multi_thread().worker_threads(4).build();
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "runtime/scheduler/config.h"
#include "runtime/scheduler/runtime.h"

namespace ari {

class Runtime::Builder {
 public:
  // One thread, the one that calls block_on.
  static Builder current_thread() { return Builder(); }

  // Several workers that share the tasks, each on a thread of its own; as many as the
  // machine has processors unless worker_threads() says otherwise.
  static Builder multi_thread();

  // At least 1, else std::invalid_argument. No effect on a current-thread runtime.
  Builder& worker_threads(std::size_t count);

  // How many threads at most run blocking functions, besides the workers: 512 unless told.
  // At least 1, else std::invalid_argument.
  Builder& max_blocking_threads(std::size_t count);

  // How long a thread without work is kept: 10 s unless told, a year at most.
  Builder& thread_keep_alive(time::Duration duration) {
    constexpr std::chrono::nanoseconds kYear = std::chrono::hours(24 * 365);
    config_.thread_keep_alive = std::min<std::chrono::nanoseconds>(duration, kYear);
    return *this;
  }

  // The name of the threads that the runtime starts, to which their number is added:
  // "ari-worker" unless told, so "ari-worker-1". Cut to the 15 bytes that systems show.
  Builder& thread_name(std::string name) {
    config_.thread_name = std::move(name);
    return *this;
  }

  // The size in bytes of the stacks of the threads that the runtime starts; more where the system
  // needs more. Unless told, and for 0, what the system gives (ulimit -s: 8 MiB mostly). One that
  // is too large for the system to give makes build() throw, or a blocking function fail to start.
  Builder& thread_stack_size(std::size_t bytes) {
    config_.thread_stack_bytes = bytes;
    return *this;
  }

  // Called on each thread that the runtime starts, before and after its work. May not throw.
  Builder& on_thread_start(std::function<void()> hook) {
    config_.on_thread_start = std::move(hook);
    return *this;
  }
  Builder& on_thread_stop(std::function<void()> hook) {
    config_.on_thread_stop = std::move(hook);
    return *this;
  }

  // Whether the runtime's clock is paused from the start, for tests (runtime/time/pause.h).
  // build() throws std::invalid_argument for one with several workers.
  Builder& start_paused(bool paused) {
    config_.start_paused = paused;
    return *this;
  }

  // A worker that is in one poll for this long is put on record with the task and its native
  // stack, by a thread that looks at the workers every so often (scheduler/observer.h). Unless
  // told, one second, and only if a subscriber listens when the runtime is made; zero:
  // never. The thread in question gets a signal once each time: what it sleeps in may end early
  // with EINTR.
  Builder& blocked_after(time::Duration duration) {
    config_.blocked_after =
        std::max<std::chrono::nanoseconds>(duration, std::chrono::nanoseconds(0));
    return *this;
  }

  // Puts the runtime's metrics (metrics.h) on record every so often, and once when it
  // ends; not unless told, zero: never. At most once a millisecond.
  Builder& metrics_interval(time::Duration period) {
    config_.metrics_interval =
        std::max<std::chrono::nanoseconds>(period, std::chrono::nanoseconds(0));
    return *this;
  }

  // Starts the workers. Throws std::system_error if the system gives no threads.
  Runtime build() const;

 private:
  Builder() = default;

  scheduler::Config config_;
};

}  // namespace ari

// Config: what Runtime::Builder was told, for the schedulers to read.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace ari::scheduler {

struct Config {
  std::size_t worker_threads = 0;          // 0: a current-thread runtime
  std::size_t max_blocking_threads = 512;  // besides the workers
  std::chrono::nanoseconds thread_keep_alive = std::chrono::seconds(10);
  std::string thread_name = "ari-worker";  // of each thread that the runtime starts
  std::size_t thread_stack_bytes = 0;      // of each of them; 0: as the system has it
  std::function<void()> on_thread_start;   // called first on each of them, if set
  std::function<void()> on_thread_stop;    // called last
  // None: a second, if anybody listens when the runtime is made. Zero: never.
  std::optional<std::chrono::nanoseconds> blocked_after;
  std::chrono::nanoseconds metrics_interval{0};  // zero: never
  bool start_paused = false;  // whether the clock is; of a current-thread runtime
};

}  // namespace ari::scheduler

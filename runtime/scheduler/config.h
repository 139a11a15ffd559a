// Config: what Runtime::Builder was told, for the schedulers to read.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace ari::scheduler {

struct Config {
  std::size_t worker_threads = 0;          // 0: a current-thread runtime
  std::size_t max_blocking_threads = 512;  // besides the workers
  std::chrono::nanoseconds thread_keep_alive = std::chrono::seconds(10);
  std::string thread_name = "ari-worker";  // of each thread that the runtime starts
  std::function<void()> on_thread_start;   // called first on each of them, if set
  std::function<void()> on_thread_stop;    // called last
  bool start_paused = false;               // whether the clock is; of a current-thread runtime
};

}  // namespace ari::scheduler

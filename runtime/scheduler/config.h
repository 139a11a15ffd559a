// Config: what Runtime::Builder was told, for the schedulers to read.
#pragma once

#include <functional>
#include <string>

namespace ari::scheduler {

struct Config {
  std::string thread_name = "ari-worker";  // of each thread that the runtime starts
  std::function<void()> on_thread_start;   // called first on each of them, if set
  std::function<void()> on_thread_stop;    // called last
};

}  // namespace ari::scheduler

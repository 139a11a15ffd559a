// Watchdog: ends the program, with a word on why, if a test gets no further.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "runtime/ari.h"

namespace ari::stress {

class Watchdog {
 public:
  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // A new half minute begins, for this runtime. `what` is for the reader of the report.
  void begin(std::string what, Handle runtime);

 private:
  void watch();

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::size_t begun_ = 0;  // how many
  std::string what_;
  std::optional<Handle> runtime_;
  std::thread thread_;
};

}  // namespace ari::stress

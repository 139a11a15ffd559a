#include "tests/runtime/stress/watchdog.h"

#include <chrono>
#include <cstdlib>
#include <iostream>

namespace ari::stress {

Watchdog::Watchdog() : thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Watchdog::begin(std::string what, Handle runtime) {
  const std::lock_guard lock(mutex_);
  ++begun_;
  what_ = std::move(what);
  runtime_ = std::move(runtime);
}

void Watchdog::watch() {
  constexpr std::chrono::seconds kPatience(30);
  std::unique_lock lock(mutex_);
  while (!ended_) {
    const std::size_t before = begun_;
    const bool ended = changed_.wait_for(lock, kPatience, [this] { return ended_; });
    if (ended || begun_ != before || !runtime_) continue;
    std::cerr << "hangs: " << what_ << '\n' << runtime_->dump().to_string() << std::flush;
    std::abort();
  }
}

}  // namespace ari::stress

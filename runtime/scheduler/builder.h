// Runtime::Builder: says what a runtime is like before it is made.
//
//   auto runtime = ari::Runtime::Builder::current_thread().thread_name("indexer").build();
#pragma once

#include <functional>
#include <string>

#include "runtime/scheduler/config.h"
#include "runtime/scheduler/runtime.h"

namespace ari {

class Runtime::Builder {
 public:
  // One thread, the one that calls block_on.
  static Builder current_thread() { return Builder(); }

  // The name of the threads that the runtime starts, "ari-worker" unless told. Systems show
  // the first 15 bytes.
  Builder& thread_name(std::string name) {
    config_.thread_name = std::move(name);
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

  Runtime build() const;

 private:
  Builder() = default;

  scheduler::Config config_;
};

}  // namespace ari

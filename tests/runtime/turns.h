// Turns: a runtime whose tasks get on only when the test says so.
#pragma once

#include <utility>

#include "runtime/ari.h"

namespace ari::test {

class Turns {
 public:
  // Spawns the task and lets everyone get on until they wait.
  template <class T>
  JoinHandle<T> start(Task<T> task) {
    auto handle = runtime_.spawn(std::move(task));
    get_on();
    return handle;
  }

  // Destroys the task, as whoever drops a future of theirs does.
  template <class T>
  void destroy(JoinHandle<T> handle) {
    handle.abort();
    get_on();
  }

  void get_on() { runtime_.block_on(some_turns()); }

  Runtime& runtime() noexcept { return runtime_; }

 private:
  // Enough for a chain of tasks that wake one another.
  static Task<void> some_turns() {
    for (int i = 0; i < 8; ++i) co_await task::yield_now();
  }

  Runtime runtime_;
};

}  // namespace ari::test

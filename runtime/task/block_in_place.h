// block_in_place: a task says that it is about to block its thread.
//
//   int answer = ari::task::block_in_place([&] { return slow_library_call(); });
//
// The function runs here and now, on this thread, while the worker that ran the task goes
// on with other tasks on another one. Unlike spawn_blocking it may use the task's own
// variables; but all that the task itself waits for beside it, as in a select, waits too.
// Inside, block_on is allowed.
//
// That thread is the next to become free, before functions that are queued, once there are as many
// as allowed: worker_threads() + max_blocking_threads() (builder.h). Until then, or if the system
// gives no thread at all, the worker's tasks wait, but for those that other workers steal.
//
// Outside of a runtime, on a blocking thread or in a block_on of a multi-thread one it just
// calls the function. In a task of a current-thread runtime, which has no other thread to
// go on on, and in one of a LocalSet, which may not leave its thread, it throws
// std::logic_error.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include "runtime/scheduler/scheduler.h"

namespace ari::scheduler {
class Worker;
}

namespace ari::task {

// While alive, the calling thread may block.
class BlocksInPlace {
 public:
  BlocksInPlace();
  ~BlocksInPlace();
  BlocksInPlace(const BlocksInPlace&) = delete;
  BlocksInPlace& operator=(const BlocksInPlace&) = delete;

 private:
  scheduler::Worker* given_up_ = nullptr;
  std::optional<scheduler::Scheduler::Running> blocking_;
};

template <class F>
  requires std::is_invocable_v<F>
std::invoke_result_t<F> block_in_place(F&& function) {
  const BlocksInPlace here;
  return std::forward<F>(function)();
}

}  // namespace ari::task

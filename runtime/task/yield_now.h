// yield_now: lets others run first.
#pragma once

#include "runtime/task/future.h"
#include "runtime/task/wait.h"

namespace ari::task {

class [[nodiscard("does nothing until it is co_awaited")]] YieldNow {
 public:
  YieldNow() noexcept = default;
  Poll poll(Context& cx) noexcept;
  Wait wait() const noexcept { return {"yield_now"}; }

 private:
  bool yielded_ = false;
};

// co_await yield_now() suspends the task until the timers had their turn, and so had the tasks in
// the queue that it came from: its worker's, or that of its current-thread runtime. Those that are
// runnable elsewhere may come later: in another worker's queue, or woken or spawned from outside
// of the runtime. In a LocalSet with many tasks only some of them are sure to have had theirs.
inline YieldNow yield_now() noexcept { return YieldNow(); }

}  // namespace ari::task

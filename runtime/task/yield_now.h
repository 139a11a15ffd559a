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

// co_await yield_now() suspends the task until every task that is runnable now, and the
// timers, had their turn.
inline YieldNow yield_now() noexcept { return YieldNow(); }

}  // namespace ari::task

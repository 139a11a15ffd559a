#include "runtime/scheduler/runtime.h"

#include "runtime/scheduler/builder.h"
#include "runtime/task/task_local.h"

namespace ari {

Runtime::Runtime() : Runtime(Builder::current_thread().build()) {}

Runtime::~Runtime() {
  const task::LocalScope::Hidden hidden;
  if (scheduler_ != nullptr) scheduler_->shut_down(std::nullopt);
}

void Runtime::shutdown_timeout(time::Duration duration) && noexcept {
  using Clock = std::chrono::steady_clock;
  const auto scheduler = std::exchange(scheduler_, nullptr);
  if (scheduler == nullptr) return;
  const task::LocalScope::Hidden hidden;
  const Clock::time_point now = Clock::now();
  const std::chrono::nanoseconds counted = duration;
  const bool countable = counted < Clock::time_point::max() - now;
  scheduler->shut_down(countable ? std::optional(now + counted) : std::nullopt);
}

}  // namespace ari

#include "runtime/task/yield_now.h"

namespace ari::task {

Poll YieldNow::poll(Context& cx) noexcept {
  if (yielded_) return Poll::kReady;
  yielded_ = true;
  // Woken later and from outside: a wake right here would look like a self-wake, and put
  // the task before others that wait for the timers.
  cx.give_way();
  return Poll::kPending;
}

}  // namespace ari::task

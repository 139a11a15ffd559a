#include "runtime/time/timeout.h"

namespace ari::time::detail {

Poll poll_delay(Sleep& delay, bool had_budget, Context& cx) noexcept {
  if (had_budget && cx.is_exhausted()) {
    // The future used up the budget, and may do so every time: without one of its own the
    // delay would never find out that time is out.
    const Context::Unconstrained endless(cx);
    return delay.poll(cx);
  }
  return delay.poll(cx);
}

}  // namespace ari::time::detail

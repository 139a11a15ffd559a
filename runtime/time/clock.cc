#include "runtime/time/clock.h"

#include "runtime/scheduler/driver.h"
#include "runtime/scheduler/engine.h"

namespace ari::time {

Clock::time_point Clock::now() noexcept {
  if (TickClock::any_was_paused()) {
    if (const auto* running = scheduler::Scheduler::Running::innermost()) {
      return running->runtime()->driver().clock().instant();
    }
  }
  return std::chrono::steady_clock::now();
}

}  // namespace ari::time

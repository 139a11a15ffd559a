#include "runtime/time/pause.h"

#include <stdexcept>

#include "runtime/scheduler/driver.h"
#include "runtime/scheduler/engine.h"
#include "runtime/task/yield_now.h"

namespace ari::time {

namespace {

TickClock& clock_here() {
  const auto* running = scheduler::Scheduler::Running::innermost();
  if (running == nullptr) {
    throw std::logic_error("ari: a clock can be paused and moved only inside of a task");
  }
  return running->runtime()->driver().clock();
}

}  // namespace

void pause() { clock_here().pause(); }

void resume() { clock_here().resume(); }

Task<void> advance(Clock::duration duration) {
  TickClock& clock = clock_here();
  clock.advance(duration);
  co_await task::yield_now();
}

}  // namespace ari::time

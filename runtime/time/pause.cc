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
  scheduler::Engine& runtime = *running->runtime();
  // One of several threads, and then the clock says so itself; or the one that sleeps until timers
  // are due by this clock, and must not find it changed by another in between.
  if (!runtime.is_current() && !runtime.may_block_in_place()) {
    throw std::logic_error(
        "ari: a clock can be paused and moved only by tasks that Runtime::block_on runs (not in "
        "spawn_blocking, nor by Handle::block_on)");
  }
  return runtime.driver().clock();
}

}  // namespace

void pause() { clock_here().pause(); }

void resume() { clock_here().resume(); }

Task<void> advance(Duration duration) {
  TickClock& clock = clock_here();
  clock.advance(duration);
  co_await task::yield_now();
}

}  // namespace ari::time

#include "runtime/scheduler/blocking_tasks.h"

#include <system_error>

#include "runtime/scheduler/driver.h"
#include "runtime/scheduler/engine.h"
#include "runtime/task/task_local.h"
#include "runtime/task/waker.h"
#include "runtime/time/coarse_clock.h"

namespace ari::scheduler {

void BlockingTasks::schedule(task::Header& task) noexcept {
  try {
    if (pool_.submit([&task] {
          time::CoarseClock::refresh();
          task.run();
        }))
      return;
  } catch (const std::system_error&) {
    // There is no thread to be had: whoever joins it learns that.
    const task::LocalScope::Hidden hidden;
    task.shut_down();
  }
  task.drop_reference();
}

bool BlockingTasks::own(task::Header& task) noexcept {
  if (!owned_.add(task)) return false;
  driver().blocking_began();
  return true;
}

bool BlockingTasks::release(task::Header& task) noexcept {
  if (!owned_.remove(task)) return false;
  driver().blocking_ended();
  return true;
}

void BlockingTasks::defer(const Waker& waker) noexcept { waker.wake_by_ref(); }

Driver& BlockingTasks::driver() noexcept { return runtime_.driver(); }

bool BlockingTasks::shut_down(Deadline deadline) noexcept {
  owned_.shut_down();
  return pool_.shut_down(deadline);
}

}  // namespace ari::scheduler

#include "runtime/task/context.h"

#include "runtime/scheduler/scheduler.h"

namespace ari {

bool Context::take_budget() noexcept {
  if (budget_ == 0) {
    scheduler_.defer(waker_);
    return false;
  }
  --budget_;
  return true;
}

}  // namespace ari

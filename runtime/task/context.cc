#include "runtime/task/context.h"

#include "runtime/scheduler/scheduler.h"

namespace ari {

bool Context::take_budget() noexcept {
  if (!has_budget()) return false;
  --budget_;
  return true;
}

bool Context::has_budget() noexcept {
  if (budget_ != 0) return true;
  if (!std::exchange(told_exhausted_, true)) waker_.tell_budget_exhausted();
  give_way();
  return false;
}

void Context::give_way() noexcept {
  if (!std::exchange(gave_way_, true)) scheduler_.defer(waker_);
}

}  // namespace ari

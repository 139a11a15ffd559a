#include "runtime/scheduler/driver.h"

#include <optional>

namespace ari::scheduler {

void Driver::turn() noexcept {
  if (timers_.next_due()) timers_.fire_due(clock_.now());
}

void Driver::park() noexcept {
  const std::optional<time::Tick> due = timers_.next_due();
  parker_.park(due ? std::optional(clock_.start_of(*due)) : std::nullopt);
  turn();
}

}  // namespace ari::scheduler

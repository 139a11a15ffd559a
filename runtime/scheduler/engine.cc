#include "runtime/scheduler/engine.h"

#include <utility>

namespace ari::scheduler {

void Engine::add_guests(std::weak_ptr<const OwnedTasks> guests) {
  const std::lock_guard lock(guests_mutex_);
  if (guests_.size() >= guests_swept_at_) {
    std::erase_if(guests_, [](const auto& each) { return each.expired(); });
    guests_swept_at_ = 2 * guests_.size() + 8;  // so that each is looked at a few times in all
  }
  guests_.push_back(std::move(guests));
}

void Engine::list(std::vector<TaskReference>& tasks) {
  owned().list(tasks);
  blocking().owned().list(tasks);
  const std::lock_guard lock(guests_mutex_);
  for (const std::weak_ptr<const OwnedTasks>& each : guests_) {
    if (const auto guests = each.lock()) guests->list(tasks);
  }
}

}  // namespace ari::scheduler

#include "subscriber/lanes.h"

#include <iterator>
#include <new>
#include <utility>

namespace ari::subscriber {

std::shared_ptr<Lane> Lanes::make(std::uint32_t thread, const char* thread_name) noexcept try {
  const std::lock_guard lock(mutex_);
  const bool is_new = thread == 0;
  auto lane =
      std::make_shared<Lane>(is_new ? threads_ + 1 : thread, thread_name, ring_bytes_, doorbell_);
  if (!lane->is_mapped()) return nullptr;
  new_lanes_.push_back(lane);
  if (is_new) ++threads_;
  return lane;
} catch (const std::bad_alloc&) {
  return nullptr;
}

void Lanes::take_new(std::vector<std::shared_ptr<Lane>>& lanes) {
  const std::lock_guard lock(mutex_);
  std::move(new_lanes_.begin(), new_lanes_.end(), std::back_inserter(lanes));
  new_lanes_.clear();
}

}  // namespace ari::subscriber

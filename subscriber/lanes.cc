#include "subscriber/lanes.h"

#include <iterator>
#include <new>
#include <utility>

namespace ari::subscriber {

std::shared_ptr<Lane> Lanes::make(std::uint32_t thread, const char* thread_name) noexcept try {
  const std::lock_guard lock(mutex_);
  const bool is_new = thread == 0;
  if (is_new) thread = threads_ + 1;
  RingMemory memory;
  if (file_ != nullptr) memory = file_->take_ring(thread, thread_name);
  RingFile* const in_file = memory ? file_ : nullptr;
  // A full disk must not keep a thread from recording; its events just do not survive it.
  if (!memory) memory = RingMemory::anonymous(ring_bytes_);
  if (!memory) return nullptr;
  auto lane = std::make_shared<Lane>(thread, thread_name, std::move(memory), doorbell_, lost_spans_,
                                     in_file, &copies_);
  new_lanes_.push_back(lane);
  if (is_new) ++threads_;
  return lane;
} catch (const std::bad_alloc&) {
  return nullptr;
}

void Lanes::take_new(std::vector<std::shared_ptr<Lane>>& lanes) {
  const std::lock_guard lock(mutex_);
  lanes.reserve(lanes.size() + new_lanes_.size());  // if that throws they stay here
  std::move(new_lanes_.begin(), new_lanes_.end(), std::back_inserter(lanes));
  new_lanes_.clear();
}

}  // namespace ari::subscriber

// Holders: who has permits of a semaphore, or reads under a lock. For dumps (runtime/dump) alone.
//
// A few places, one for each guard or permit, first come, first served: who finds none free is
// not known, and neither is who is no task (try_acquire() needs none). It tells in which task
// it was acquired, or split off another; it may have been given to another task since. A place
// costs one compare-and-swap to take and a store to leave. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/sync/hold.h"
#include "runtime/task/wait.h"

namespace ari::sync {

class Holders {
 public:
  // Which place it is; kNone is nobody's.
  enum class Place : std::uint8_t { kNone = 0xff };

  // The task that calls. relaxed, all of them: the word says it all, nothing is read by it.
  Place enter(bool by_owned_guard = false) noexcept {
    const Hold hold = Hold::of_caller(by_owned_guard);
    if (hold == Hold()) return Place::kNone;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      Hold free;
      if (places_[i].load(std::memory_order_relaxed) == free &&
          places_[i].compare_exchange_strong(free, hold, std::memory_order_relaxed)) {
        return static_cast<Place>(i);
      }
    }
    return Place::kNone;
  }
  // Before the permits are free, so as not to be seen with what another has by then.
  void leave(Place place) noexcept {
    if (place == Place::kNone) return;
    places_[static_cast<std::size_t>(place)].store(Hold(), std::memory_order_relaxed);
  }

  void add_to(task::Wait& wait) const noexcept {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const Hold hold = places_[i].load(std::memory_order_relaxed);
      wait.shared_with[i] = hold.task();
      wait.is_share_owned[i] = hold.is_owned();
    }
  }

 private:
  std::array<std::atomic<Hold>, task::Wait::kMostSharers> places_{};
};

}  // namespace ari::sync

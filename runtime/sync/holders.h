// Holders: who has permits of a semaphore, or reads under a lock. For dumps (runtime/dump) alone.
//
// A few places, one for each guard or permit, first come, first served: who finds none free is
// not known, and neither is who is no task (try_acquire() needs none). It tells in which task
// it was acquired, or split off another; it may have been given to another task since, and a guard
// says where it is. A place costs one compare-and-swap to take and a store to leave. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/task/wait.h"
#include "runtime/trace/span_stack.h"

namespace ari::sync {

class Holders {
 public:
  // Which place it is; kNone is nobody's.
  enum class Place : std::uint8_t { kNone = 0xff };

  // The task that calls. relaxed, all of them, as in Holder.
  Place enter(const void* guard = nullptr) noexcept {
    const trace::SpanId task = trace::SpanStack::task();
    if (task == trace::kNoSpan) return Place::kNone;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      trace::SpanId free = trace::kNoSpan;
      if (places_[i].load(std::memory_order_relaxed) == free &&
          places_[i].compare_exchange_strong(free, task, std::memory_order_relaxed)) {
        const Place place = static_cast<Place>(i);
        move(place, guard);
        return place;
      }
    }
    return Place::kNone;
  }
  void move(Place place, const void* guard) noexcept {
    if (place == Place::kNone) return;
    guards_[static_cast<std::size_t>(place)].store(guard, std::memory_order_relaxed);
  }
  // Before the permits are free, so as not to be seen with what another has by then.
  void leave(Place place) noexcept {
    if (place == Place::kNone) return;
    places_[static_cast<std::size_t>(place)].store(trace::kNoSpan, std::memory_order_relaxed);
  }

  void add_to(task::Wait& wait) const noexcept {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      wait.shared_with[i] = places_[i].load(std::memory_order_relaxed);
      wait.share_guards[i] = guards_[i].load(std::memory_order_relaxed);
    }
  }

 private:
  std::array<std::atomic<trace::SpanId>, task::Wait::kMostSharers> places_{};
  std::array<std::atomic<const void*>, task::Wait::kMostSharers> guards_{};
};

}  // namespace ari::sync

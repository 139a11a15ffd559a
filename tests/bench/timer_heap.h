// TimerHeap: a binary heap with TimerQueue's interface, for the wheel to be measured
// against. The runtime had it before.
#pragma once

#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "runtime/task/waker.h"
#include "runtime/time/tick.h"

namespace ari::bench {

class TimerHeap {
 public:
  struct Entry {
    time::Tick due = 0;
    std::uint64_t order = 0;  // among entries of one tick
    std::size_t position = kNowhere;
    Waker waker;
  };

  void register_at(time::Tick due, time::Tick now, Entry& entry) noexcept {
    if (due <= now) return;
    const std::lock_guard lock(mutex_);
    entry.due = due;
    entry.order = entries_so_far_++;
    entry.position = heap_.size();
    heap_.push_back(&entry);
    sift_up(entry.position);
  }

  void leave(Entry& entry) noexcept {
    const std::lock_guard lock(mutex_);
    if (entry.position != kNowhere) remove(entry);
  }

  std::size_t fire_due(time::Tick now) noexcept {
    std::size_t fired = 0;
    std::unique_lock lock(mutex_);
    while (!heap_.empty() && heap_.front()->due <= now) {
      Entry& entry = *heap_.front();
      remove(entry);
      Waker waker = std::move(entry.waker);
      ++fired;
      lock.unlock();
      std::move(waker).wake();
      lock.lock();
    }
    return fired;
  }

 private:
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  static bool before(const Entry& a, const Entry& b) noexcept {
    return std::pair(a.due, a.order) < std::pair(b.due, b.order);
  }
  void place(Entry& entry, std::size_t position) noexcept {
    heap_[position] = &entry;
    entry.position = position;
  }
  void sift_up(std::size_t position) noexcept {
    Entry& entry = *heap_[position];
    while (position > 0) {
      const std::size_t parent = (position - 1) / 2;
      if (!before(entry, *heap_[parent])) break;
      place(*heap_[parent], position);
      position = parent;
    }
    place(entry, position);
  }
  void sift_down(std::size_t position) noexcept {
    Entry& entry = *heap_[position];
    while (true) {
      std::size_t child = 2 * position + 1;
      if (child >= heap_.size()) break;
      if (child + 1 < heap_.size() && before(*heap_[child + 1], *heap_[child])) ++child;
      if (!before(*heap_[child], entry)) break;
      place(*heap_[child], position);
      position = child;
    }
    place(entry, position);
  }
  void remove(Entry& entry) noexcept {
    const std::size_t hole = std::exchange(entry.position, kNowhere);
    Entry* last = heap_.back();
    heap_.pop_back();
    if (hole == heap_.size()) return;
    place(*last, hole);
    sift_up(hole);
    sift_down(last->position);
  }

  std::mutex mutex_;
  std::uint64_t entries_so_far_ = 0;
  std::vector<Entry*> heap_;
};

}  // namespace ari::bench

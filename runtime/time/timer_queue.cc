#include "runtime/time/timer_queue.h"

#include <cassert>
#include <utility>

namespace ari::time {

namespace {
using TickLength = std::chrono::milliseconds;
}

Tick TickClock::now() const noexcept {
  return static_cast<Tick>(std::chrono::floor<TickLength>(Clock::now() - start_).count());
}

Tick TickClock::at_or_after(Clock::time_point deadline) const noexcept {
  if (deadline <= start_) return 0;
  return static_cast<Tick>(std::chrono::ceil<TickLength>(deadline - start_).count());
}

Clock::time_point TickClock::start_of(Tick tick) const noexcept {
  // The last tick that the clock can count begins before this one, if it is beyond that.
  const Clock::duration countable = Clock::time_point::max() - start_;
  if (tick > static_cast<Tick>(std::chrono::floor<TickLength>(countable).count())) {
    return Clock::time_point::max();
  }
  return start_ + TickLength(tick);
}

void TimerQueue::register_at(Tick due, Tick now, Entry& entry) noexcept {
  if (due <= now) return;
  const std::lock_guard lock(mutex_);
  assert(entry.position_ == Entry::kNowhere && "an entry is listed once");
  entry.due_ = due;
  entry.order_ = entries_so_far_++;
  heap_.push_back(&entry);
  entry.position_ = heap_.size() - 1;
  sift_up(entry.position_);
  publish_next();
}

bool TimerQueue::poll(Entry& entry, const Waker& waker) noexcept {
  // The old waker dies after the mutex is free: it may take a task with it.
  Waker other = waker;
  const std::lock_guard lock(mutex_);
  std::swap(entry.waker_, other);
  return entry.position_ == Entry::kNowhere;
}

void TimerQueue::leave(Entry& entry) noexcept {
  Waker old;
  const std::lock_guard lock(mutex_);
  if (entry.position_ != Entry::kNowhere) remove(entry);
  std::swap(entry.waker_, old);
}

void TimerQueue::fire_due(Tick now) noexcept {
  std::unique_lock lock(mutex_);
  while (!heap_.empty() && heap_.front()->due_ <= now) {
    Entry& entry = *heap_.front();
    remove(entry);
    Waker waker = std::move(entry.waker_);
    lock.unlock();
    std::move(waker).wake();
    lock.lock();
  }
}

std::optional<Tick> TimerQueue::next_due() const noexcept {
  // relaxed: a time that is a moment old is corrected at the next look.
  const Tick next = next_.load(std::memory_order_relaxed);
  return next == kNever ? std::nullopt : std::optional(next);
}

void TimerQueue::publish_next() noexcept {
  next_.store(heap_.empty() ? kNever : heap_.front()->due_, std::memory_order_relaxed);
}

bool TimerQueue::before(const Entry& a, const Entry& b) noexcept {
  return std::pair(a.due_, a.order_) < std::pair(b.due_, b.order_);
}

void TimerQueue::place(Entry& entry, std::size_t position) noexcept {
  heap_[position] = &entry;
  entry.position_ = position;
}

void TimerQueue::sift_up(std::size_t position) noexcept {
  Entry& entry = *heap_[position];
  while (position > 0) {
    const std::size_t parent = (position - 1) / 2;
    if (!before(entry, *heap_[parent])) break;
    place(*heap_[parent], position);
    position = parent;
  }
  place(entry, position);
}

void TimerQueue::sift_down(std::size_t position) noexcept {
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

void TimerQueue::remove(Entry& entry) noexcept {
  const std::size_t hole = std::exchange(entry.position_, Entry::kNowhere);
  Entry* last = heap_.back();
  heap_.pop_back();
  if (hole != heap_.size()) {
    place(*last, hole);
    sift_up(hole);
    sift_down(last->position_);
  }
  publish_next();
}

}  // namespace ari::time

#include "runtime/time/timer_queue.h"

#include <utility>

#include "runtime/task/wake_list.h"

namespace ari::time {

namespace {
std::optional<Tick> unless_never(Tick tick) noexcept {
  return tick == kNever ? std::nullopt : std::optional(tick);
}
}  // namespace

bool TimerQueue::register_at(Tick due, Tick now, Entry& entry) noexcept {
  Waker waker;  // of an entry that is due: woken once the mutex is free
  bool sleeper_is_late = false;
  {
    const std::lock_guard lock(mutex_);
    if (entry.listed) wheel_.remove(entry);
    wheel_.skip_to(now);
    entry.late_ = 0;
    entry.due = due;
    // The wheel may be ahead of `now`: another thread looked at the clock later than we did.
    if (due <= now || due <= wheel_.elapsed()) {
      waker = std::move(entry.waker_);
    } else if (due != kNever) {
      wheel_.add(entry);
      sleeper_is_late = wheel_.next() < sleeps_until_;
      if (sleeper_is_late) sleeps_until_ = 0;  // one call is enough
    }
    publish_next();
  }
  std::move(waker).wake();
  return sleeper_is_late;
}

bool TimerQueue::poll(Entry& entry, const Waker& waker) noexcept {
  // The old waker dies after the mutex is free: it may take a task with it.
  Waker other = waker;
  const std::lock_guard lock(mutex_);
  std::swap(entry.waker_, other);
  return entry.has_fired();
}

bool TimerQueue::has_fired(const Entry& entry) const noexcept {
  const std::lock_guard lock(mutex_);
  return entry.has_fired();
}

void TimerQueue::leave(Entry& entry) noexcept {
  Waker old;  // as in poll()
  const std::lock_guard lock(mutex_);
  if (entry.listed) {
    wheel_.remove(entry);
    publish_next();
  }
  std::swap(entry.waker_, old);
}

std::size_t TimerQueue::fire_due(Tick now) noexcept {
  // relaxed, as in next_due().
  if (now < next_.load(std::memory_order_relaxed)) return 0;
  std::size_t fired = 0;
  task::WakeList wakers;
  {
    std::unique_lock lock(mutex_);
    while (TimerWheel::Timer* timer = wheel_.take_due(now)) {
      auto& entry = static_cast<Entry&>(*timer);
      entry.late_ = now - entry.due;
      wakers.push(std::move(entry.waker_));
      ++fired;
      if (wakers.is_full()) {
        lock.unlock();
        wakers.wake_all();
        lock.lock();
      }
    }
    publish_next();
  }
  wakers.wake_all();
  return fired;
}

std::optional<Tick> TimerQueue::next_due() const noexcept {
  // relaxed: a time that is a moment old is corrected at the next look.
  return unless_never(next_.load(std::memory_order_relaxed));
}

std::optional<Tick> TimerQueue::begin_sleep() noexcept {
  const std::lock_guard lock(mutex_);
  sleeps_until_ = wheel_.next();
  return unless_never(sleeps_until_);
}

void TimerQueue::end_sleep() noexcept {
  const std::lock_guard lock(mutex_);
  sleeps_until_ = 0;
}

void TimerQueue::publish_next() noexcept { next_.store(wheel_.next(), std::memory_order_relaxed); }

}  // namespace ari::time

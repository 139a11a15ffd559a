#include "runtime/scheduler/idle.h"

#include <algorithm>
#include <cassert>

namespace ari::scheduler {

Idle::Idle(std::size_t workers) : word_(workers * kAwake), workers_(workers) {
  sleepers_.reserve(workers);
}

bool Idle::is_one_needed() const noexcept {
  // relaxed: what counts is that it comes after the fence of worker_to_wake().
  const Word word = word_.load(std::memory_order_relaxed);
  return searching(word) == 0 && awake(word) < workers_;
}

std::optional<std::size_t> Idle::worker_to_wake() noexcept {
  // Between the queueing of the work and the look at who is there: see the header. Pairs with
  // the fences of stop_searching() and park().
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (!is_one_needed()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (!is_one_needed()) return std::nullopt;  // another bringer was faster
  assert(!sleepers_.empty() && "who is not awake is listed, with the mutex");
  word_.fetch_add(kAwake + kSearching, std::memory_order_relaxed);
  const std::size_t worker = sleepers_.back();
  sleepers_.pop_back();
  return worker;
}

bool Idle::start_searching() noexcept {
  // Two may pass here at once where one should: the limit only saves useless looks.
  if (2 * searching(word_.load(std::memory_order_relaxed)) >= workers_) return false;
  word_.fetch_add(kSearching, std::memory_order_relaxed);
  return true;
}

bool Idle::stop_searching() noexcept {
  const Word before = word_.fetch_sub(kSearching, std::memory_order_relaxed);
  if (searching(before) != 1) return false;
  std::atomic_thread_fence(std::memory_order_seq_cst);  // pairs with worker_to_wake()'s
  return true;
}

bool Idle::park(std::size_t worker, bool was_searching) noexcept {
  const std::lock_guard lock(mutex_);
  sleepers_.push_back(worker);
  const Word before =
      word_.fetch_sub(kAwake + (was_searching ? kSearching : 0), std::memory_order_relaxed);
  if (!was_searching || searching(before) != 1) return false;
  std::atomic_thread_fence(std::memory_order_seq_cst);  // pairs with worker_to_wake()'s
  return true;
}

bool Idle::unpark(std::size_t worker) noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(sleepers_.begin(), sleepers_.end(), worker);
  if (found == sleepers_.end()) return false;
  sleepers_.erase(found);
  word_.fetch_add(kAwake, std::memory_order_relaxed);
  return true;
}

bool Idle::is_parked(std::size_t worker) const noexcept {
  const std::lock_guard lock(mutex_);
  return std::find(sleepers_.begin(), sleepers_.end(), worker) != sleepers_.end();
}

}  // namespace ari::scheduler

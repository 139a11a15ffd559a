#include "runtime/scheduler/local_tasks.h"

#include <algorithm>
#include <stdexcept>

#include "runtime/task/task_local.h"
#include "runtime/task/wake_list.h"

namespace ari::scheduler {

namespace {

constexpr unsigned kPollsInATick = 61;
constexpr unsigned kPollsBetweenInjects = 31;

}  // namespace

std::shared_ptr<Scheduler> Scheduler::current_local() {
  LocalTasks* tasks = LocalTasks::inside();
  if (tasks == nullptr) {
    throw std::logic_error(
        "ari: spawn_local was called outside of a LocalSet (use it inside of "
        "LocalSet::run_until or LocalSet::block_on)");
  }
  return tasks->shared_from_this();
}

void LocalTasks::schedule(task::Header& task) noexcept {
  if (t_inside_ == this) {
    queue_.push(task);
    return;
  }
  // Once pushed, the task may run to its end and take the last reference to this scheduler
  // with it, before we get to wake.
  const auto alive = shared_from_this();
  if (inject_.push(task)) {
    wake_pollers();
  } else {
    task.drop_reference();
  }
}

void LocalTasks::defer(const Waker& waker) noexcept { poller_->defer(waker); }

void LocalTasks::require_own_thread() const {
  if (thread_ != std::this_thread::get_id()) throw_misplaced();
}

void LocalTasks::throw_misplaced() const {
  if (thread_ != std::this_thread::get_id()) {
    throw std::logic_error(
        "ari: a LocalSet was used on another thread than the one that made it (wait for it in "
        "a block_on there, not in a spawned task of a multi-thread runtime)");
  }
  throw std::logic_error("ari: a LocalSet was used in another runtime than the first time");
}

bool LocalTasks::begin_poll(Context& cx) noexcept {
  if (thread_ != std::this_thread::get_id()) return false;
  const std::shared_ptr<Engine>& runtime = Running::innermost()->runtime();
  if (runtime_ == nullptr) {
    runtime_ = runtime;
    runtime_->add_guests(std::shared_ptr<const OwnedTasks>(shared_from_this(), &owned_));
  }
  if (runtime_ != runtime) return false;
  // Before the queues are looked at, so that no wake is lost. A task of the set that polls it is
  // polled by somebody outside, who has left a waker; its own would lead back to the set.
  if (poller_ == nullptr) leave_waker(cx.waker());
  return true;
}

void LocalTasks::leave_waker(const Waker& waker) noexcept {
  Waker mine = waker;  // may drop the one before, which must not happen under the lock
  const std::lock_guard lock(mutex_);
  const auto before = std::ranges::find_if(
      pollers_, [&mine](const Waker& poller) { return poller.will_wake(mine); });
  if (before != pollers_.end()) {
    std::swap(*before, mine);
  } else {
    pollers_.push_back(std::move(mine));
  }
}

void LocalTasks::wake_pollers() noexcept {
  for (bool is_rest = true; is_rest;) {
    task::WakeList woken;
    {
      const std::lock_guard lock(mutex_);
      for (; !pollers_.empty() && !woken.is_full(); pollers_.pop_back()) {
        woken.push(std::move(pollers_.back()));
      }
      is_rest = !pollers_.empty();
    }
    woken.wake_all();
  }
}

void LocalTasks::tick(Context& cx) noexcept {
  const task::LocalScope::Hidden hidden;
  Scheduler* const before = std::exchange(poller_, &cx.scheduler());
  unsigned polls = 0;
  while (polls < kPollsInATick) {
    task::Header* task = next_task();
    if (task == nullptr) break;
    ++polls;
    task->run();
  }
  poller_ = before;
  if (polls == kPollsInATick) cx.waker().wake_by_ref();
  // One of the others may wait for the end of all, and the last was woken from inside.
  if (drivers_ > 1 && polls > 0 && is_empty()) wake_pollers();
}

void LocalTasks::end_driving() noexcept {
  if (thread_ != std::this_thread::get_id()) return;
  --drivers_;
  if (drivers_ > 0 && !queue_.empty()) wake_pollers();
}

task::Header* LocalTasks::next_task() noexcept {
  if (++polls_ % kPollsBetweenInjects == 0 || queue_.empty()) inject_.drain_to(queue_);
  return queue_.pop();
}

void LocalTasks::shut_down() noexcept {
  const Inside inside(*this);
  const task::LocalScope::Hidden hidden;
  owned_.shut_down();
  inject_.close(queue_);
  while (task::Header* task = queue_.pop()) task->drop_reference();
  std::vector<Waker> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(pollers_);
}

}  // namespace ari::scheduler

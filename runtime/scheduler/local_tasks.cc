#include "runtime/scheduler/local_tasks.h"

#include <stdexcept>

#include "runtime/task/task_local.h"

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
    wake_waiters();
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

bool LocalTasks::Waiting::begin_poll(Context& cx) noexcept {
  if (tasks_.thread_ != std::this_thread::get_id()) return false;
  const std::shared_ptr<Engine>& runtime = Running::innermost()->runtime();
  if (tasks_.runtime_ == nullptr) {
    tasks_.runtime_ = runtime;
    runtime->add_guests(
        std::shared_ptr<const OwnedTasks>(tasks_.shared_from_this(), &tasks_.owned_));
  }
  if (tasks_.runtime_ != runtime) return false;
  // Before the queues are looked at, so that no wake is lost. A task of the set that polls it is
  // polled by somebody outside, who has left a waker; its own would lead back to the set.
  if (tasks_.poller_ == nullptr) tasks_.leave_waker(waiter_, cx.waker());
  if (!std::exchange(waits_, true)) ++tasks_.waiting_;
  return true;
}

void LocalTasks::Waiting::end() noexcept {
  if (!std::exchange(waits_, false)) return;
  if (waiter_.has_waited()) tasks_.take_waker(waiter_);
  if (tasks_.thread_ != std::this_thread::get_id()) return;
  --tasks_.waiting_;
  const bool is_rest = !tasks_.queue_.empty() || !tasks_.inject_.empty();
  if (tasks_.waiting_ > 0 && is_rest) tasks_.wake_waiters();
}

void LocalTasks::leave_waker(sync::Waiter& waiter, const Waker& waker) noexcept {
  Waker old;  // dies after the mutex is free
  const std::lock_guard lock(mutex_);
  old = waiters_.wait(waiter, waker);
}

void LocalTasks::take_waker(sync::Waiter& waiter) noexcept {
  Waker old;  // dies after the mutex is free
  const std::lock_guard lock(mutex_);
  if (waiter.is_listed()) old = sync::WaitList::take(waiter);
}

void LocalTasks::wake_waiters() noexcept {
  std::unique_lock lock(mutex_);
  waiters_.wake_all(lock);
}

void LocalTasks::tick(Context& cx) noexcept {
  const task::LocalScope::Hidden hidden;
  // Inside of another tick that one's stays: here a task of this set polls, or one of a set that
  // this one polls, and those would pass what they are asked back to this.
  Scheduler* const before = poller_;
  if (before == nullptr) poller_ = &cx.scheduler();
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
  if (waiting_ > 1 && polls > 0 && is_empty()) wake_waiters();
}

task::Header* LocalTasks::next_task() noexcept {
  const bool others_first = ++polls_ % kPollsBetweenInjects == 0;
  if (!others_first) {
    if (task::Header* task = queue_.pop()) return task;
  }
  if (task::Header* task = inject_.pop()) return task;
  return queue_.pop();
}

void LocalTasks::shut_down() noexcept {
  const Inside inside(*this);
  const task::LocalScope::Hidden hidden;
  owned_.shut_down();
  inject_.close(queue_);
  while (task::Header* task = queue_.pop()) task->drop_reference();
  for (bool is_rest = true; is_rest;) {
    Waker dropped;  // dies after the mutex is free
    const std::lock_guard lock(mutex_);
    is_rest = !waiters_.is_empty();
    if (is_rest) dropped = waiters_.pop_front();
  }
}

}  // namespace ari::scheduler

#include "runtime/scheduler/current_thread.h"

#include <cassert>

namespace ari::scheduler {

namespace {
constexpr unsigned kPollsBetweenTurns = 61;
constexpr unsigned kPollsBetweenInjects = 31;
}  // namespace

void CurrentThread::run_until_complete(task::Header& root) noexcept {
  assert(is_current() && "the caller runs this scheduler");
  while (true) {
    for (unsigned i = 0; i < kPollsBetweenTurns; ++i) {
      task::Header* task = next_task();
      if (task == nullptr) break;
      task->run();
      if (root.state().is_complete()) return;
    }
    turn();
  }
}

task::Header* CurrentThread::next_task() noexcept {
  if (++polls_ % kPollsBetweenInjects == 0 || queue_.empty()) inject_.drain_to(queue_);
  return queue_.pop();
}

void CurrentThread::turn() noexcept {
  driver_.turn();
  std::swap(deferred_, being_woken_);
  for (Waker& waker : being_woken_) std::move(waker).wake();
  being_woken_.clear();
  if (queue_.empty() && inject_.empty()) driver_.park();
}

std::shared_ptr<Runner> CurrentThread::runner() {
  return std::static_pointer_cast<CurrentThread>(shared_from_this());
}

void CurrentThread::shut_down() noexcept {
  const Running running(shared_from_this(), *this, /*may_nest=*/true);
  owned_.close();
  while (task::Header* task = owned_.pop()) {
    task->shut_down();  // one that another thread is polling, by a Root, ends after that poll
    task->drop_reference();
  }
  inject_.close(queue_);
  while (task::Header* task = queue_.pop()) task->drop_reference();
  deferred_.clear();
}

void CurrentThread::schedule(task::Header& task) noexcept {
  if (is_current()) {
    queue_.push(task);
    return;
  }
  // Once pushed, the task may run to its end and take the last reference to this scheduler
  // with it, before we get to unpark.
  const auto alive = shared_from_this();
  if (inject_.push(task)) {
    driver_.unpark();
  } else {
    task.drop_reference();
  }
}

}  // namespace ari::scheduler

#include "runtime/scheduler/current_thread.h"

#include <cassert>

namespace ari::scheduler {

namespace {
constexpr unsigned kPollsBetweenTurns = 61;
constexpr unsigned kPollsBetweenInjects = 31;
}  // namespace

void CurrentThread::run_until_complete(const task::Header& root) noexcept {
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

void CurrentThread::shut_down() noexcept {
  assert(is_current() && "the caller runs this scheduler");
  owned_.close();
  while (task::Header* task = owned_.first()) task->shut_down();
  inject_.close(queue_);
  while (task::Header* task = queue_.pop()) task->drop_reference();
  deferred_.clear();
}

void CurrentThread::start(task::Header& task) noexcept {
  if (owned_.add(task)) {
    schedule(task);
    return;
  }
  task.shut_down();
  task.drop_reference();  // the list's, which it did not take
  task.drop_reference();  // the queue's
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

bool CurrentThread::release(task::Header& task) noexcept { return owned_.remove(task); }

void CurrentThread::defer(const Waker& waker) noexcept { deferred_.push_back(waker); }

}  // namespace ari::scheduler

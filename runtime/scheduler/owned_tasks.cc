#include "runtime/scheduler/owned_tasks.h"

namespace ari::scheduler {

bool OwnedTasks::add(task::Header& task) noexcept {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  task.counted_ = task.kind() != task::kBlockOnKind;
  alive_ += task.counted_;
  ever_ += task.counted_;
  task.owned_ = true;
  task.owned_before_ = last_;
  (last_ == nullptr ? first_ : last_->owned_next_) = &task;
  last_ = &task;
  return true;
}

bool OwnedTasks::remove(task::Header& task) noexcept {
  const std::lock_guard lock(mutex_);
  if (!task.owned_) return false;
  unlink(task);
  return true;
}

void OwnedTasks::shut_down() noexcept {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  while (task::Header* task = pop()) {
    task->shut_down();
    task->drop_reference();
  }
}

void OwnedTasks::list(std::vector<TaskReference>& tasks) const {
  const std::lock_guard lock(mutex_);
  tasks.reserve(tasks.size() + alive_);
  for (task::Header* task = first_; task != nullptr; task = task->owned_next_) {
    task->state().add_reference();
    tasks.emplace_back(task);
  }
}

task::Joined OwnedTasks::joined() const noexcept {
  task::Joined out(task::Joined::Needs::kAll);
  const std::lock_guard lock(mutex_);
  const task::Header* task = first_;
  for (; task != nullptr && out.count() < task::Joined::kMost; task = task->owned_next_) {
    out.add(task->span().id(), task->state().is_aborted());
  }
  out.set_count(alive_);
  return out;
}

std::size_t OwnedTasks::alive() const noexcept {
  const std::lock_guard lock(mutex_);
  return alive_;
}

std::uint64_t OwnedTasks::ever() const noexcept {
  const std::lock_guard lock(mutex_);
  return ever_;
}

task::Header* OwnedTasks::pop() noexcept {
  const std::lock_guard lock(mutex_);
  task::Header* task = first_;
  if (task != nullptr) unlink(*task);
  return task;
}

void OwnedTasks::unlink(task::Header& task) noexcept {
  alive_ -= task.counted_;
  task.owned_ = false;
  (task.owned_before_ == nullptr ? first_ : task.owned_before_->owned_next_) = task.owned_next_;
  (task.owned_next_ == nullptr ? last_ : task.owned_next_->owned_before_) = task.owned_before_;
}

}  // namespace ari::scheduler

// OwnedTasks: every task of a runtime that has not ended.
//
// What makes shutdown possible: a task that nobody will ever wake is in no queue, but it
// is here. Linked through the tasks; owns one reference to each. Any thread.
#pragma once

#include <mutex>

#include "runtime/task/header.h"

namespace ari::scheduler {

class OwnedTasks {
 public:
  // Takes over a reference. False: closed, the reference stays the caller's.
  [[nodiscard]] bool add(task::Header& task) noexcept;

  // True: the task was listed, and the reference is the caller's.
  [[nodiscard]] bool remove(task::Header& task) noexcept;

  // Refuses tasks from now on.
  void close() noexcept;

  // Takes off the task added first, with its reference; null when there is none.
  task::Header* pop() noexcept;

 private:
  // Requires the mutex.
  void unlink(task::Header& task) noexcept;

  std::mutex mutex_;
  bool closed_ = false;
  task::Header* first_ = nullptr;
  task::Header* last_ = nullptr;
};

}  // namespace ari::scheduler

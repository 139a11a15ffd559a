// OwnedTasks: every task of a runtime that has not ended.
//
// What makes shutdown possible: a task that nobody will ever wake is in no queue, but it
// is here. Linked through the tasks; owns one reference to each. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/task/header.h"

namespace ari::scheduler {

// A reference to a task, which is given up at its end.
struct DropReference {
  void operator()(task::Header* task) const noexcept { task->drop_reference(); }
};
using TaskReference = std::unique_ptr<task::Header, DropReference>;

class OwnedTasks {
 public:
  // Takes over a reference. False: closed, the reference stays the caller's.
  [[nodiscard]] bool add(task::Header& task) noexcept;

  // True: the task was listed, and the reference is the caller's.
  [[nodiscard]] bool remove(task::Header& task) noexcept;

  // Refuses tasks from now on, and ends those listed: at once, or after the poll that a
  // thread is in. Several threads may do so at once and share the work.
  void shut_down() noexcept;

  // Adds a reference to each task that is listed, the one added first at the front. Any
  // thread; who spawns or ends a task waits meanwhile, some 10 ns a task.
  void list(std::vector<TaskReference>& tasks) const;

  // The same by their ids, for who waits for the end of all; the first few are listed.
  task::Joined joined() const noexcept;

  // How many are listed, and how many ever were; those of a block_on left out, as nobody spawned
  // them.
  std::size_t alive() const noexcept;
  std::uint64_t ever() const noexcept;

 private:
  // Takes off the task added first, with its reference; null when there is none.
  task::Header* pop() noexcept;
  // Requires the mutex.
  void unlink(task::Header& task) noexcept;

  mutable std::mutex mutex_;
  bool closed_ = false;
  std::size_t alive_ = 0;
  std::uint64_t ever_ = 0;
  task::Header* first_ = nullptr;
  task::Header* last_ = nullptr;
};

}  // namespace ari::scheduler

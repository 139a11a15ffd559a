// Completions: the tasks of a JoinSet that have ended and were not joined yet, in the order
// of their ends.
//
//   tasks, any thread ── push ──▶ [ oldest … newest ] ── pop ──▶ the one who joins
//
// Linked through the tasks; the JoinSet has a reference to each. Shared by the set and its
// tasks, since a task may end while the set is being destroyed.
#pragma once

#include <mutex>

#include "runtime/task/waker.h"

namespace ari::task {

class Completions {
 public:
  // What a task has for it.
  struct Link {
    Link* newer = nullptr;
  };

  // The task has ended: wakes who waits for one. Does nothing once closed. Any thread.
  void push(Link& task) noexcept;

  // The one that ended first; or null, and then the waker is taken along and woken by the
  // next push. One thread at a time, as everything below.
  Link* pop(const Waker& waker) noexcept;

  // The same, without waiting.
  Link* try_pop() noexcept;

  // It was popped and is to be popped again, before all others.
  void put_back(Link& task) noexcept;

  // The tasks are not to be touched any more.
  void close() noexcept;

 private:
  Link* take_oldest() noexcept;  // requires the mutex

  std::mutex mutex_;
  Link* oldest_ = nullptr;
  Link* newest_ = nullptr;  // meaningless while there is none
  bool closed_ = false;
  Waker waiting_;
};

}  // namespace ari::task

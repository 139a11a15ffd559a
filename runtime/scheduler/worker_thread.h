// WorkerThread: which thread holds a worker, for whoever wants to send it a signal.
//
// A thread that has ended must not be sent one; so it cannot give the worker up while
// somebody is about to. That is why there is a mutex, and it is taken only when a worker
// changes hands.
#pragma once

#include <pthread.h>

#include <concepts>
#include <mutex>
#include <optional>

namespace ari::scheduler {

class WorkerThread {
 public:
  // By the calling thread.
  void taken() noexcept;
  void given_up() noexcept;

  // Calls visit(thread), during which the thread does not end. False: there is none. Any
  // thread.
  template <std::invocable<pthread_t> Visit>
  bool visit(Visit visit) {
    const std::lock_guard lock(mutex_);
    if (!thread_) return false;
    visit(*thread_);
    return true;
  }

 private:
  std::mutex mutex_;
  std::optional<pthread_t> thread_;
};

}  // namespace ari::scheduler

#include "runtime/scheduler/worker_thread.h"

namespace ari::scheduler {

void WorkerThread::taken() noexcept {
  const std::lock_guard lock(mutex_);
  thread_ = pthread_self();
}

void WorkerThread::given_up() noexcept {
  const std::lock_guard lock(mutex_);
  thread_.reset();
}

}  // namespace ari::scheduler

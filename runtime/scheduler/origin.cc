#include "runtime/scheduler/origin.h"

#include <pthread.h>

namespace ari::scheduler {

Origin::Origin() noexcept : forks_before_(forks_.load(std::memory_order_relaxed)) {
  [[maybe_unused]] static const int registered =
      ::pthread_atfork(nullptr, nullptr, [] { forks_.fetch_add(1, std::memory_order_relaxed); });
}

}  // namespace ari::scheduler

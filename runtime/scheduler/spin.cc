#include "runtime/scheduler/spin.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

namespace ari::scheduler {

namespace {

// That the process may run on; of the main thread, for others may be pinned one by one.
unsigned processors() noexcept {
  cpu_set_t allowed;
  if (sched_getaffinity(getpid(), sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
  return std::thread::hardware_concurrency();  // more than fit into a cpu_set_t
}

}  // namespace

bool Spin::is_possible() noexcept {
  static const bool is_possible = processors() > 1;
  return is_possible;
}

void Spin::pause() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

bool Spin::succeeded() noexcept {
  asked_for_ = std::max(asked_for_ / 2, kFewest);
  return true;
}

bool Spin::failed() noexcept {
  short_sleeps_ = 0;
  asked_for_ = std::min(asked_for_ * 2, kMost);
  return false;
}

}  // namespace ari::scheduler

#include "runtime/scheduler/spin.h"

#include <algorithm>
#include <thread>

namespace ari::scheduler {

bool Spin::is_possible() noexcept {
  static const bool is_possible = std::thread::hardware_concurrency() > 1;
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

#include "subscriber/write_signals_held.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

namespace ari::subscriber {

sigset_t write_signals() noexcept {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  sigaddset(&signals, SIGXFSZ);
  return signals;
}

WriteSignalsHeld::WriteSignalsHeld() noexcept : ours_(write_signals()) {
  pthread_sigmask(SIG_BLOCK, &ours_, &before_);
  sigset_t pending;
  sigemptyset(&pending);
  sigpending(&pending);
  for (const int signal : {SIGPIPE, SIGXFSZ}) {
    if (sigismember(&pending, signal) == 1) sigdelset(&ours_, signal);
  }
}

WriteSignalsHeld::~WriteSignalsHeld() {
  const int error = errno;
  constexpr timespec kAtOnce{0, 0};
  while (sigtimedwait(&ours_, nullptr, &kAtOnce) > 0) {
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  errno = error;
}

}  // namespace ari::subscriber

#include "subscriber/complain.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <string>

namespace ari::subscriber {

void complain(int fd, std::string_view line) {
  sigset_t pipe_signal, before;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  const std::string whole = "ari: " + std::string(line) + "\n";
  if (::write(fd, whole.data(), whole.size()) < 0 && errno == EPIPE) {
    const timespec at_once{0, 0};
    sigtimedwait(&pipe_signal, nullptr, &at_once);  // takes back the one just raised
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace ari::subscriber

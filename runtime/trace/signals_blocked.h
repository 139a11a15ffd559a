// SignalsBlocked: for the threads that ari starts beside the program's own.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace ari::trace {

// While alive, threads that the calling thread makes have every signal blocked: the
// program's handlers never run on them, and a closed pipe is an error to them, no SIGPIPE.
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace ari::trace

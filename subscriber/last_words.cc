#include "subscriber/last_words.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

namespace ari::subscriber {

namespace {

constexpr int kCrashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr int kRequests[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};

void (*g_flush)() = nullptr;
struct sigaction g_before[NSIG];

bool is_crash(int signal) {
  return std::find(std::begin(kCrashes), std::end(kCrashes), signal) != std::end(kCrashes);
}

bool has_handler(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 || action.sa_handler != SIG_DFL;
}

void handle(int signal, siginfo_t* info, void* context);

// Whether somebody took our place and calls us as the handler before, as the runtime does for
// ctrl_c().
bool is_called_by_another(int signal) {
  struct sigaction now = {};
  return sigaction(signal, nullptr, &now) == 0 && now.sa_sigaction != handle;
}

// What would have happened without us.
void pass_on(int signal, siginfo_t* info, void* context) {
  const struct sigaction& before = g_before[signal];
  if ((before.sa_flags & SA_RESETHAND) != 0 && !is_called_by_another(signal)) {
    struct sigaction reset = {};
    reset.sa_handler = SIG_DFL;
    sigaction(signal, &reset, nullptr);
  }
  if ((before.sa_flags & SA_SIGINFO) != 0) return before.sa_sigaction(signal, info, context);
  if (before.sa_handler == SIG_IGN) return;
  if (before.sa_handler != SIG_DFL) return before.sa_handler(signal);
  sigaction(signal, &before, nullptr);
  // A fault happens again when its instruction does. What was sent is sent again, and comes
  // as soon as this handler, which keeps it off, has returned.
  if (is_crash(signal) && info->si_code > 0) return;
  const auto thread = static_cast<pid_t>(syscall(SYS_gettid));
  if (syscall(SYS_rt_tgsigqueueinfo, getpid(), thread, signal, info) != 0) raise(signal);
}

void handle(int signal, siginfo_t* info, void* context) {
  const int error = errno;
  // There would have been none without us, and the program would have gone on.
  if (!is_crash(signal) && is_called_by_another(signal)) return;
  g_flush();
  errno = error;
  pass_on(signal, info, context);
}

void take_over(int signal, bool also_handled) {
  struct sigaction& before = g_before[signal];
  if (sigaction(signal, nullptr, &before) != 0) return;
  if (has_handler(before) && !also_handled) return;  // ignored ones stay so, too
  struct sigaction ours = {};
  ours.sa_sigaction = handle;
  ours.sa_mask = before.sa_mask;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK | (before.sa_flags & (SA_RESTART | SA_NODEFER));
  sigaction(signal, &ours, nullptr);
}

}  // namespace

void call_before_death(void (*flush)()) {
  g_flush = flush;
  for (const int signal : kCrashes) take_over(signal, true);
  for (const int signal : kRequests) take_over(signal, false);
}

}  // namespace ari::subscriber

// A program that last_words_test sends a signal to, which it handles itself. Its arguments say
// the signal, by number, and who handles it how. Exits with 0 if it went on as it should.
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <string_view>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

using namespace ari;

struct sigaction g_before;
volatile sig_atomic_t g_own_calls = 0;

// Calls the handler before and goes on, as careful libraries do.
void chain(int number, siginfo_t* info, void* context) {
  g_own_calls = g_own_calls + 1;
  if ((g_before.sa_flags & SA_SIGINFO) != 0) {
    g_before.sa_sigaction(number, info, context);
  } else if (g_before.sa_handler != SIG_DFL && g_before.sa_handler != SIG_IGN) {
    g_before.sa_handler(number);
  }
}

// Clears up and dies as if it had not been there.
void restore(int number, siginfo_t*, void*) {
  sigaction(number, &g_before, nullptr);
  raise(number);
}

void install(int number, void (*handler)(int, siginfo_t*, void*), int flags = 0) {
  struct sigaction ours = {};
  ours.sa_sigaction = handler;
  ours.sa_flags = SA_SIGINFO | flags;
  sigaction(number, &ours, &g_before);
}

// Takes the signal twice.
Task<void> handle(signal::Signal& handled, int number) {
  for (int i = 0; i < 2; ++i) {
    raise(number);
    co_await handled.recv();
  }
}

Task<void> press_ctrl_c() {
  auto pressed = signal::ctrl_c();
  raise(SIGINT);
  co_await pressed;
}

int run_runtime(int number, std::string_view how) {
  Runtime runtime;
  if (how == "ctrl_c") {
    runtime.block_on(press_ctrl_c());
    return 0;
  }
  signal::Signal handled(signal::SignalKind::from_raw(number));
  if (how == "chains-to-the-runtime") install(number, chain);
  runtime.block_on(handle(handled, number));
  return how == "chains-to-the-runtime" && g_own_calls != 2 ? 1 : 0;
}

}  // namespace

int main(int, char** argv) {
  const int number = atoi(argv[1]);
  const std::string_view how = argv[2];
  if (how == "runtime-before-init") {
    const signal::Signal early(signal::SignalKind::from_raw(number));
    subscriber::init();
    return run_runtime(number, how);
  }
  if (how == "chains-before-init") install(number, chain);
  if (how == "once-before-init") install(number, chain, static_cast<int>(SA_RESETHAND));
  subscriber::init();
  if (how == "once-before-init") {
    raise(number);
    if (g_own_calls == 1) raise(number);
    return 1;
  }
  if (how == "chains") install(number, chain);
  if (how == "restores") install(number, restore);
  if (how == "chains" || how == "chains-before-init" || how == "restores") {
    raise(number);
    return g_own_calls == 1 ? 0 : 1;
  }
  return run_runtime(number, how);
}

#include "runtime/scheduler/stack_probe.h"

#include <execinfo.h>
#include <semaphore.h>
#include <signal.h>
#include <ucontext.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <ctime>
#include <mutex>

namespace ari::scheduler {

namespace {

constexpr int kMostCalls = 64;
constexpr long kPatienceNs = 100'000'000;

enum class State : unsigned char { kIdle, kAsked, kAnswering, kAnswered };

// What passes between the one who asks and the handler. Static, so that a signal that comes
// too late finds it.
struct Exchange {
  std::atomic<State> state{State::kIdle};
  std::atomic<pthread_t> thread{};
  void (*look)(void*) noexcept = nullptr;
  void* of = nullptr;
  std::array<void*, kMostCalls> calls{};
  int count = 0;
  void* interrupted_at = nullptr;
  sem_t answered{};
};
constinit Exchange g_exchange;
std::mutex g_one_at_a_time;

void* program_counter([[maybe_unused]] void* context) noexcept {
#if defined(__x86_64__)
  return reinterpret_cast<void*>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return reinterpret_cast<void*>(static_cast<ucontext_t*>(context)->uc_mcontext.pc);
#else
  return nullptr;
#endif
}

void on_signal(int, siginfo_t*, void* context) {
  const int error_before = errno;
  Exchange& e = g_exchange;
  State expected = State::kAsked;
  // acquire: pairs with the release in probe_stack(): who answers sees what was asked. Whoever
  // comes too late for its own question may find another's, and puts that back.
  if (!e.state.compare_exchange_strong(expected, State::kAnswering, std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
    // It is answered already, or nobody asks.
  } else if (pthread_equal(e.thread.load(std::memory_order_relaxed), pthread_self()) == 0) {
    e.state.store(State::kAsked, std::memory_order_release);
  } else {
    e.count = backtrace(e.calls.data(), kMostCalls);
    e.interrupted_at = program_counter(context);
    e.look(e.of);
    // release: pairs with the acquire in probe_stack().
    e.state.store(State::kAnswered, std::memory_order_release);
    sem_post(&e.answered);
  }
  errno = error_before;
}

// The signal, or 0 if none is free.
int install() noexcept {
  sem_init(&g_exchange.answered, 0, 0);
  std::array<void*, 1> warm{};
  backtrace(warm.data(), 1);
  for (int signal = SIGRTMAX; signal >= SIGRTMIN; --signal) {
    struct sigaction before {};
    if (sigaction(signal, nullptr, &before) != 0 || (before.sa_flags & SA_SIGINFO) != 0 ||
        before.sa_handler != SIG_DFL) {
      continue;
    }
    struct sigaction ours {};
    ours.sa_sigaction = on_signal;
    ours.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
    sigfillset(&ours.sa_mask);
    if (sigaction(signal, &ours, nullptr) == 0) return signal;
  }
  return 0;
}

// The instant at which to lose patience, from now on.
timespec patience_ends() noexcept {
  timespec until{};
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += kPatienceNs;
  if (until.tv_nsec >= 1'000'000'000) {
    until.tv_nsec -= 1'000'000'000;
    ++until.tv_sec;
  }
  return until;
}

// Until the handler has answered. False: it did not, and will not.
bool wait_for_answer() noexcept {
  timespec until = patience_ends();
  while (sem_clockwait(&g_exchange.answered, CLOCK_MONOTONIC, &until) != 0) {
    if (errno == EINTR) continue;
    State expected = State::kAsked;
    // relaxed: whoever is late finds nothing to read.
    if (g_exchange.state.compare_exchange_strong(expected, State::kIdle,
                                                 std::memory_order_relaxed)) {
      return false;
    }
    until = patience_ends();  // it is at it
  }
  return true;
}

}  // namespace

bool probe_stack(pthread_t thread, void (*look)(void* of) noexcept, void* of,
                 std::vector<void*>& calls) {
  const std::lock_guard lock(g_one_at_a_time);
  static const int signal = install();
  if (signal == 0) return false;
  Exchange& e = g_exchange;
  e.look = look;
  e.of = of;
  e.thread.store(thread, std::memory_order_relaxed);
  // release: pairs with the acquire in on_signal().
  e.state.store(State::kAsked, std::memory_order_release);
  if (pthread_kill(thread, signal) != 0) {
    e.state.store(State::kIdle, std::memory_order_relaxed);
    return false;
  }
  if (!wait_for_answer()) return false;
  // acquire: pairs with the release in on_signal(): what it wrote is seen.
  if (e.state.load(std::memory_order_acquire) != State::kAnswered) return false;
  const auto end = e.calls.begin() + e.count;
  // Above the interrupted call are the handler's own.
  const auto first = std::find(e.calls.begin(), end, e.interrupted_at);
  calls.assign(first == end ? e.calls.begin() : first, end);
  e.state.store(State::kIdle, std::memory_order_relaxed);
  return true;
}

}  // namespace ari::scheduler

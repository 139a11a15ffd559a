#include "runtime/signal/taken_signal.h"

#include <fcntl.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>

#include "runtime/signal/bell.h"
#include "runtime/trace/resource.h"

namespace ari::signal {

namespace {

// Touched by the handler, so nothing that has to be constructed. The bell and the handler
// before are set before the handler is.
struct Taken {
  std::atomic<std::uint64_t> times{0};
  struct sigaction before {};
  bool is_taken = false;  // guarded by g_taking
  // Whether the handler before was called, if it asked for one call. relaxed: nothing is published
  // with it.
  std::atomic<bool> was_called{false};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
constinit std::array<Taken, NSIG> g_taken{};
constinit Bell g_bell;
constinit std::mutex g_taking;

void call_before(Taken& taken, int number, siginfo_t* info, void* context) {
  const struct sigaction& before = taken.before;
  const bool once = (before.sa_flags & SA_RESETHAND) != 0;
  if (once && taken.was_called.exchange(true, std::memory_order_relaxed)) return;
  if ((before.sa_flags & SA_SIGINFO) != 0) return before.sa_sigaction(number, info, context);
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) before.sa_handler(number);
}

void on_signal(int number, siginfo_t* info, void* context) {
  const int error_before = errno;
  Taken& taken = g_taken[static_cast<std::size_t>(number)];
  // release: pairs with the acquire in times_come().
  taken.times.fetch_add(1, std::memory_order_release);
  g_bell.ring();
  call_before(taken, number, info, context);
  errno = error_before;
}

std::error_code last_error() noexcept { return {errno, std::system_category()}; }

}  // namespace

std::error_code take_over(int number) noexcept {
  if (number <= 0 || number >= NSIG) return std::make_error_code(std::errc::invalid_argument);
  const std::lock_guard lock(g_taking);
  Taken& taken = g_taken[static_cast<std::size_t>(number)];
  if (taken.is_taken) return {};
  if (!g_bell.is_made(EFD_CLOEXEC | EFD_NONBLOCK)) return last_error();
  if (::sigaction(number, nullptr, &taken.before) != 0) return last_error();
  // The handler from before finds what it asked for: its stack, and who has to wait.
  struct sigaction ours {};
  ours.sa_sigaction = on_signal;
  ours.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  ours.sa_mask = taken.before.sa_mask;
  if (::sigaction(number, &ours, nullptr) != 0) return last_error();
  taken.is_taken = true;
  return {};
}

std::uint64_t times_come(int number) noexcept {
  return g_taken[static_cast<std::size_t>(number)].times.load(std::memory_order_acquire);
}

net::Socket listen(const trace::Metadata& resource, std::source_location at,
                   std::error_code& error) noexcept {
  net::Descriptor bell;
  if (!error && !g_bell.is_there()) error = std::make_error_code(std::errc::bad_file_descriptor);
  if (!error) {
    bell = net::Descriptor(::fcntl(g_bell.number(), F_DUPFD_CLOEXEC, 0));
    if (!bell) error = last_error();
  }
  return net::Socket(std::move(bell), trace::open_resource(resource, "Signal", "Signal", at));
}

}  // namespace ari::signal

#include "runtime/signal/ctrl_c.h"

#include <fcntl.h>
#include <sys/eventfd.h>

#include <atomic>
#include <cerrno>
#include <csignal>

namespace ari::signal {

// The handler counts and rings an eventfd that nobody ever reads: each wait has a duplicate
// of it, registered edge-triggered like a socket, and is told of every ring. What counts is
// the count; so a child process, which shares the eventfd, can only ring in vain.

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::signal::ctrl_c";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};
constexpr net::OperationKind kWait{"signal::ctrl_c", "poll_recv", net::Direction::kRead, kOp,
                                   nullptr};

// Touched by the handler, so nothing that has to be constructed. The bell and the handler
// before are set before the handler is.
constinit std::atomic<std::uint64_t> g_signals{0};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
constinit int g_bell = -1;
constinit struct sigaction g_before {};

void on_signal(int number, siginfo_t* info, void* context) {
  const int error_before = errno;
  // release: pairs with the acquire in CtrlC, so that what was done before is seen after.
  g_signals.fetch_add(1, std::memory_order_release);
  ::eventfd_write(g_bell, 1);
  if ((g_before.sa_flags & SA_SIGINFO) != 0) {
    g_before.sa_sigaction(number, info, context);
  } else if (g_before.sa_handler != SIG_DFL && g_before.sa_handler != SIG_IGN) {
    g_before.sa_handler(number);
  }
  errno = error_before;
}

std::error_code last_error() noexcept { return {errno, std::system_category()}; }

std::error_code install() noexcept {
  g_bell = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (g_bell < 0) return last_error();
  struct sigaction ours {};
  ours.sa_sigaction = on_signal;
  ours.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&ours.sa_mask);
  if (::sigaction(SIGINT, nullptr, &g_before) != 0) return last_error();
  if (::sigaction(SIGINT, &ours, nullptr) != 0) return last_error();
  return {};
}

net::Descriptor listen_to_bell(std::error_code& error) noexcept {
  static const std::error_code installed = install();
  error = installed;
  if (error) return net::Descriptor();
  net::Descriptor bell(::fcntl(g_bell, F_DUPFD_CLOEXEC, 0));
  if (!bell) error = last_error();
  return bell;
}

}  // namespace

CtrlC::CtrlC(std::source_location at, std::error_code no_descriptor) noexcept
    : OwnSocket{net::Socket(listen_to_bell(no_descriptor),
                            trace::open_resource(kResource, "Signal", "Signal", at))},
      Operation(OwnSocket::socket, kWait),
      no_descriptor_(no_descriptor),
      before_(g_signals.load(std::memory_order_acquire)) {}

net::Operation::Attempt CtrlC::attempt(int, std::uint64_t&) noexcept {
  if (no_descriptor_) return fail(no_descriptor_);
  return g_signals.load(std::memory_order_acquire) != before_ ? Attempt::kDone
                                                              : Attempt::kWouldBlock;
}

}  // namespace ari::signal

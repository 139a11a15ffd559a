#include "runtime/signal/unix.h"

#include <system_error>

#include "runtime/signal/taken_signal.h"
#include "runtime/trace/resource.h"

namespace ari::signal {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::signal::unix";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};
constexpr net::OperationKind kRecv{"Signal::recv", "poll_recv", net::Direction::kRead, kOp,
                                   nullptr};

// A handler that returns from these comes back to the fault, for ever. Tokio refuses them too.
bool is_fault(int number) noexcept {
  return number == SIGILL || number == SIGFPE || number == SIGSEGV || number == SIGBUS;
}

std::error_code take_over_unless_fault(int number) noexcept {
  if (is_fault(number)) return std::make_error_code(std::errc::invalid_argument);
  return take_over(number);
}

void throw_if(std::error_code error) {
  if (error) throw std::system_error(error, "ari: the signal cannot be waited for");
}

}  // namespace

Signal::Signal(SignalKind kind, std::source_location at)
    : Signal(kind, at, take_over_unless_fault(kind.raw())) {}

Signal::Signal(SignalKind kind, std::source_location at, std::error_code error)
    : socket_(listen(kResource, at, error)), number_(kind.raw()), seen_(0) {
  throw_if(error);
  seen_ = times_come(number_);
}

SignalRecv::SignalRecv(Signal& signal) noexcept
    : Operation(signal.socket_, kRecv), signal_(signal) {}

net::Operation::Attempt SignalRecv::attempt(int, std::uint64_t&) noexcept {
  const std::uint64_t come = times_come(signal_.number_);
  return std::exchange(signal_.seen_, come) != come ? Attempt::kDone : Attempt::kWouldBlock;
}

}  // namespace ari::signal

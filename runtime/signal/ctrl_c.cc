#include "runtime/signal/ctrl_c.h"

#include <csignal>

#include "runtime/signal/taken_signal.h"
#include "runtime/trace/resource.h"

namespace ari::signal {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::signal::ctrl_c";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};
constexpr Metadata kOp{trace::kAsyncOpName, kTarget, Level::kTrace, trace::kAsyncOpFields};
constexpr net::OperationKind kWait{"signal::ctrl_c", "poll_recv", net::Direction::kRead, kOp,
                                   nullptr};

}  // namespace

CtrlC::CtrlC(std::source_location at, std::error_code error) noexcept
    : OwnSocket{listen(kResource, at, error)},
      Operation(OwnSocket::socket, kWait),
      error_(error),
      before_(times_come(SIGINT)) {}

CtrlC::CtrlC(std::source_location at) noexcept : CtrlC(at, take_over(SIGINT)) {}

net::Operation::Attempt CtrlC::attempt(int, std::uint64_t&) noexcept {
  if (error_) return fail(error_);
  return times_come(SIGINT) != before_ ? Attempt::kDone : Attempt::kWouldBlock;
}

}  // namespace ari::signal
